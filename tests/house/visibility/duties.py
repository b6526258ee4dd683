"""The rows of changes of duties of which the table of visibility speaks."""

from collections.abc import Callable, Iterator
from typing import Any

from django.utils import timezone

from apps.accounts.models import DutyChange
from tests.accounts.factories import make_staff

Rows = Iterator[tuple[str, Any]]


def duty_changes(world: Any) -> Rows:
    day = timezone.localdate()
    make = DutyChange.objects.create
    yield (
        "from one to another",
        make(kind="move", person=world.people["own"], successor=world.people["other"], starts_on=day),
    )
    yield "between two others", make(kind="move", person=make_staff(), successor=make_staff(), starts_on=day)


MAKERS: dict[str, Callable[[Any], Rows]] = {"accounts.DutyChange": duty_changes}
