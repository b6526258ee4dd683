"""Every page has a budget of queries, and it is the same with 3 and with 30 rows of everything.

The budgets stand in tests/house/query_budgets.json. A page that is new, or needs more, is written there by hand, or by

    QUERY_BUDGETS=write script/test tests/safety/test_query_budgets.py
"""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.intake.services import exports
from tests.safety.world import City, visit

BUDGETS = Path(__file__).parents[1] / "house" / "query_budgets.json"
FEW, MANY = 3, 30
# What a page shows only from some voices on costs a query or two more then; it does not grow further.
SHOWN_FROM_SOME_ON = {"analysis:cloud"}
# The other pages of the admin site ask no more than these.
ADMIN = ("admin:index", "_changelist", "_change")


def measured(city: City, browsers: dict[str, Client]) -> dict[str, dict[str, int]]:
    """How many queries each page asks for each person who gets to see it."""
    found: dict[str, dict[str, int]] = {}
    for name, address in city.addresses().items():
        for person in people_for(name):
            reset_queries()  # Django keeps no more than 9,000 of them
            with CaptureQueriesContext(connection) as queries:
                answer = visit(browsers[person], address)
            if answer.status_code == 302:
                visit(browsers[person], "/terms/")  # what a redirect leaves to say is no part of the page visited next
            if answer.status_code == 200:
                found.setdefault(name, {})[person] = len(queries)
    return found


@pytest.fixture
def still_clock() -> Iterator[None]:
    """However long the visits take, no session reaches the hour at which it is written anew."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


def people_for(name: str) -> list[str]:
    """Whose visit is counted."""
    if name.startswith("admin:"):
        return ["secretariat"] if name.endswith(ADMIN) else []
    return ["visitor", "resident"]


@pytest.mark.django_db
@pytest.mark.usefixtures("still_clock", "without_page_cache")
def test_every_page_keeps_its_budget(
    sign_in: Callable[[Any], Client], settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(exports, "COUNTS_HOLD", 3600)  # the cache has the real clock, and a busy machine is slow
    city = City()
    browsers = {"visitor": Client(), **{role: sign_in(city.people[role]) for role in ("resident", "secretariat")}}
    city.grow(FEW)
    measured(city, browsers)  # what a process asks once (content types, a session's first hour) is asked now
    few = measured(city, browsers)
    city.grow(MANY)
    measured(city, browsers)  # figures that are kept until the voices change are counted anew now
    many = measured(city, browsers)
    if os.environ.get("QUERY_BUDGETS") == "write":
        most = {name: {person: max(few[name][person], many[name][person]) for person in few[name]} for name in few}
        lines = [f"  {json.dumps(name)}: {json.dumps(most[name])}" for name in sorted(most)]
        BUDGETS.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    budgets = json.loads(BUDGETS.read_text(encoding="utf-8"))
    grown = {
        name: (few[name], many[name])
        for name in few
        for person in few[name]
        if abs(many[name][person] - few[name][person]) > (2 if name in SHOWN_FROM_SOME_ON else 0)
    }
    over = {
        (name, person): (number, budgets.get(name, {}).get(person))
        for numbered in (few, many)
        for name, numbers in numbered.items()
        for person, number in numbers.items()
        if number > budgets.get(name, {}).get(person, -1)
    }
    assert not grown, f"grow with the rows: {grown}"
    assert not over, f"page and person: (queries, budget or None): {over}"
    assert not set(budgets) - set(few), f"no such page: {set(budgets) - set(few)}"
