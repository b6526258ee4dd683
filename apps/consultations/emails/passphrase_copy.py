"""Mail of a guest's passphrase (合言葉のひかえ) to an address of their own: one for each text."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from apps.consultations.models import GuestKey
from apps.operations.models import Outbox


def mail_key(key: GuestKey) -> str:
    """Return the key of the mail in the outbox."""
    return f"passphrase:{key.pk}"


def is_mailed(key: GuestKey) -> bool:
    """Return whether the passphrase of this text was mailed before."""
    return bool(Outbox.objects.keys_among([mail_key(key)]))


def write_passphrase(key: GuestKey, *, passphrase: str, email: str) -> None:
    """Enqueue the mail. Address and passphrase stand in the outbox until it is sent, and nowhere else."""
    where = reverse("consultations:guest")
    context = {
        "text": key.text,
        "is_comment": key.comment_id is not None,
        "consultation": key.consultation,
        "passphrase": passphrase,
        "url": f"{settings.SITE_URL}{where}?code={key.text.code}",
    }
    Outbox.objects.enqueue(
        key=mail_key(key),
        to=email,
        subject=render_to_string("consultations/email/passphrase_subject.txt", context).strip(),
        body=render_to_string("consultations/email/passphrase_message.txt", context).strip(),
        department=key.consultation.department.name,
    )
