"""Featured proposals (選定した声), which the secretariat shows on a viewpoint's page."""

from typing import Self

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.consultations.models.base import ActionRefused
from apps.consultations.models.proposal import Proposal
from apps.operations.models import AuditEntry
from apps.vision.models import Field, SourceDocument, Viewpoint


class ChosenVoiceQuerySet(models.QuerySet["ChosenVoice"]):
    """QuerySet of ChosenVoice."""

    def public(self) -> Self:
        """Return those whose text everyone may read now: a hidden or withdrawn voice is shown nowhere, chosen or not."""
        return self.filter(proposal__in=Proposal.objects.public().order_by().values("pk"))

    def gone(self) -> Self:
        """Return those that were hidden or withdrawn after they were chosen; only their number is named."""
        return self.filter(proposal__in=Proposal.objects.placeholders().order_by().values("pk"))

    def for_viewpoint(self, viewpoint: Viewpoint | None) -> Self:
        """Return those under one viewpoint; all for None."""
        return self.filter(viewpoint=viewpoint) if viewpoint else self

    def in_field(self, field: Field | None) -> Self:
        """Return those from consultations of one field, each voice once; all for None."""
        if not field:
            return self
        choices = self.filter(proposal__consultation__fields=field).order_by()
        return self.filter(pk__in=choices.values("proposal").annotate(first=models.Min("pk")).values("first"))

    def for_cards(self) -> Self:
        """Load what a card shows, in a fixed number of queries."""
        return self.select_related("proposal__consultation", "source", "viewpoint").defer(
            "proposal__search_text", "proposal__search_bigrams", "source__search_text", "source__search_bigrams"
        )

    def count_by_viewpoint(self) -> dict[int, int]:
        """Return how many stand under each viewpoint."""
        rows = self.order_by().values_list("viewpoint").annotate(n=models.Count("*"))
        return dict(rows)

    def choose(self, *, proposal: Proposal, viewpoint: Viewpoint, by: User, order: int = 100) -> "ChosenVoice":
        """Show a public proposal on a viewpoint's page, with today's likes as the number that stays.

        Raises ActionRefused for a proposal that is not public, or one that already stands there.
        """
        with transaction.atomic():
            locked = Proposal.objects.public().select_for_update(of=("self",)).filter(pk=proposal.pk).first()
            if locked is None:
                raise ActionRefused(_("公開されている意見だけを選べます。"))
            choice, is_new = self.get_or_create(
                viewpoint=viewpoint,
                proposal=locked,
                defaults={"like_count": locked.like_total, "as_of": timezone.localdate(), "order": order},
            )
            if not is_new:
                raise ActionRefused(_("この意見は、この視点ですでに選ばれています。"))
            AuditEntry.record("choose_voice", choice, by=by, code=locked.code, viewpoint=viewpoint.number)
        return choice

    def is_featured(self, *, proposal: Proposal, viewpoint: Viewpoint) -> bool:
        """Return whether the voice is on the viewpoint's page already."""
        return self.filter(proposal=proposal, viewpoint=viewpoint).exists()

    def drop_all(self, *, by: User, reason: str) -> int:
        """Take all of them off their pages, or none; how many there were."""
        with transaction.atomic():
            rows = list(self.select_related("proposal", "viewpoint"))
            for chosen in rows:
                chosen.drop(by=by, reason=reason)
        return len(rows)


class ChosenVoice(models.Model):
    """A proposal on a viewpoint's page (選定した声), with its likes of the day it was chosen; that number never changes.

    The live number stands beside it. The database refuses to change what was frozen.
    """

    viewpoint = models.ForeignKey(Viewpoint, models.PROTECT, related_name="chosen_voices", verbose_name=_("視点"))
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="chosen", verbose_name=_("意見"))
    like_count = models.PositiveIntegerField(_("選定時のイイネ！の数"))
    as_of = models.DateField(_("数の時点"))
    source = models.ForeignKey(
        SourceDocument,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="chosen_voices",
        verbose_name=_("引用された資料"),
    )
    order = models.PositiveSmallIntegerField(_("並び順"), default=100)
    chosen_at = models.DateTimeField(_("選定日時"), auto_now_add=True)

    objects = ChosenVoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("選定した声")
        verbose_name_plural = _("選定した声")
        ordering = ["viewpoint", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["viewpoint", "proposal"],
                name="chosen_once",
                violation_error_message=_("この意見は、この視点ですでに選ばれています。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.viewpoint} {self.proposal}"

    def move(self, *, by: User, order: int) -> None:
        """Put it further up or down on the page."""
        with transaction.atomic():
            before = type(self).objects.select_for_update().get(pk=self.pk).order
            self.order = order
            self.save(update_fields=["order"])
            AuditEntry.record("move_voice", self, by=by, before=before, after=order)

    def drop(self, *, by: User, reason: str) -> None:
        """Take it off the page; the voice itself stays where it was written."""
        if not reason.strip():
            raise ActionRefused(_("選定を取り消すときは理由を書いてください。"))
        with transaction.atomic():
            AuditEntry.record(
                "drop_voice", self, by=by, reason=reason.strip(),
                code=self.proposal.code, viewpoint=self.viewpoint.number, likes=self.like_count, as_of=str(self.as_of),
            )  # fmt: skip
            self.delete()
