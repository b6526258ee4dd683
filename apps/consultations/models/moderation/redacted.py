"""Redacted words (伏せる前のことば), kept sealed (encrypted) for UNDO_WITHIN, so that a mistaken redaction can be undone."""

from datetime import timedelta
from typing import Any, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.consultations.models.comment import Comment
from apps.consultations.models.moderation.case import target_of
from apps.consultations.models.moderation.decision import Decision
from apps.consultations.models.proposal import Proposal
from apps.core import sealing

UNDO_WITHIN = timedelta(hours=24)  # the page プライバシー says 24時間: change both together


class RedactedWordsQuerySet(models.QuerySet["RedactedWords"]):
    """QuerySet of RedactedWords."""

    def in_time(self) -> Self:
        """Filter redactions that can still be undone, newest first."""
        return self.filter(until__gt=timezone.now()).select_related("decision__case").order_by("-pk")

    def for_target(self, text: Proposal | Comment) -> Self:
        """Filter redactions of one text."""
        return self.filter(**{f"decision__case__{name}": value for name, value in target_of(text).items()})

    def keep(self, decision: Decision, words: list[Any]) -> "RedactedWords":
        """Seal and save the words before a redaction."""
        return self.create(decision=decision, sealed=sealing.seal(words), until=timezone.now() + UNDO_WITHIN)

    def forget_due(self) -> int:
        """Delete what can no longer be undone. Return how many redactions."""
        return self.filter(until__lte=timezone.now()).delete()[0]


class RedactedWords(models.Model):
    """The sealed words that a redaction replaced; deleted when the time for undoing is over."""

    decision = models.OneToOneField(Decision, models.CASCADE, related_name="redacted", verbose_name=_("判断"))
    sealed = models.TextField(_("封をしたことば"), editable=False)
    until = models.DateTimeField(_("元に戻せる期限"), db_index=True)

    objects = RedactedWordsQuerySet.as_manager()

    class Meta:
        verbose_name = _("伏せる前のことば")
        verbose_name_plural = _("伏せる前のことば")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(self.decision_id)

    @property
    def words(self) -> list[Any]:
        """Return the words; raises Unsealable when the time is over."""
        words: list[Any] = sealing.unseal(self.sealed, within=UNDO_WITHIN)
        return words
