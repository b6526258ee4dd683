"""Mail an inquiry (お問い合わせ) to the city."""

import uuid

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core import rate_limit
from apps.core.exceptions import ActionRefused
from apps.core.submission import content_key
from apps.operations.models import Contact, Outbox

INQUIRIES_AN_ADDRESS = 5  # an hour, from one network
INQUIRIES_A_DAY = 300  # from all networks together: a mailbox is read by people
HOUR, DAY = 3600, 86400


@transaction.atomic
def send_inquiry(*, words: str, about: str = "", email: str = "", ip: str, submit_key: uuid.UUID) -> Outbox:
    """Mail an inquiry (お問い合わせ) to the city's contact address; return the mail, whose key gives the receipt number.

    The words stand in the outbox until the mail is sent and nowhere else (ADR 50). email: where the city replies, may be
    empty. Idempotent: the same form with the same content again is the same mail. Raises ActionRefused without a contact
    address and above the rate limits.
    """
    contact = Contact.objects.current()
    if not contact.public_email:
        raise ActionRefused(_("いまは、フォームからのお問い合わせを受け付けていません。"))
    key = f"inquiry:{content_key(submit_key, words=words, about=about, email=email)}"
    if repeated := Outbox.objects.filter(key=key).first():
        return repeated
    fair = rate_limit.hit(f"inquiry-from:{ip}", most=INQUIRIES_AN_ADDRESS, seconds=HOUR)
    if not fair or not rate_limit.hit("inquiries", most=INQUIRIES_A_DAY, seconds=DAY):
        raise ActionRefused(_("短い時間にたくさん送られています。お急ぎのときは、お電話ください。"))
    number = receipt_number(key)
    mail: Outbox = Outbox.objects.enqueue(
        key=key,
        to=contact.public_email,
        subject=f"お問い合わせ {number}（調布市 市民参加ポータル）",
        body=_inquiry_body(words, about=about, email=email, number=number),
        headers={"Reply-To": email} if email else {},
        is_signed=False,
    )
    return mail


def receipt_number(key: str) -> str:
    """Return the number of an inquiry (受付番号) from the key of its mail: eight letters and digits."""
    return key.rpartition(":")[2][:8].upper()


def _inquiry_body(words: str, *, about: str, email: str, number: str) -> str:
    """Return what the city's staff read. In Japanese, whatever language the page was in."""
    reply = f"返信先：{email}（このメールに返信すると届きます）" if email else "返信先：なし（返信は要りません）"
    lines = [f"受付番号：{number}", f"どのページのことか：{about or '書かれていません'}", reply]
    return "\n".join([f"{settings.SITE_URL}/contact/form/ から届いたお問い合わせです。", "", *lines, "", words])
