"""固定版: what was counted on a day, kept as it was, under an address that can be printed."""

from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.consultations.models import Consultation, Proposal
from apps.operations.models import AuditEntry
from apps.vision.models import Viewpoint


ATTRIBUTES = ("age_band", "district", "relation")  # of persons, as they stood with the act


class SnapshotQuerySet(models.QuerySet[Any]):
    """Questions about what was frozen."""

    def public(self) -> Self:
        """Those of consultations that are public, and of viewpoints."""
        return self.filter(Q(consultation__in=Consultation.objects.public()) | Q(consultation=None))

    def of(self, consultation: Any, viewpoint: Any) -> Self:
        """Those of one consultation or viewpoint, the newest first."""
        return self.public().filter(consultation=consultation, viewpoint=viewpoint).order_by("-pk")

    @transaction.atomic
    def freeze(
        self,
        *,
        by: Any,
        kind: str,
        title: str,
        where: dict[str, Any],
        query: list[dict[str, Any]],
        payload: Any,
        ids: list[int],
    ) -> "Snapshot":
        """Keep what was counted. It holds counts only; sentences are always read anew from what is public."""
        made = self.create(
            kind=kind, title=title, query=query, payload=payload, proposal_ids=ids, made_by_id=getattr(by, "pk", None), **where
        )  # fmt: skip
        AuditEntry.record("freeze", made, by=by, kind=kind, proposals=len(ids))
        return made


class Snapshot(models.Model):
    """A cloud, comparison, net, trend or table of groups as it was on a day. Written once; the database refuses a change."""

    class Kind(models.TextChoices):
        """What was frozen."""

        CLOUD = "cloud", _("ワードクラウド")
        COMPARE = "compare", _("くらべる")
        NETWORK = "network", _("つながり")
        WEEKS = "weeks", _("うつりかわり")
        GROUPS = "groups", _("グループごと")

    kind = models.CharField(_("種類"), max_length=10, choices=Kind.choices)
    title = models.CharField(_("題名"), max_length=120)
    consultation = models.ForeignKey(
        Consultation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("テーマ")
    )
    viewpoint = models.ForeignKey(
        Viewpoint, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("視点")
    )
    query = models.JSONField(default=list, blank=True)
    payload = models.JSONField(default=dict)
    proposal_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    made_at = models.DateTimeField(_("固定した日時"), auto_now_add=True)
    made_by_id = models.BigIntegerField(_("固定した職員ID"), null=True, blank=True)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = _("固定版")
        verbose_name_plural = _("固定版")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(consultation__isnull=False, viewpoint=None) | Q(consultation=None, viewpoint__isnull=False),
                name="snapshot_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.title}"

    def get_absolute_url(self) -> str:
        """Its address, which never changes."""
        return reverse("analysis:snapshot", args=[self.pk])

    @property
    def where(self) -> dict[str, Any]:
        """What it was counted of, as it stands in addresses."""
        if self.consultation is not None:
            return {"slug": self.consultation.slug}
        return {"number": self.viewpoint.number if self.viewpoint else 0}

    @property
    def is_about_attributes(self) -> bool:
        """Whether it was narrowed by an attribute of persons: such a one is for staff of the consultation only."""
        return any(query.get(name) for query in self.query for name in ATTRIBUTES)

    @property
    def hidden_since(self) -> int:
        """How many of the proposals that were counted are no longer public."""
        return len(self.proposal_ids) - Proposal.objects.public().among(self.proposal_ids).count()
