"""The rows of public comments of which the table of visibility speaks."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from apps.public_comments.actions import (
    add_scan,
    assign_views,
    cut_point,
    exclude_opinion,
    hand_in_result,
    publish_result,
    withdraw_opinion,
)
from apps.public_comments.models import ViewAssignment
from tests.accounts.factories import DepartmentFactory
from tests.public_comments.factories import answered, close, draft_case, entered, open_case, sent, viewed

Rows = Iterator[tuple[str, Any]]


def public_comment_cases(world: Any) -> Rows:
    today = timezone.localdate()
    yield "draft of the own department", draft_case(world.department)
    yield "draft of another department", draft_case(world.elsewhere)
    yield "upcoming", open_case(world.elsewhere, opens_on=today + timedelta(days=1))
    yield "open", open_case(world.elsewhere)
    yield "closed", close(open_case(world.elsewhere))


def opinions(world: Any) -> Rows:
    own = open_case(world.department)
    yield "accepted, to the own department", sent(own)
    yield "accepted, to another department", sent(open_case(world.elsewhere))
    left_out, taken_back = sent(own), sent(own)
    exclude_opinion(opinion=left_out, reason="late", by=None)
    withdraw_opinion(opinion=taken_back)
    yield "excluded, to the own department", left_out
    yield "withdrawn, to the own department", taken_back
    yield "accepted, of the author", sent(own, author=world.author)


def opinion_senders(world: Any) -> Rows:
    yield "of an opinion to the own department", sent(open_case(world.department)).sender
    yield "of an opinion to another department", sent(open_case(world.elsewhere)).sender


def city_views(world: Any) -> Rows:
    yield "of the own department", viewed(close(open_case(world.department)))
    yield "of another department", viewed(close(open_case(world.elsewhere)))
    yield "of another department, given to the own", _assigned(world.elsewhere, world.department).view


def _assigned(department: Any, to: Any) -> ViewAssignment:
    view = viewed(close(open_case(department)))
    assign_views(case=view.case, views=[view], departments=[to], due_on=timezone.localdate(), by=None)
    return view.assignments.get()


def view_assignments(world: Any) -> Rows:
    yield "of the own department to a third", _assigned(world.department, DepartmentFactory())
    yield "of another department to the own", _assigned(world.elsewhere, world.department)
    yield "of another department to a third", _assigned(world.elsewhere, DepartmentFactory())


def opinion_points(world: Any) -> Rows:
    for name, department in (("own", world.department), ("another", world.elsewhere)):
        opinion = sent(open_case(department))
        close(opinion.case)
        part = opinion.parts.get()
        yield f"of {'the own' if name == 'own' else name} department", cut_point(part=part, quote=part.body, by=None)[0]


def public_comment_results(_world: Any) -> Rows:
    case = open_case()
    sent(case)
    yield "published", answered(close(case))


def public_comment_rows(_world: Any) -> Rows:
    case = open_case()
    sent(case)
    first = answered(close(case)).answers.get()
    hand_in_result(case=case, by=None)
    yield "of the newest edition", publish_result(case=case, by=None, note="誤字を直しました。").answers.get()
    yield "of a former edition", first


def opinion_scans(world: Any) -> Rows:
    for name, department in (("the own", world.department), ("another", world.elsewhere)):
        opinion = entered(open_case(department))
        yield f"to {name} department", add_scan(opinion=opinion, file=ContentFile(b"x", name="x.pdf"), by=None)


MAKERS: dict[str, Callable[[Any], Rows]] = {
    "public_comments.Case": public_comment_cases,
    "public_comments.CityView": city_views,
    "public_comments.ViewAssignment": view_assignments,
    "public_comments.OpinionPoint": opinion_points,
    "public_comments.OpinionScan": opinion_scans,
    "public_comments.ResultEdition": public_comment_results,
    "public_comments.ResultRow": public_comment_rows,
    "public_comments.Opinion": opinions,
    "public_comments.Sender": opinion_senders,
}
