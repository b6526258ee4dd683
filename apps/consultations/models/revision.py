"""Earlier wordings of a voice: what it said before its author's edit."""

from typing import Any, Self

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from apps.consultations.models.shared import ERASED
from apps.core.copies import Copied

TITLE_MAX = 60


class ProposalRevisionQuerySet(models.QuerySet[Any]):
    """QuerySet of ProposalRevision."""

    def repeating(self, text: Any) -> Self:
        """The earlier wordings of a proposal."""
        return self.filter(proposal=text) if text._meta.model_name == "proposal" else self.none()


class ProposalRevision(models.Model):
    """The wording before an edit: for its author and for staff, never public."""

    copied_words = (Copied("title", instead=""), Copied("body", instead=ERASED))

    proposal = models.ForeignKey(
        "consultations.Proposal", models.CASCADE, related_name="revisions", verbose_name=_("アイデア・意見")
    )
    title = models.CharField(_("見出し"), max_length=TITLE_MAX, blank=True)
    body = models.TextField(_("本文"))
    replaced_at = models.DateTimeField(_("編集日時"), db_default=Now())

    objects = ProposalRevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("編集前の文")
        verbose_name_plural = _("編集前の文")
        ordering = ["-replaced_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.replaced_at}"
