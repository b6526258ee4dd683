"""QuerySet of projects: who sees which, lists and their filters, counts."""

from collections.abc import Mapping
from typing import Any, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, When
from django.db.models.functions import ExtractYear
from django.utils import timezone

from apps.accounts.models import Role, User
from apps.consultations.models import Consultation, Proposal, Tag, Topic
from apps.core.models import SearchQuerySet
from apps.council.models.choices import Part, Stage
from apps.council.models.organization import Organization
from apps.vision.models import Field, Viewpoint

EDITING_PARTS = [Part.LEAD, Part.PARTNER]
# Filters of the list: query parameter → column, or annotation of `with_year`
DIMENSIONS = {
    "viewpoint": "placements__viewpoint",
    "field": "fields",
    "organization": "participations__organization",
    "method": "method",
    "domain": "domain",
    "stage": "stage",
    "year": "year",
}


class ProjectQuerySet(SearchQuerySet[Any]):
    """QuerySet of Project. Models that point at projects (participations, revisions …) are named by string."""

    def public(self) -> Self:
        """Return what everyone may read."""
        return self.filter(published_at__lte=timezone.now())

    def of_organizations(self, organizations: models.QuerySet["Organization"]) -> Self:
        """Return those in which one of these organizations has a part that lets it edit."""
        participations = apps.get_model("council", "Participation")._default_manager
        own = participations.filter(project=OuterRef("pk"), organization__in=organizations, part__in=EDITING_PARTS)
        return self.filter(Exists(own))

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return public ones, those of one's own organization in any state, and for the secretariat all."""
        if not user.is_authenticated:
            return self.public()
        if user.has_role(Role.SECRETARIAT):
            return self.all()
        own = self.of_organizations(Organization.objects.for_user(user)).values("pk")
        return self.filter(Q(published_at__lte=timezone.now()) | Q(pk__in=own))

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """Return those of one's own organization; all for the secretariat."""
        if user.is_authenticated and user.has_role(Role.SECRETARIAT):
            return self.all()
        return self.of_organizations(Organization.objects.for_user(user))

    def worked_on_by(self, user: User | AnonymousUser) -> Self:
        """Return those that a person works on: edited ones, and for staff those of the own department, shared ones too."""
        if not user.is_authenticated:
            return self.none()
        edited = self.model.objects.editable_by(user).values("pk")
        own = user.department_ids()
        shared = self.model.objects.filter(other_departments__in=own).values("pk")
        return self.filter(Q(pk__in=edited) | Q(department__in=own) | Q(pk__in=shared))

    def answering(self, proposal: Proposal) -> Self:
        """Return those that answer a voice: itself, a topic that holds it, or the consultation it was given to."""
        topics = Topic.objects.public().holding(proposal).values("pk")
        return self.filter(
            Q(proposal=proposal) | Q(topic__in=topics) | Q(consultation=proposal.consultation_id)
        ).distinct()

    def answering_topic(self, topic: Topic) -> Self:
        """Return those that answer a topic, or the consultation it belongs to."""
        return self.filter(Q(topic=topic) | Q(consultation=topic.consultation_id))

    def answering_consultation(self, consultation: Consultation) -> Self:
        """Return those that answer a consultation as a whole."""
        return self.filter(consultation=consultation)

    def with_voice(self) -> Self:
        """Return those that answer a public voice or a public topic; with both."""
        # Asked project by project: as two lists, the public voices would all be gathered first.
        voice = Exists(Proposal.objects.public().filter(pk=OuterRef("proposal"))) | Exists(
            Topic.objects.public().filter(pk=OuterRef("topic"))
        )
        return self.filter(voice).select_related("topic", "proposal")

    def with_organization(self, organization: Organization) -> Self:
        """Return those in which an organization takes part, in whatever part."""
        return self.filter(participations__organization=organization)

    def repeating(self, text: models.Model) -> Self:
        """Return those that may repeat words of a text: those that it started."""
        return self.filter(proposal=text) if isinstance(text, Proposal) else self.none()

    def newest(self) -> Self:
        """Order by the last change, newest first."""
        return self.order_by("-changed_at", "-pk")

    def tagged(self, tag: Tag) -> Self:
        """Return those that carry an approved tag."""
        return self.filter(tag_items__tag=tag, tag_items__tag__is_approved=True)

    def oldest(self) -> Self:
        """Order by the first day, earliest first; what has no day comes last, in the order of registration."""
        return self.order_by(F("starts_on").asc(nulls_last=True), "pk")

    def for_viewpoint(self, viewpoint: Viewpoint | None) -> Self:
        """Return those under a viewpoint: first the ones that are at home there, then the 【再掲】."""
        return self.filter(placements__viewpoint=viewpoint).with_repeats(viewpoint).order_by("is_repeat", "pk")

    def with_repeats(self, viewpoint: Viewpoint | None) -> Self:
        """Annotate `is_repeat` (bool): it is 【再掲】 under this viewpoint, being at home under another one."""
        placements = apps.get_model("council", "ProjectViewpoint")._default_manager
        repeated = placements.filter(project=OuterRef("pk"), viewpoint=viewpoint, position__gt=1)
        return self.annotate(is_repeat=Exists(repeated))

    def in_field(self, field: Field | None) -> Self:
        """Return those in one field; all for None."""
        return self.filter(fields=field) if field else self

    def for_cards(self) -> Self:
        """Load what a card shows, in a fixed number of queries."""
        return self.defer("search_text", "search_bigrams", "body").prefetch_related(
            "placements__viewpoint", "fields", "participations__organization"
        )

    def for_page(self) -> Self:
        """Load what a project's own page shows; `public_tag_items` is a list of its approved tags, by name."""
        pictures: Any = apps.get_model("council", "ProjectPicture")
        tags = apps.get_model("council", "ProjectTag")._default_manager.order_by("tag__name")
        return self.select_related("department", "consultation", "topic", "proposal__consultation", "match").prefetch_related(
            "placements__viewpoint", "fields", "participations__organization", "stage_changes", "links", "other_departments",
            Prefetch("pictures", pictures.objects.public()),
            Prefetch("tag_items", tags.filter(tag__is_approved=True).select_related("tag"), to_attr="public_tag_items"),
        )  # fmt: skip

    def for_workspace(self) -> Self:
        """Load what its people's workspace shows; `waiting_revisions` is a list of the wordings that wait."""
        revisions: Any = apps.get_model("council", "ProjectRevision")
        return self.defer("search_text", "search_bigrams", "body").prefetch_related(
            Prefetch("revisions", revisions.objects.waiting(), to_attr="waiting_revisions")
        )

    def with_year(self) -> Self:
        """Annotate `year` (int or None): the fiscal year in which it began."""
        year = ExtractYear("starts_on")
        return self.annotate(year=Case(When(starts_on__month__gte=4, then=year), default=year - 1))

    def apply_filter(self, chosen: Mapping[str, Any], *, but: str = "") -> Self:
        """Return those that the filter of a list asks for, leaving out one of its questions."""
        rows = self.with_year().search(chosen.get("q", ""))
        for name, column in DIMENSIONS.items():
            if name != but and chosen.get(name) not in (None, ""):
                rows = rows.filter(**{column: getattr(chosen[name], "pk", chosen[name])})
        return rows

    def count_by(self, dimension: str) -> dict[Any, int]:
        """Return how many there are for each value of a question of the filter."""
        column = DIMENSIONS[dimension]
        rows = self.with_year().order_by().values(column).annotate(n=Count("pk", distinct=True))
        return {row[column]: row["n"] for row in rows}

    def cross_table(self) -> dict[tuple[str, str], int]:
        """Return how many there are for each domain and method; "" where none is chosen yet."""
        rows = self.order_by().values("domain", "method").annotate(n=Count("pk"))
        return {(row["domain"], row["method"]): row["n"] for row in rows}

    def count_by_viewpoint(self) -> dict[int, tuple[int, int]]:
        """Return {viewpoint_id: (at home there, 【再掲】)}; only the first add up to a total."""
        rows = self.order_by().values("placements__viewpoint").annotate(
            home=Count("pk", filter=Q(placements__position=1)), again=Count("pk", filter=Q(placements__position__gt=1))
        )  # fmt: skip
        return {
            row["placements__viewpoint"]: (row["home"], row["again"]) for row in rows if row["placements__viewpoint"]
        }

    def first_of_each_stage(self, limit: int) -> Self:
        """Return the newest few of every stage, for a board."""
        place = models.Window(
            models.functions.RowNumber(), partition_by=[F("stage")], order_by=[F("changed_at").desc(), F("pk").desc()]
        )
        return self.annotate(place_in_stage=place).filter(place_in_stage__lte=limit).order_by("-changed_at", "-pk")

    def lessons(self, method: str) -> Self:
        """Return closed ones of the same 手法, whose lessons help with a new one; the last to close first."""
        return self.public().filter(stage=Stage.CLOSED, method=method).order_by("-stage_since", "-pk")

    def get_by_natural_key(self, slug: str) -> Any:
        """Return the project that a fixture names by its slug."""
        return self.get(slug=slug)


class ParticipationQuerySet(models.QuerySet[Any]):
    """QuerySet of Participation."""

    def signing(self) -> Self:
        """Filter those whose organization signs the agreement: it leads the project or carries it out with others."""
        return self.exclude(part=Part.SUPPORT)
