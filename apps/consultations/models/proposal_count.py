"""How many public proposals a consultation has, kept by the database: a page that says a number does not count 100,000 rows."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.consultations.models.channel import Channel

if TYPE_CHECKING:
    from apps.consultations.models.consultation import Consultation


class ProposalCountQuerySet(models.QuerySet["ProposalCount"]):
    """QuerySet of ProposalCount."""

    def in_consultation(self, consultation: "Consultation") -> Self:
        """Filter the counts of one consultation."""
        return self.filter(consultation=consultation)

    def in_announced_consultations(self) -> Self:
        """Filter the counts of all consultations that residents see."""
        return self.filter(consultation__published_at__lte=timezone.now())

    def by_channel(self) -> list[tuple[str, int]]:
        """Return (label of the channel, number of proposals), the most first."""
        rows = self.order_by().values("channel").annotate(number=Sum("n")).filter(number__gt=0)
        labels = dict(Channel.choices)
        ordered = rows.order_by("-number", "channel").values_list("channel", "number")
        return [(str(labels.get(channel, channel)), number) for channel, number in ordered]

    def of_outer_consultation(self) -> Coalesce:
        """Return an expression for queries of consultations: how many public proposals each has, 0 without any."""
        counted = self.filter(consultation=OuterRef("pk")).order_by().values("consultation").annotate(number=Sum("n"))
        return Coalesce(Subquery(counted.values("number")), 0, output_field=models.IntegerField())


class ProposalCount(models.Model):
    """A share of the number of public proposals of a question by channel; the shares of all slots together are the number.

    Written by triggers on the proposals only, in the transaction of each change, whoever makes it. A slot belongs to one
    open transaction at a time (`page_cache_slot`), so that no post waits for another; a share may be negative.
    """

    consultation = models.ForeignKey(
        "consultations.Consultation", models.DO_NOTHING, db_constraint=False, related_name="+", editable=False
    )
    question = models.ForeignKey(
        "consultations.Question", models.DO_NOTHING, db_constraint=False, related_name="+", editable=False
    )
    channel = models.CharField(max_length=20, editable=False)
    slot = models.SmallIntegerField(editable=False)
    n = models.IntegerField(editable=False)

    objects = ProposalCountQuerySet.as_manager()

    class Meta:
        verbose_name = "意見の数"
        verbose_name_plural = "意見の数"
        constraints = [
            models.UniqueConstraint(fields=["consultation", "question", "channel", "slot"], name="proposal_count_once")
        ]

    def __str__(self) -> str:
        return f"{self.consultation_id} {self.n}"
