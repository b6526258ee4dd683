"""Earlier wordings of a voice: what it said before its author's edit."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

TITLE_MAX = 60


class ProposalRevision(models.Model):
    """The wording before an edit: for its author and for staff, never public."""

    proposal = models.ForeignKey(
        "consultations.Proposal", models.CASCADE, related_name="revisions", verbose_name=_("アイデア・意見")
    )
    title = models.CharField(_("見出し"), max_length=TITLE_MAX, blank=True)
    body = models.TextField(_("本文"))
    replaced_at = models.DateTimeField(_("編集日時"), db_default=Now())

    class Meta:
        verbose_name = _("編集前の文")
        verbose_name_plural = _("編集前の文")
        ordering = ["-replaced_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.replaced_at}"
