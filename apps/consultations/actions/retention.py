"""Retention: erase texts that their authors withdrew long ago, and hidden ones whose authors have left."""

from django.db import transaction

from apps.consultations.models import Comment, Proposal
from apps.core.copies import empty_copies

AT_ONCE = 100


def erase_withdrawn() -> int:
    """Erase due texts in chunks, each in a transaction. Idempotent. Return how many texts.

    The retention period is the one on the page プライバシー.
    """
    return _erase(Proposal) + _erase(Comment)


def _erase(kind: type[Proposal] | type[Comment]) -> int:
    erased = 0
    while True:
        with transaction.atomic():
            rows = kind.objects.to_erase().select_for_update(of=("self",), skip_locked=True).order_by("pk")
            texts = list(rows[:AT_ONCE])
            keys = [text.pk for text in texts]
            for text in texts:
                empty_copies(text, [])
            erased += kind.objects.filter(pk__in=keys).erase()
        if len(keys) < AT_ONCE:
            return erased
