"""QuerySet of consultations: who sees which, states, lists, promised reply dates."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, JSONObject, TruncDate
from django.utils import timezone

from apps.accounts.models import Role, User
from apps.consultations.models.answers.reply_deadline import Outcome
from apps.consultations.models.base import State
from apps.consultations.models.plain_wording import plain_wordings
from apps.consultations.models.proposal_count import ProposalCount
from apps.consultations.models.schedule import ScheduleChange
from apps.consultations.models.tag import ConsultationTag, Tag
from apps.core.fiscal import fiscal_year
from apps.core.models import SearchQuerySet
from apps.vision.models import Field, Viewpoint

if TYPE_CHECKING:
    from apps.consultations.models.consultation import Consultation
    from apps.consultations.models.moderation.case import ModerationCase


class ConsultationQuerySet(SearchQuerySet["Consultation"]):
    """QuerySet of Consultation. Proposals, which point at consultations, are named by string."""

    def public(self) -> Self:
        """Return those announced to everyone: 予告, 受付中, 集計中, 回答済."""
        return self.filter(published_at__lte=timezone.now())

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return public ones; drafts for the secretariat and for the own department."""
        if not user.is_authenticated:
            return self.public()
        if user.has_role(Role.SECRETARIAT):
            return self.all()
        departments = user.department_ids()
        return self.filter(Q(published_at__lte=timezone.now()) | Q(department__in=departments))

    def manageable_by(self, user: User) -> Self:
        """Return those that the person works on: all for the secretariat, else those of the own departments."""
        if user.has_role(Role.SECRETARIAT):
            return self.all()
        return self.filter(department__in=user.department_ids())

    def of_departments(self, ids: Iterable[int]) -> Self:
        """Filter those of these departments."""
        return self.filter(department__in=ids)

    def get_for_update(self, pk: int) -> "Consultation | None":
        """Return the row with this id under a row lock (SELECT … FOR UPDATE), or None."""
        return self.select_for_update(of=("self",)).filter(pk=pk).first()

    def get_by_slug_or_none(self, slug: str) -> "Consultation | None":
        """Return the one with this slug, or None."""
        return self.filter(slug=slug[:100]).first() if slug else None

    def drafts(self) -> Self:
        """Return drafts (下書き): not yet announced."""
        return self.exclude(published_at__lte=timezone.now())

    def upcoming(self) -> Self:
        """Return upcoming ones (予告): announced, not yet open."""
        return self.filter(opens_at__gt=timezone.now()).order_by("opens_at", "pk")

    def open(self) -> Self:
        """Return open ones (受付中): proposals are taken now; the soonest to close first."""
        now = timezone.now()
        return self.filter(opens_at__lte=now, closes_at__gt=now).order_by("closes_at", "pk")

    def closed(self) -> Self:
        """Return closed ones (集計中 or 回答済); the last to close first."""
        return self.filter(closes_at__lte=timezone.now()).order_by("-closes_at", "-pk")

    def counting(self) -> Self:
        """Return those in counting (集計中): closed, the city's answer is awaited."""
        return self.closed().filter(answered_at=None)

    def answered(self) -> Self:
        """Return answered ones (回答済); the last answer first."""
        return self.exclude(answered_at=None).order_by("-answered_at", "-pk")

    def unanswered(self) -> Self:
        """Return announced ones to which the city has not answered yet, whether they are open or closed."""
        return self.public().filter(answered_at=None)

    def in_state(self, state: str) -> Self:
        """Return those in one state (open, upcoming, counting, answered); all for anything else."""
        return getattr(self, state)() if state in {"open", "upcoming", "counting", "answered"} else self

    def with_nearness(self) -> Self:
        """Annotate `nearness` (int), to sort by: 2 where one can write now, 1 where one soon can, 0 for closed ones."""
        now = timezone.now()
        soon, over = When(opens_at__gt=now, then=1), When(closes_at__lte=now, then=0)
        return self.annotate(nearness=Case(soon, over, default=2, output_field=models.IntegerField()))

    def tagged(self, tag: Tag) -> Self:
        """Return those that carry an approved tag."""
        return self.filter(tag_items__tag=tag, tag_items__tag__is_approved=True)

    def for_viewpoint(self, viewpoint: Viewpoint | None) -> Self:
        """Return those under one viewpoint; all for None."""
        return self.filter(viewpoints=viewpoint) if viewpoint else self

    def in_field(self, field: Field | None) -> Self:
        """Return those in one field; all for None."""
        return self.filter(fields=field) if field else self

    def with_counts(self) -> Self:
        """Annotate `proposal_count` (int): how many public proposals it has."""
        return self.annotate(proposal_count=ProposalCount.objects.of_outer_consultation())

    def with_voices_of(self, day: date) -> Self:
        """Return those that got public proposals on this day, with their department and `new_count` (int)."""
        proposals = apps.get_model("consultations", "Proposal")._default_manager.filter(state=State.PUBLISHED)
        fresh = proposals.received_between(day, day).filter(consultation=OuterRef("pk")).order_by()
        counted = fresh.values("consultation").annotate(n=Count("*")).values("n")
        return self.select_related("department").annotate(new_count=Subquery(counted)).exclude(new_count=None)

    def for_cards(self) -> Self:
        """Load what a card shows, in a fixed number of queries."""
        return self.select_related("department").prefetch_related("viewpoints").with_counts().with_plain_wordings()

    def with_plain_wordings(self) -> Self:
        """Load each in the words of readers of やさしい日本語, こども or English, as `plainly`; no query for others."""
        return self.prefetch_related(*plain_wordings(of_themes=True))

    def for_page(self) -> Self:
        """Load what a consultation's own page shows of it: department, tags, its words in the reader's language."""
        return self.select_related("department").with_tags().with_plain_wordings()

    def with_tags(self) -> Self:
        """Annotate `public_tags` (list of {"name", "slug"}, by name): the approved tags, in the same query."""
        items = ConsultationTag.objects.filter(content_object=OuterRef("pk"), tag__is_approved=True)
        tags = items.order_by("tag__name").values(told=JSONObject(name="tag__name", slug="tag__slug"))
        return self.annotate(public_tags=ArraySubquery(tags))

    def with_cases(self, cases: "models.QuerySet[ModerationCase]") -> Self:
        """Return those in which there are such moderation cases."""
        about = Q(proposals__cases__in=cases.order_by()) | Q(proposals__comments__cases__in=cases.order_by())
        return self.filter(about).distinct()

    # --- promised reply dates (回答予定日) --------------------------------------------------------------------------------
    def with_outcome(self) -> Self:
        """Annotate `first_promise`, `answered_on` and `outcome`.

        約束どおり: answered on the first promised day or before. 遅れ: a promised day passed without an answer, even if
        the answer or a new day came later. 前もって日を延ばした: a new day was announced before the old one had passed,
        and none has passed since. 期限前: the first promised day is still to come.
        """
        today = timezone.localdate()
        moves = ScheduleChange.objects.filter(consultation=OuterRef("pk"), what="reply_due_on", old_day__isnull=False)
        first = Subquery(moves.order_by("changed_at", "pk").values("old_day")[:1])
        kept = Q(answered_on__lte=F("first_promise"))
        passed = Q(answered_on=None, reply_due_on__lt=today) | Q(answered_on__gt=F("reply_due_on"))
        moved_too_late = Exists(moves.filter(changed_at__date__gt=F("old_day")))
        return self.annotate(
            first_promise=Coalesce(first, F("reply_due_on")), answered_on=TruncDate("answered_at")
        ).annotate(
            outcome=Case(
                When(kept, then=Value(Outcome.KEPT)),
                When(passed | Q(moved_too_late), then=Value(Outcome.LATE)),
                When(Q(answered_on__isnull=False) | Q(first_promise__lt=today), then=Value(Outcome.MOVED)),
                default=Value(Outcome.WAITING),
                output_field=models.CharField(),
            )
        )

    def promised(self) -> Self:
        """Filter announced consultations with a promised reply date, with their outcome."""
        return self.filter(published_at__lte=timezone.now(), reply_due_on__isnull=False).with_outcome()

    def awaiting_answer(self, *, until: date) -> Self:
        """Filter announced, unanswered consultations with a promised day up to `until`, most urgent first."""
        unanswered = self.filter(published_at__lte=timezone.now(), answered_at=None, reply_due_on__lte=until)
        return unanswered.select_related("department").order_by("reply_due_on", "pk")

    def late(self) -> Self:
        """Filter overdue consultations (遅れ), longest overdue first."""
        return self.awaiting_answer(until=timezone.localdate() - timedelta(days=1))

    def without_promise(self) -> Self:
        """Filter announced consultations without a promised date on record (旧Liqlid)."""
        return self.filter(published_at__lte=timezone.now(), reply_due_on=None)

    def apply_promise_filter(self, filters: dict[str, Any]) -> Self:
        """Filter promised consultations by "year" (fiscal), "department" and "outcome", where given."""
        rows = self.promised()
        if filters["year"]:
            year = filters["year"]
            rows = rows.filter(first_promise__gte=date(year, 4, 1), first_promise__lt=date(year + 1, 4, 1))
        if filters["department"]:
            rows = rows.filter(department=filters["department"])
        if filters.get("outcome"):
            rows = rows.filter(outcome=filters["outcome"])
        return rows

    def promise_years(self) -> list[int]:
        """Return the fiscal years of first promises, latest first."""
        promised: models.QuerySet[Any] = self.promised()
        return sorted({fiscal_year(day) for day in promised.values_list("first_promise", flat=True)}, reverse=True)

    def get_by_natural_key(self, slug: str) -> "Consultation":
        """Return the consultation that a fixture names by its slug."""
        return self.get(slug=slug)
