"""Measure the running portal over HTTP: its pages at 1 and 8 kept-alive connections, as ratios to the health page.

Starts a portal of its own (supervisor, two web processes, worker), fills it, asks each page signed out, with the page
cache and without, and signed in; then the same while people write in the same theme. Prints one Markdown table.
Figures of one run belong together: a machine's speed drifts, a ratio stays.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import psutil

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from script.bench_client import Measured, Request, ask  # noqa: E402
from script.bench_memory import memory_of  # noqa: E402
from tests.browser.portal_process import Portal, start_portal, stop_portal  # noqa: E402

SLUG = "liqlid-2025"
HEALTH = "health"
NOT_KEPT = "Cookie: guest=somebody"  # a browser that has liked: it gets a page of its own
LARGE = ("home", "theme, newest", "theme, searched", "proposal", "proposal with most comments", "search", "word cloud")
PRESSES = {"like": 10.0, "post": 3.0, "decision": 1.0}  # acts a second in «while people write»


@dataclass
class Row:
    """A line of the table: a page in one way of asking for it, at 1 and at 8 connections, and what it cost."""

    name: str
    one: Measured
    eight: Measured
    web_cpu: float  # milliseconds of the web processes for an answer
    database_cpu: float

    def cells(self, health: "Row") -> list[str]:
        """The cells of the line."""
        return [
            self.name, f"{self.one.p50:.1f}", f"{self.one.rate:.0f}", f"{self.eight.rate:.0f}",
            f"{self.eight.rate / health.eight.rate:.2f}", f"{self.eight.rate / self.one.rate:.2f}",
            f"{self.eight.p95:.1f}", f"{self.eight.p95 / health.eight.p95:.1f}", f"{self.web_cpu:.1f}",
            f"{self.database_cpu:.1f}", f"{self.eight.size:,}", str(self.eight.failed),
        ]  # fmt: skip


HEAD = (
    "page", "p50 ms (1)", "a second (1)", "a second (8)", "of health", "8 : 1", "p95 ms (8)", "of health's p95",
    "web CPU ms", "database CPU ms", "bytes", "failed",
)  # fmt: skip


class Bench:
    """A portal with so many voices, and what is asked of it."""

    def __init__(self, portal: Portal, seconds: float) -> None:
        self.portal, self.seconds = portal, seconds
        self.base = f"/consultations/{SLUG}/"
        self.rows: list[Row] = []

    def fill(self, proposals: int) -> None:
        """Write voices, three comments and ten likes for each, into a theme that is open."""
        self.manage_shell(OPEN_AGAIN.format(slug=SLUG))
        words = [sys.executable, "manage.py", "shell", "-c", f"{FILL}\nfill({SLUG!r}, {proposals})"]
        subprocess.run(words, cwd=PROJECT, env=self.portal.environment, stdout=subprocess.DEVNULL, check=True)  # noqa: S603

    def manage_shell(self, code: str) -> str:
        """Run Python beside the portal; what it printed."""
        return self.portal.manage("shell", "-v", "0", "-c", code)

    def cpu(self) -> tuple[float, float]:
        """Return the CPU seconds so far of the web processes, and of the database's."""
        web = database = 0.0
        for process in psutil.Process(self.portal.process.pid).children(recursive=True):
            try:
                times, line = process.cpu_times(), " ".join(process.cmdline())
            except psutil.Error:
                continue
            spent = times.user + times.system
            if "gunicorn" in line:
                web += spent
            elif "postgres" in line:
                database += spent + times.children_user + times.children_system
        return web, database

    def measure(self, name: str, *turns: list[Request]) -> None:
        """Ask at 1 and at 8 connections, and keep the row."""
        port = self.portal.port
        ask(port, list(turns), connections=2, seconds=0.5)
        one = ask(port, list(turns), connections=1, seconds=self.seconds)
        before = self.cpu()
        eight = ask(port, list(turns), connections=8, seconds=self.seconds)
        spent = [1000 * (after - then) / max(eight.answers, 1) for after, then in zip(self.cpu(), before, strict=True)]
        self.rows.append(Row(name, one, eight, *spent))
        print(f"{name:44} {eight.rate:8.0f}/s", file=sys.stderr, flush=True)

    def people(self) -> list[dict[str, str]]:
        """Return eight people who are signed in, each with a cookie, a token and a proposal to like."""
        printed = self.manage_shell(PEOPLE.format(slug=SLUG))
        rows = [line.split() for line in printed.splitlines() if line.startswith("person ")]
        return [dict(zip(("cookie", "token", "code", "question"), row[1:], strict=True)) for row in rows]

    def acts(self, people: list[dict[str, str]]) -> None:
        """Measure what people do: reading signed in, liking, posting."""
        cookies = [[f"Cookie: session={person['cookie']}; csrf={person['token']}"] for person in people]
        self.measure("theme, newest, signed in", *[[Request(self.base, cookie)] for cookie in cookies])
        likes = [
            [
                Request(
                    f"/proposals/{person['code']}/like/", [*cookie, "HX-Request: true"], "POST",
                    urlencode({"wanted": wanted, "csrfmiddlewaretoken": person["token"]}),
                )
                for wanted in "10"
            ]
            for person, cookie in zip(people, cookies, strict=True)
        ]  # fmt: skip
        self.measure("like", *likes)

    def pages(self) -> dict[str, str]:
        """The pages that people open most, by name."""
        printed = self.manage_shell(ADDRESSES.format(slug=SLUG))
        own = dict(line.split(" ", 1) for line in printed.splitlines() if " " in line)
        return {
            "home": "/",
            "list of themes": "/consultations/",
            "theme, newest": self.base,
            "theme, most liked": f"{self.base}?sort=liked",
            "theme, searched": f"{self.base}?q=%E5%85%AC%E5%9C%92",
            "proposal": own["newest"],
            "proposal with most comments": own["talked"],
            "search": "/search/?q=%E5%85%AC%E5%9C%92",
            "word cloud": f"/analysis/{SLUG}/",
            "viewpoint": "/vision/1/",
            "answers": "/answers/",
            "plan sheet": own["sheet"],
            "project": own["project"],
        }

    def run(self) -> None:
        """Measure everything."""
        pages = self.pages()
        self.measure(HEALTH, [Request("/healthz")])
        for name, path in pages.items():
            self.measure(name, [Request(path)])
        for name in LARGE:
            self.measure(f"{name}, not kept", [Request(pages[name], [NOT_KEPT])])
        self.acts(self.people())
        with self.writing():
            self.measure(f"{HEALTH}, while people write", [Request("/healthz")])
            for name in ("home", "theme, newest", "theme, most liked", "proposal"):
                self.measure(f"{name}, while people write", [Request(pages[name])])

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Let people like, post and moderators decide in the same theme, in a process of their own."""
        environment = self.portal.environment | {"DJANGO_SETTINGS_MODULE": "chofu_cocreation.settings"}
        code = WRITE.format(slug=SLUG, rates=PRESSES)
        words = [sys.executable, "manage.py", "shell", "-v", "0", "-c", code]
        writer = subprocess.Popen(words, cwd=PROJECT, env=environment)  # noqa: S603 - our own command
        time.sleep(5)
        try:
            yield
        finally:
            writer.terminate()
            writer.wait(30)

    def table(self) -> str:
        """The Markdown table."""
        health = self.rows[0]
        lines = ["| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD)]
        lines += ["| " + " | ".join(row.cells(health)) + " |" for row in self.rows]
        memory = memory_of(self.portal.process.pid)
        lines += ["", f"Memory (PSS): web {memory.web:.0f} MiB, worker and beat {memory.worker:.0f} MiB."]
        return "\n".join(lines)


OPEN_AGAIN = """
from datetime import timedelta
from django.utils import timezone
from apps.consultations.models import Consultation
now = timezone.now()
Consultation.objects.filter(slug="{slug}").update(
    closes_at=now + timedelta(days=30), reply_due_on=(now + timedelta(days=60)).date(), allows_guests=True
)
"""
FILL = """
from django.core.management import call_command
from django.db import connection
from apps.analysis.tasks import read_proposals
def fill(slug, number):
    counts = {"proposals": number, "comments": number * 3, "likes": number * 10}
    call_command("generate_proposals", **counts, consultation=slug, yes=True, verbosity=0)
    while read_proposals():  # else the worker would read them while pages are measured
        pass
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE")
"""
ADDRESSES = """
from apps.consultations.models import Proposal
from apps.council.models import Project
from apps.plans.models import PlanSheet
rows = Proposal.objects.public().filter(consultation__slug="{slug}")
print("newest", rows.order_by("-published_at")[0].get_absolute_url())
print("talked", rows.order_by("-comment_count")[0].get_absolute_url())
print("sheet", PlanSheet.objects.public().first().get_absolute_url())
print("project", Project.objects.public().first().get_absolute_url())
"""
PEOPLE = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from apps.accounts.models import User
from apps.consultations.models import Proposal
proposals = Proposal.objects.public().filter(consultation__slug="{slug}").order_by("-published_at")[:8]
for number, proposal in enumerate(proposals):
    person = User.objects.get_or_create_by_email(f"reader{{number}}@example.com")
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(person.pk), person.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "apps.accounts.backends.PortalBackend"
    session.save()
    print("person", session.session_key, "bench0123456789bench0123456789ab", proposal.code, proposal.question_id)
"""
WRITE = "from script.bench_writers import write; write({slug!r}, **{rates})"


def main() -> None:
    """Measure with each number of voices that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("proposals", nargs="*", type=int, default=[10_020])
    parser.add_argument("--seconds", type=float, default=4.0, help="for each page and number of connections")
    parser.add_argument("--write", action="store_true", help="keep the tables in docs/benchmarks.md")
    asked = parser.parse_args()
    tables: list[str] = []
    for proposals in asked.proposals:
        with tempfile.TemporaryDirectory() as var:
            portal = start_portal(Path(var))
            try:
                bench = Bench(portal, asked.seconds)
                bench.fill(proposals)
                bench.run()
                size = f"{proposals:,} proposals, {proposals * 3:,} comments, {proposals * 10:,} likes"
                tables.append(f"## {size}\n\n{bench.table()}\n")
                print(f"\n{tables[-1]}", flush=True)
            finally:
                stop_portal(portal)
    if asked.write:
        (PROJECT / "docs" / "benchmarks.md").write_text("\n".join([about(), *tables]), encoding="utf-8")


def about() -> str:
    """Return the head of the document: machine, day and commit."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=PROJECT, capture_output=True, text=True)  # noqa: S607
    memory = psutil.virtual_memory().total / 2**30
    return (
        "# Benchmarks\n\n"
        f"`script/bench http`, {time.strftime('%Y-%m-%d')}, commit {commit.stdout.strip() or 'unknown'}:"
        f" {psutil.cpu_count()} cores, {memory:.0f} GiB; client, web processes, worker"
        " and database on one machine. Ratios hold within one run.\n"
    )


if __name__ == "__main__":
    main()
