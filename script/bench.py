"""How long the pages take, as ratios within this one run: a machine's speed drifts, a ratio stays.

Fills a database of its own with proposals, comments and likes, then asks each page in turn, round after round.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chofu_cocreation.settings")
django.setup()

from bench_plans import report_times  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_databases, setup_test_environment, teardown_databases  # noqa: E402
from django.utils import timezone  # noqa: E402

from apps.accounts.models import User  # noqa: E402
from apps.consultations.forms import SORTS  # noqa: E402
from apps.consultations.models import Consultation, Proposal  # noqa: E402
from apps.core.pagination import read_page  # noqa: E402

ROUNDS = 15
SLOW = 200  # milliseconds above which a page's slowest statement is named
DEPTH = 20_000
SLUG = "liqlid-2025"
LOUD = ("new", "liked", "commented")
FILTERS = {
    "quiet": {"sort": "quiet"},
    "q=公園": {"q": "公園"},
    "q=見守りネットワーク": {"q": "見守りネットワーク"},
    "reply=waiting": {"reply": "waiting"},
    "reply=replied": {"reply": "replied"},
    "channel=web": {"channel": "web"},
    "question=1": {"question": "1"},
    "quiet, question=1": {"sort": "quiet", "question": "1"},
}
WRITTEN = {
    "common words": "公園が増えて、子どもが安心して遊べるまちになるとよいです。",
    "words nobody wrote": "螺旋滑走路の撤去跡地に天体望遠鏡を据え付ける。",
    "a long text": "駅前の道路が混むので、バスの本数を増やし、自転車の置き場も広げてほしいです。" * 12,
}


def milliseconds(act: Callable[[], object]) -> float:
    """One run of an act."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def in_turns(acts: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Median of each act, all acts in turn so that drift meets them alike."""
    for act in acts.values():
        act()
    taken: dict[str, list[float]] = {name: [] for name in acts}
    for _round in range(ROUNDS):
        for name, act in acts.items():
            taken[name].append(milliseconds(act))
    return {name: statistics.median(times) for name, times in taken.items()}


def cursor_at(asked: Consultation, sort: str, depth: int) -> str:
    """A cursor that stands `depth` rows into a list, as somebody gets it who reads so far."""
    rows = Proposal.objects.public().in_consultation(asked)
    order = SORTS[sort][1]
    return read_page(rows, order, name=f"{asked.slug}::{sort}:::", size=depth).older


def signed_in() -> Client:
    """The browser of somebody who writes."""
    client = Client()
    person = User.objects.get_or_create_by_email("bench@example.com")
    client.force_login(person, backend="apps.accounts.backends.PortalBackend")
    return client


def slowest_statement(act: Callable[[], object]) -> str:
    """What the database took longest for in one run of an act."""
    taken: list[tuple[float, str]] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            taken.append(((time.perf_counter() - began) * 1000, f"{sql} -- {params}"))

    with connection.execute_wrapper(watch):
        act()
    milliseconds_taken, statement = max(taken)
    return f"{milliseconds_taken:.0f} ms: {statement[:600]}"


def main() -> None:
    """Fill, measure, print."""
    only_plans = sys.argv[1:] == ["plans"]
    number = int(sys.argv[1]) if len(sys.argv) > 1 and not only_plans else DEPTH + 500
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("load_demo", verbosity=0)
        if not only_plans:
            open_again()
            report(number, milliseconds(lambda: fill(number)))
        report_times()
    finally:
        connection.close()
        teardown_databases(databases, verbosity=0)


def open_again() -> None:
    """Only voices that can still get likes are quiet ones: measured in a consultation that is open."""
    now = timezone.now()
    Consultation.objects.filter(slug=SLUG).update(
        closes_at=now + timedelta(days=30), reply_due_on=(now + timedelta(days=60)).date()
    )


def fill(number: int) -> None:
    """Proposals, comments and likes from the seeds' sentences."""
    call_command(
        "generate_proposals",
        proposals=number,
        comments=number // 5,
        likes=number,
        consultation=SLUG,
        yes=True,
        verbosity=0,
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def pages(asked: Consultation, number: int) -> dict[str, Callable[[], object]]:
    """What people open most, and what is asked while they write."""
    base, client, writer = asked.get_absolute_url(), Client(), signed_in()
    acts: dict[str, Callable[[], object]] = {"healthz": lambda: client.get("/healthz")}
    for sort in LOUD:
        acts[f"list {sort}, first page"] = lambda sort=sort: client.get(f"{base}?sort={sort}")
        if number > DEPTH:
            cursor = cursor_at(asked, sort, DEPTH)
            acts[f"list {sort}, from row {DEPTH}"] = lambda sort=sort, at=cursor: client.get(
                f"{base}?sort={sort}&cursor={at}"
            )
    for name, chosen in FILTERS.items():
        acts[f"list {name}"] = lambda chosen=chosen: client.get(base, chosen)
    for name, body in WRITTEN.items():
        acts[f"similar voices, {name}"] = lambda body=body: writer.post(f"{base}similar/", {"body": body})
    proposal = Proposal.objects.public().newest()[0]
    acts["proposal"] = lambda: client.get(proposal.get_absolute_url())
    acts["home"] = lambda: client.get("/")
    return acts


def report(number: int, filled: float) -> None:
    """Medians and ratios of the pages that people open most."""
    acts = pages(Consultation.objects.get(slug=SLUG), number)
    medians = in_turns(acts)
    print(f"{number} proposals written in {filled / 1000:.1f} s; medians of {ROUNDS} rounds")
    for name, median in medians.items():
        print(f"{name:36} {median:8.1f} ms   x{median / medians['list new, first page']:.2f} of the newest list")
        if median > SLOW:
            print(f"{'':38}{slowest_statement(acts[name])}")
    for sort in LOUD:
        deep, first = medians.get(f"list {sort}, from row {DEPTH}"), medians[f"list {sort}, first page"]
        if deep:
            print(f"reading on, {sort}: from row {DEPTH} costs x{deep / first:.2f} of the first page")


if __name__ == "__main__":
    main()
