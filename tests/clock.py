"""The clock of the tests: one moment for the whole run, so that a test means the same on every day.

`TEST_TODAY` moves it: a day (`2027-03-31`, then it is nine in the morning in Chofu) or a moment (`2026-12-31T23:59` in
Chofu, `2026-11-25T16:30+00:00` anywhere). A test moves it by `time_machine.travel`. It stands from before the test
modules are imported until the end of the run; `time.monotonic()` goes on, as do the clocks of other processes.
"""

import inspect
import os
import re
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
import time_machine

VARIABLE = "TEST_TODAY"
DEFAULT = "2026-11-25"
MORNING = time(9)
CHOFU = ZoneInfo("Asia/Tokyo")

# Code for a Python process that a test starts: it has the same clock.
IN_ANOTHER_PROCESS = "from tests import clock; clock.stopped().start(); "


def moment(text: str) -> datetime:
    """Read what TEST_TODAY says: a day is its morning, a moment without offset is one in Chofu."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{VARIABLE}={text}: not YYYY-MM-DD or YYYY-MM-DDTHH:MM[+offset]") from error
    if len(text) == len("YYYY-MM-DD"):
        found = datetime.combine(found, MORNING)
    return (found if found.tzinfo else found.replace(tzinfo=CHOFU)).astimezone(UTC)


def today() -> datetime:
    """The moment at which this run's tests take place."""
    return moment(os.environ.get(VARIABLE) or DEFAULT)


def stopped() -> time_machine.travel:
    """The clock stands at the moment of the run."""
    return time_machine.travel(today(), tick=False)


def real() -> time_machine.travel:
    """The clock shows the real time and goes on: for what talks to a process that has no other."""
    return time_machine.travel(time_machine.escape_hatch.datetime.datetime.now(UTC), tick=True)


# What a test names that may come out differently on another day, or says with a day of its own.
TIME = re.compile(
    r"\b20[23]\d\b|令和\d|R\d+[.-]|timedelta|localdate|timezone\.now|time\.time|travel|clock|\bnow\b|closed=|upcoming|answered="
)


def speaks_of_time(item: pytest.Item) -> bool:
    """Whether a test has to do with days: what it writes, or what its fixtures are called, says so."""
    function = getattr(item, "function", None)
    return function is None or TIME.search(inspect.getsource(function)) is not None
