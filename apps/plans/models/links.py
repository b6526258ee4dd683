"""Links from sheets to proposals, projects and indicators: made at any time, also after 公表, for they are no part of it."""

from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.consultations.models import Consultation, Proposal, Topic
from apps.consultations.models.proposal import ProposalQuerySet
from apps.core.text import as_number
from apps.core.types import StrOrPromise
from apps.council.models import Project
from apps.plans.line_parser import same_lines
from apps.plans.models.constants import Block
from apps.plans.models.line import SheetLine
from apps.plans.models.sheet import PlanSheet
from apps.vision.models import Indicator

Target = Proposal | Topic | Consultation | Project | Indicator
# kind in URLs: (column, model, field that is its key in URLs)
TARGETS: dict[str, tuple[str, type[Target], str]] = {
    "proposal": ("proposal", Proposal, "code"),
    "topic": ("topic", Topic, "code"),
    "consultation": ("consultation", Consultation, "slug"),
    "project": ("project", Project, "slug"),
    "indicator": ("indicator", Indicator, "slug"),
}


def _one_target() -> Q:
    """Return the condition that exactly one of the columns is filled."""
    columns = [column for column, _model, _key in TARGETS.values()]
    condition = Q(pk__in=[])
    for filled in columns:
        condition |= Q(**{f"{column}__isnull": column != filled for column in columns})
    return condition


def public_target(kind: str, key: str) -> Target | None:
    """Return the object with this kind and key, if everyone may see it; None otherwise."""
    if kind not in TARGETS:
        return None
    _column, model, name = TARGETS[kind]
    target: Target | None = model.objects.public().filter(**{name: as_number(key) if name == "code" else key}).first()
    return target


class SheetLinkQuerySet(models.QuerySet["SheetLink"]):
    """QuerySet of SheetLink."""

    def of_sheet(self, sheet: PlanSheet) -> Self:
        """Return the links of one sheet whose target everyone may see."""
        return self.filter(sheet=sheet).with_public_ends()

    def waiting_for(self, sheet: PlanSheet) -> Self:
        """Return the links of earlier editions that a correction will take over when it is published; none after that."""
        earlier = PlanSheet.objects.published().in_year(sheet.year).numbered(sheet.number).exclude(pk=sheet.pk)
        return self.filter(sheet__in=earlier) if not sheet.is_published else self.none()

    def in_effect_for(self, sheet: PlanSheet) -> Self:
        """Return the links of a sheet, and those that it will take over from the edition that it corrects."""
        return self.filter(Q(pk__in=self.filter(sheet=sheet)) | Q(pk__in=self.waiting_for(sheet)))

    @transaction.atomic
    def move_to(self, sheet: PlanSheet) -> int:
        """Move these links to a newer edition and return how many; a link to a line goes to the line it became.

        Where the newer edition has no such line, its link is one of the whole sheet.
        """
        links = list(self.select_related("line").order_by("pk"))
        next_lines = lines_of_next_edition({link.sheet_id for link in links}, sheet)
        for link in links:
            targets = {column: getattr(link, f"{column}_id") for column, _model, _key in TARGETS.values()}
            where = {f"{column}_id": pk for column, pk in targets.items()} | {"line_id": next_lines.get(link.line_id)}
            sheet.links.get_or_create(**where, defaults={"made_by_id": link.made_by_id, "made_at": link.made_at})
        self.filter(pk__in=[link.pk for link in links]).delete()
        return len(links)

    def with_public_ends(self) -> Self:
        """Return links whose target is public, with all ends joined: a proposal hidden or withdrawn since is not listed."""
        ends = Q(pk__in=[])
        for column, model, _key in TARGETS.values():
            ends |= Q(**{f"{column}__in": model.objects.public()})
        return self.filter(ends).select_related(
            "sheet", "line", "proposal", "topic", "consultation", "project", "indicator"
        )

    def leading_to(self, target: Target) -> Self:
        """Return links of public sheets to a target, directly or through what it led to; by year and number.

        A proposal leads on to its topics and its consultation, a topic to its consultation, and each of them to the public
        projects that answer it; so a proposal's timeline and the list of its plans cannot say different things.
        """
        links = self.filter(self._reached_from(target), sheet__in=PlanSheet.objects.public()).with_public_ends()
        return links.order_by("sheet__year", "sheet__number", "pk")

    def _reached_from(self, target: Target) -> Q:
        if isinstance(target, Proposal):
            topics, projects = Topic.objects.public().holding(target), Project.objects.public().answering(target)
            ends = Q(proposal=target) | Q(topic__in=topics.values("pk")) | Q(project__in=projects.values("pk"))
            return ends | Q(consultation=target.consultation_id)
        if isinstance(target, Topic):
            answering = Project.objects.public().answering_topic(target)
            return Q(topic=target) | Q(consultation=target.consultation_id) | Q(project__in=answering.values("pk"))
        if isinstance(target, Consultation):
            answering = Project.objects.public().answering_consultation(target)
            return Q(consultation=target) | Q(project__in=answering.values("pk"))
        column = next(column for column, model, _key in TARGETS.values() if isinstance(target, model))
        return Q(**{column: target})

    def proposals(self) -> ProposalQuerySet:
        """Return the public proposals of these links: linked themselves, in a linked topic, or answered by a linked project.

        Those of a linked consultation are not among them: it is listed as a whole.
        """
        projects = Project.objects.public().filter(plan_links__in=self)
        topics = Topic.objects.public().filter(Q(plan_links__in=self) | Q(projects__in=projects))
        linked = Q(plan_links__in=self) | Q(topic_items__topic__in=topics) | Q(projects__in=projects)
        keys = Proposal.objects.filter(linked).order_by().values("pk")
        return Proposal.objects.public().filter(pk__in=keys)

    def indicators(self) -> list[Indicator]:
        """Return the linked indicators, each once, with their values."""
        return list(Indicator.objects.filter(plan_links__in=self).distinct().with_values())


class SheetLink(models.Model):
    """A link from a sheet, or one line of it, to a proposal, a consultation, a project or an indicator."""

    sheet = models.ForeignKey(PlanSheet, models.CASCADE, related_name="links")
    line = models.ForeignKey(SheetLine, models.CASCADE, null=True, blank=True, related_name="links")
    proposal = models.ForeignKey(Proposal, models.CASCADE, null=True, blank=True, related_name="plan_links")
    topic = models.ForeignKey(Topic, models.CASCADE, null=True, blank=True, related_name="plan_links")
    consultation = models.ForeignKey(Consultation, models.CASCADE, null=True, blank=True, related_name="plan_links")
    project = models.ForeignKey(Project, models.CASCADE, null=True, blank=True, related_name="plan_links")
    indicator = models.ForeignKey(Indicator, models.CASCADE, null=True, blank=True, related_name="plan_links")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    objects = SheetLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("シートのつながり")
        verbose_name_plural = _("シートのつながり")
        ordering = ["sheet", "pk"]
        constraints = [
            models.CheckConstraint(condition=_one_target(), name="sheet_link_one_target"),
            models.UniqueConstraint(
                fields=["sheet", "line", "proposal", "topic", "consultation", "project", "indicator"],
                nulls_distinct=False,
                name="sheet_link_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} → {self.target}"

    @property
    def target(self) -> Target | None:
        """Return the object at the other end."""
        return self.proposal or self.topic or self.consultation or self.project or self.indicator

    @property
    def kind_label(self) -> StrOrPromise:
        """Return the kind of the target, in words."""
        labels = {
            "proposal": _("市民の声"),
            "topic": _("論点"),
            "consultation": _("テーマ（意見募集）"),
            "project": _("協議会の取組"),
            "indicator": _("指標"),
        }
        return next(labels[kind] for kind, (column, _m, _k) in TARGETS.items() if getattr(self, f"{column}_id"))

    @property
    def words(self) -> str:
        """Return the name of the target in a list."""
        proposal = self.proposal
        return f"{proposal.code} {proposal.heading}" if proposal else str(self.target)


def lines_of_next_edition(old_sheets: set[int], new: PlanSheet) -> dict[int | None, int]:
    """Match the lines of older editions with those of a newer one; return {id of the old line: id of the new one}."""
    matches: dict[int | None, int] = {}
    for sheet_id in old_sheets:
        for block in Block.values:
            old = list(SheetLine.objects.filter(sheet_id=sheet_id).in_block(block))
            lines = list(new.lines.in_block(block))
            places = same_lines([(line.mark, line.text) for line in old], [(line.mark, line.text) for line in lines])
            matches |= {old[place].pk: line.pk for line, place in zip(lines, places, strict=True) if place is not None}
    return matches
