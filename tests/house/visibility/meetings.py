"""The rows of meetings of which the table of visibility speaks."""

from collections.abc import Callable, Iterator
from typing import Any

from django.utils import timezone

from apps.meetings.actions import ask_members, call_off_meeting
from tests.meetings.factories import announced, closed_item, draft_meeting, held, minutes, organ, with_minutes

Rows = Iterator[tuple[str, Any]]


def organs(world: Any) -> Rows:
    yield "public", organ(world.elsewhere)
    yield "being prepared by the own department", organ(world.department, is_public=False)
    yield "being prepared by another department", organ(world.elsewhere, is_public=False)


def meetings(world: Any) -> Rows:
    yield "announced", announced(organ(world.elsewhere))
    off = announced(organ(world.elsewhere))
    call_off_meeting(meeting=off, outcome="cancelled", reason="大雪のため。", by=None)
    yield "called off", off
    yield "draft of the own department", draft_meeting(organ(world.department))
    yield "draft of another department", draft_meeting(organ(world.elsewhere))


def agenda_items(world: Any) -> Rows:
    meeting = announced(organ(world.elsewhere))
    yield "of an announced meeting", meeting.items.get()
    yield "closed, of an announced meeting", closed_item(meeting)
    yield "of a draft", draft_meeting(organ(world.elsewhere)).items.get()


def all_minutes(world: Any) -> Rows:
    yield "published", with_minutes(held(organ(world.elsewhere))).minutes.get()
    yield "draft of the own department", minutes(held(organ(world.department)))
    yield "draft of another department", minutes(held(organ(world.elsewhere)))


def confirmations(world: Any) -> Rows:
    for name, department in (("the own", world.department), ("another", world.elsewhere)):
        draft = minutes(held(organ(department)))
        ask_members(minutes=draft, due_on=timezone.localdate(), by=None)
        yield f"of a body of {name} department", draft.confirmations.get()


MAKERS: dict[str, Callable[[Any], Rows]] = {
    "meetings.AgendaItem": agenda_items,
    "meetings.Confirmation": confirmations,
    "meetings.Meeting": meetings,
    "meetings.Minutes": all_minutes,
    "meetings.Organ": organs,
}
