"""Base queryset: proposals as staff narrow them, by topic, answer, assignment, event and personal data."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.utils import timezone

from apps.accounts.models import Department
from apps.consultations.models.base import ContributionQuerySet, State
from apps.core.code_lookup import parse_number

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.consultations.models.answers.topic import Topic
    from apps.consultations.models.proposal import Proposal  # noqa: F401 - the row, named by string

PERSONAL_READ = 5000  # texts that are searched for personal data in one list


def first_moment(day: date) -> datetime:
    """Return the beginning of a day in Chofu, with time zone."""
    return datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())


def _rows(name: str) -> "models.QuerySet[Any]":
    rows: models.QuerySet[Any] = apps.get_model("consultations", name)._default_manager.order_by()
    return rows


class ProposalWorkQuerySet(ContributionQuerySet["Proposal"]):
    """Filters and columns of the lists that staff work with. Models that point at proposals are named by string."""

    def by_number_or_words(self, query: str) -> Self:
        """Search by words, or by one or several numbers in whatever width, case and with or without hyphen."""
        numbers = [parse_number(word) for word in query.split()]
        if len(numbers) > 1 and all(numbers):
            return self.filter(code__in=numbers)
        return self.search(query)

    def locked(self) -> Self:
        """Lock the rows until the end of the transaction (SELECT … FOR UPDATE)."""
        return self.select_for_update(of=("self",))

    def to_question(self, number: int) -> Self:
        """Return those to the question with this number."""
        return self.filter(question__number=number)

    def in_state(self, state: str) -> Self:
        """Return those in one state."""
        return self.filter(state=state)

    def by_channel(self, channel: str) -> Self:
        """Return those that reached the city in one way."""
        return self.filter(channel=channel)

    def grouped(self, *, wanted: bool) -> Self:
        """Return those in a topic, or those in none."""
        items = Exists(_rows("TopicProposal").filter(proposal=OuterRef("pk")))
        return self.filter(items if wanted else ~items)

    def in_topic(self, topic: "Topic") -> Self:
        """Return those in one topic."""
        return self.filter(topic_items__topic=topic)

    def answered_by(self, replies: "models.QuerySet[Any]", *, wanted: bool = True) -> Self:
        """Return those to which, or to a topic of which, one of these replies belongs; or with wanted=False the others."""
        direct = Exists(replies.order_by().filter(proposal=OuterRef("pk")))
        by_topic = Exists(replies.order_by().filter(topic__items__proposal=OuterRef("pk")))
        return self.filter(direct | by_topic) if wanted else self.filter(~direct, ~by_topic)

    def in_answer_state(self, state: str, user: "User") -> Self:
        """Return those with a published answer (public), with a draft of the person only (draft), or with neither (none)."""
        replies = _rows("Reply")
        if state == "public":
            return self.answered_by(replies.published())  # type: ignore[attr-defined]
        rows = self.answered_by(replies.published(), wanted=False)  # type: ignore[attr-defined]
        drafts = replies.manageable_by(user).drafts()  # type: ignore[attr-defined]
        return rows.answered_by(drafts, wanted=state == "draft")

    def assigned_to(self, department: Department) -> Self:
        """Return those that the department shall answer, themselves or through a topic."""
        rows = _rows("Assignment").filter(department=department)
        return self.filter(
            Exists(rows.filter(proposal=OuterRef("pk"))) | Exists(rows.filter(topic__items__proposal=OuterRef("pk")))
        )

    def waiting_in(self, departments: Iterable[int]) -> Self:
        """Return those in consultations of these departments to which the city has not answered as a whole."""
        return self.filter(consultation__department__in=departments, consultation__answered_at=None)

    def received_between(self, since: date | None, until: date | None) -> Self:
        """Return those received on one of these days, both included; None leaves a side open."""
        rows = self.filter(created_at__gte=first_moment(since)) if since else self
        return rows.filter(created_at__lt=first_moment(until + timedelta(days=1))) if until else rows

    def seeming_personal(self, hints: Callable[[Iterable[str]], dict[str, list[str]]]) -> Self:
        """Return those of the newest PERSONAL_READ for which `hints` (text → kinds) names a kind of personal data."""
        newest = [
            (row.pk, f"{row.title}\n{row.body}") for row in self.order_by("-pk").only("title", "body")[:PERSONAL_READ]
        ]
        found = hints({text for _pk, text in newest})
        return self.filter(pk__in=[pk for pk, text in newest if found[text]])

    def with_work(self, user: "User") -> Self:
        """Prefetch what the columns 論点 and 回答 show: `topic_items` with topics, and the replies the person may see."""
        replies = apps.get_model("consultations", "Reply")._default_manager.select_related("status", "department")
        seen = Q(published_at__isnull=False) | Q(pk__in=_rows("Reply").manageable_by(user).values("pk"))  # type: ignore[attr-defined]
        items = apps.get_model("consultations", "TopicProposal")._default_manager.select_related("topic")
        return self.prefetch_related(
            Prefetch("topic_items", items),
            Prefetch("replies", replies.filter(seen), to_attr="seen_replies"),
            Prefetch("topic_items__topic__replies", replies.filter(seen), to_attr="seen_replies"),
        )

    def count_work(self, user: "User") -> dict[str, int]:
        """Count, in one query: `all` (public and held), `held`, and of public ones `ungrouped`, `unanswered`, `drafted`."""
        rows = self.filter(state__in=[State.PUBLISHED, State.HELD])
        public = rows.in_state(State.PUBLISHED)
        within = {
            "held": rows.in_state(State.HELD),
            "ungrouped": public.grouped(wanted=False),
            "unanswered": public.in_answer_state("none", user),
            "drafted": public.in_answer_state("draft", user),
        }
        counts = {name: Count("pk", filter=Q(pk__in=found.order_by().values("pk"))) for name, found in within.items()}
        return rows.order_by().aggregate(all=Count("pk"), **counts)

    def event_names(self) -> list[str]:
        """Return the names of the events at which they were collected, the latest first, each once."""
        batches = apps.get_model("consultations", "Batch")._default_manager.exclude(event_name="")
        used = batches.filter(pk__in=self.order_by().values("batch")).order_by("-held_on", "-pk")
        return list(dict.fromkeys(used.values_list("event_name", flat=True)))

    def at_event(self, name: str) -> Self:
        """Return those that were collected at an event of this name."""
        return self.filter(batch__event_name=name)
