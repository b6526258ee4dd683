"""How long the pages take, as ratios within this one run: a machine's speed drifts, a ratio stays.

Fills a database of its own with proposals, comments and likes, then asks each page in turn, round after round.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

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

from apps.consultations.forms import SORTS  # noqa: E402
from apps.consultations.models import Consultation, Proposal  # noqa: E402
from apps.core.pagination import read_page  # noqa: E402

ROUNDS = 15
DEPTH = 20_000
SLUG = "liqlid-2025"


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
            filled = milliseconds(lambda: fill(number))
            report(number, filled)
        report_times()
    finally:
        connection.close()
        teardown_databases(databases, verbosity=0)


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


def report(number: int, filled: float) -> None:
    """Medians and ratios of the pages that people open most."""
    asked, client = Consultation.objects.get(slug=SLUG), Client()
    base = asked.get_absolute_url()
    acts: dict[str, Callable[[], object]] = {"healthz": lambda: client.get("/healthz")}
    for sort in ("new", "liked", "commented"):
        acts[f"list {sort}, first page"] = lambda sort=sort: client.get(f"{base}?sort={sort}")
        if number > DEPTH:
            cursor = cursor_at(asked, sort, DEPTH)
            acts[f"list {sort}, from row {DEPTH}"] = lambda sort=sort, at=cursor: client.get(
                f"{base}?sort={sort}&cursor={at}"
            )
    acts["list quiet"] = lambda: client.get(f"{base}?sort=quiet")
    acts["search 公園"] = lambda: client.get(base, {"q": "公園"})
    acts["search 見守りネットワーク"] = lambda: client.get(base, {"q": "見守りネットワーク"})
    proposal = Proposal.objects.public().newest()[0]
    acts["proposal"] = lambda: client.get(proposal.get_absolute_url())
    acts["home"] = lambda: client.get("/")
    medians = in_turns(acts)
    print(f"{number} proposals written in {filled / 1000:.1f} s; medians of {ROUNDS} rounds")
    for name, median in medians.items():
        print(f"{name:36} {median:8.1f} ms   x{median / medians['list new, first page']:.2f} of the newest list")
    for sort in ("new", "liked", "commented"):
        deep, first = medians.get(f"list {sort}, from row {DEPTH}"), medians[f"list {sort}, first page"]
        if deep:
            print(f"reading on, {sort}: from row {DEPTH} costs x{deep / first:.2f} of the first page")


if __name__ == "__main__":
    main()
