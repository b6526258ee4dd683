"""伏せる前のことば: for a day, so that a part that was taken away by mistake can be put back. Then they are gone for good."""

from datetime import timedelta
from typing import Any, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.consultations.models.moderation.case import target_of
from apps.consultations.models.moderation.decision import Decision
from apps.core import sealing

UNDO_WITHIN = timedelta(hours=24)  # the page プライバシー says 24時間: change both together


class RedactedWordsQuerySet(models.QuerySet[Any]):
    """Questions about what can be put back."""

    def in_time(self) -> Self:
        """Those that can still be put back, the newest first."""
        return self.filter(until__gt=timezone.now()).select_related("decision__case").order_by("-pk")

    def about(self, text: Any) -> Self:
        """Those of one text."""
        return self.filter(**{f"decision__case__{name}": value for name, value in target_of(text).items()})

    def keep(self, decision: Decision, words: list[Any]) -> "RedactedWords":
        """Seal the words before a redaction until its time is over."""
        return self.create(decision=decision, sealed=sealing.seal(words), until=timezone.now() + UNDO_WITHIN)

    def forget_due(self) -> int:
        """Let go of what can no longer be put back; how many redactions that were."""
        return self.filter(until__lte=timezone.now()).delete()[0]


class RedactedWords(models.Model):
    """What stood where a redaction put its mark, sealed; the row goes when its time is over."""

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
        """What stood there; raises Unsealable when its time is over."""
        return sealing.unseal(self.sealed, within=UNDO_WITHIN)
