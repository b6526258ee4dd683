"""Earlier wordings of a proposal: before its author's edit, or before an import of the city changed it."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.consultations.models.base import ERASED
from apps.core.copies import Copied
from apps.core.textfields import TypedCharField, TypedTextField

TITLE_MAX = 60


class ProposalRevisionQuerySet(models.QuerySet["ProposalRevision"]):
    """QuerySet of ProposalRevision."""

    def repeating(self, text: models.Model) -> Self:
        """Return the earlier wordings of a proposal."""
        return self.filter(proposal=text) if text._meta.model_name == "proposal" else self.none()

    def replaced_by(self, batch: Any) -> Self:
        """Return former wordings of proposals that a file changed."""
        return self.filter(batch=batch)

    def to_swap(self, batch: Any) -> Self:
        """Return those of a file still to be swapped: it is withdrawn and they are not restored, or the other way round."""
        return self.replaced_by(batch).filter(is_restored=batch.taken_back_at is None).order_by("pk")

    def in_force_of(self, batch: Any) -> Self:
        """Return those of a file in force: what it changed, or what was restored when it was withdrawn."""
        return self.replaced_by(batch).filter(is_restored=batch.taken_back_at is not None)

    def in_force_after(self, revision: "ProposalRevision") -> "ProposalRevision | None":
        """Return the former wording before the next file that is in force; None when the proposal itself came next."""
        later = self.filter(proposal=revision.proposal_id, pk__gt=revision.pk, is_restored=False)
        return later.exclude(batch=None).order_by("pk").first()


class ProposalRevision(models.Model):
    """The wording before an edit: for its author and for staff, never public.

    With a batch it is what the voice was before that file changed it, whole (`facts`: all but title and body), so that
    taking the file back restores it. Then the two change places: `is_restored`, and this row holds what the file said.
    """

    copied_words = (Copied("title", instead=""), Copied("body", instead=ERASED), Copied("facts"))

    proposal = models.ForeignKey(
        "consultations.Proposal", models.CASCADE, related_name="revisions", verbose_name=_("意見")
    )
    title = TypedCharField(_("見出し"), max_length=TITLE_MAX, blank=True)
    body = TypedTextField(_("本文"))
    replaced_at = models.DateTimeField(_("編集日時"), default=timezone.now)
    batch = models.ForeignKey(
        "consultations.Batch",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="replaced",
        verbose_name=_("取り込んだファイル"),
    )
    facts = models.JSONField(default=dict, editable=False)
    is_restored = models.BooleanField(default=False, editable=False)

    objects = ProposalRevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("編集前の文")
        verbose_name_plural = _("編集前の文")
        ordering = ["-replaced_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "proposal"], condition=Q(batch__isnull=False), name="revision_once_by_file"
            ),
            models.CheckConstraint(
                condition=Q(is_restored=False) | Q(batch__isnull=False), name="revision_restored_by_file"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.replaced_at}"
