"""Fault drills against a portal of its own: what breaks in real life is broken here, and residents' acts go on meanwhile.

One line a drill with its figures; the exit code is the number of drills that failed.
"""

import contextlib
import http.client
import json
import os
import re
import signal
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from tests.browser.portal_process import Portal, start_portal, stop_portal  # noqa: E402

CSRF = "faults0123456789faults0123456789"
CALM = 5.0  # seconds within which every answer has to be there, whatever is broken
MAILS = 150
Round = dict[str, tuple[str, str, dict[str, Any] | None]]  # each act: address, whose session, what is sent
SWEEP = 60.0  # seconds from the broker's return to the work that was left over


class Failed(Exception):
    """A drill went wrong; the text says how."""


class Drills:
    """The portal, people in it, and what can be done to it."""

    def __init__(self, var: Path) -> None:
        self.var, self.failed = var, 0
        self.portal: Portal = start_portal(var)
        self.django()

    def django(self) -> None:
        """Speak to the portal's database as the portal does."""
        os.environ |= {
            "CHOFU_VAR": str(self.var),
            "SITE_URL": self.portal.url,
            "DJANGO_SETTINGS_MODULE": "chofu_cocreation.settings",
        }
        import django  # noqa: PLC0415 - only now the settings can be read

        django.setup()

    def run(self, name: str, drill: Callable[[], str]) -> None:
        """One drill and its line."""
        began = time.monotonic()
        try:
            verdict, said = "ok    ", drill()
        except Exception as error:  # whatever went wrong is this drill's result, and the next one still runs
            verdict, said, self.failed = "FAILED", f"{type(error).__name__}: {error}", self.failed + 1
            if self.portal.process.poll() is not None:
                said += f"\nthe portal has ended; its last words:\n{self.portal.output[-3000:]}"
        print(f"{verdict} {name}: {said} [{time.monotonic() - began:.0f} s]", flush=True)

    # --- what residents do ----------------------------------------------------------------------------------------
    def ask(self, path: str, session: str = "", data: dict[str, Any] | None = None) -> tuple[int, str, float]:
        """One request: status, text, seconds."""
        began = time.monotonic()
        connection = http.client.HTTPConnection("localhost", self.portal.port, timeout=30)
        headers = {"Cookie": f"csrf={CSRF}; session={session}", "X-CSRFToken": CSRF,
                   "Content-Type": "application/x-www-form-urlencoded"}  # fmt: skip
        try:
            connection.request("POST" if data else "GET", path, urlencode(data) if data else None, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(errors="replace"), time.monotonic() - began
        finally:
            connection.close()

    def requests(self, session: str) -> Callable[[], Round]:
        """What makes a round of reading, liking, posting and signing in; it asks the database once, now."""
        from apps.consultations.models import Consultation, Proposal  # noqa: PLC0415

        asked = Consultation.objects.public().open().first()
        question = asked.questions.get(number=1).pk
        liked = Proposal.objects.public().in_consultation(asked).newest()[0].code

        def once() -> Round:
            text = {"question": question, "body": f"訓練 {uuid.uuid4().hex}", "name": "anonymous", "step": "post",
                    "consent": "on", "submit_key": uuid.uuid4()}  # fmt: skip
            return {
                "read": ("/", "", None),
                "like": (f"/proposals/{liked}/like/", session, {"wanted": 1}),
                "post": (f"/consultations/{asked.slug}/propose/", session, text),
                "sign in": ("/accounts/login/", "", {"email": f"{uuid.uuid4().hex[:8]}@example.com"}),
            }

        return once

    def acts(self, session: str) -> dict[str, tuple[int, float]]:
        """Reading, liking, posting, signing in: status and seconds of each."""
        found = {}
        for name, (path, who, data) in self.requests(session)().items():
            status, _text, seconds = self.ask(path, who, data)
            found[name] = (status, seconds)
        return found

    def calm(self, session: str, broken: str) -> str:
        """All acts succeed in time."""
        found = self.acts(session)
        said = ", ".join(f"{name} {status} in {seconds:.2f} s" for name, (status, seconds) in found.items())
        if any(status not in {200, 302} or seconds > CALM for status, seconds in found.values()):
            raise Failed(f"{broken}: {said}")
        return said

    def is_calm(self, session: str) -> bool:
        """Whether all acts succeed now."""
        with contextlib.suppress(Failed):
            return bool(self.calm(session, ""))
        return False

    def sessions(self, number: int) -> list[str]:
        """The cookies of so many signed-in people."""
        from django.test import Client  # noqa: PLC0415

        from apps.accounts.models import User  # noqa: PLC0415

        made = []
        for _n in range(number):
            client = Client()
            client.force_login(User.objects.get_or_create_by_email(f"{uuid.uuid4().hex}@example.com"),
                               backend="apps.accounts.backends.PortalBackend")  # fmt: skip
            made.append(client.cookies["session"].value)
        return made

    # --- what happens to servers ----------------------------------------------------------------------------------
    def processes(self, wanted: Callable[[psutil.Process], bool]) -> list[psutil.Process]:
        """Living processes of this portal that fit."""
        found = []
        for part in psutil.Process(self.portal.process.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):  # it ended between our two questions
                if wanted(part):
                    found.append(part)
        return found

    def named(self, name: str) -> list[psutil.Process]:
        """By the name of the program."""
        return self.processes(lambda part: name in part.name())

    def worker_children(self) -> list[psutil.Process]:
        """The processes in which tasks run."""
        mains = self.processes(lambda part: "worker" in part.cmdline() and any("celery" in a for a in part.cmdline()))
        return [child for main in mains for child in main.children()]

    def wait(self, done: Callable[[], bool], limit: float, what: str) -> float:
        """Seconds until it is so."""
        began = time.monotonic()
        while not done():
            if time.monotonic() - began > limit:
                raise Failed(f"{what}: not within {limit:.0f} s")
            time.sleep(0.2)
        return time.monotonic() - began

    # --- the drills -----------------------------------------------------------------------------------------------
    def likes_at_once(self) -> str:
        """Two hundred people press at the same moment."""
        from apps.consultations.models import Like, Proposal  # noqa: PLC0415

        target = Proposal.objects.public().filter(consultation__slug="liqlid-2025")[0]
        before, people = target.like_count, self.sessions(200)
        press = lambda who: self.ask(f"/proposals/{target.code}/like/", who, {"wanted": 1})  # noqa: E731
        with ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(press, people))
        target.refresh_from_db()
        counted, stored = target.like_count - before, Like.objects.filter(proposal=target).count()
        slowest = max(seconds for _status, _text, seconds in answers)
        good = sum(status == 302 for status, _text, _seconds in answers)
        if (good, counted, stored) != (200, 200, target.like_count):
            raise Failed(f"{good} answers, counter +{counted}, rows {stored} of {target.like_count}")
        return f"200 likes, counter +{counted} = rows, slowest answer {slowest:.1f} s"

    def hung_valkey(self) -> str:
        """The queue and cache stop answering; then they come back, and what was left over is done."""
        from apps.operations.models import Outbox  # noqa: PLC0415

        session = self.sessions(1)[0]
        frozen = self.named("valkey")
        for part in frozen:
            part.suspend()
        try:
            said = self.calm(session, "Valkey hung")
            mail = Outbox.objects.enqueue(
                key=f"faults:{uuid.uuid4()}", to="sweep@example.com", subject="訓練", body="本文"
            )
        finally:
            for part in frozen:
                part.resume()
        sent = lambda: Outbox.objects.get(pk=mail.pk).sent_at is not None  # noqa: E731
        return f"{said}; after its return the sweep took {self.wait(sent, SWEEP + 5, 'sweep'):.0f} s"

    def killed_valkey(self) -> str:
        """kill -9 of the queue and cache: nobody notices, and it is started again."""
        session = self.sessions(1)[0]
        for part in self.named("valkey"):
            part.kill()
        said = self.calm(session, "Valkey killed")
        took = self.wait(lambda: "「valkey」が再び動いています" in self.portal.output, 20, "Valkey is back")
        return f"{said}; back {took:.1f} s later, by itself"

    def killed_worker(self) -> str:
        """kill -9 between a mail's leaving and its being noted as sent: a caught letter goes twice, and says so."""
        from apps.core.wake_tasks import wake  # noqa: PLC0415
        from apps.operations.models import Outbox  # noqa: PLC0415

        for _try in range(5):
            mark = uuid.uuid4().hex[:8]
            Outbox.objects.bulk_create(
                Outbox(key=f"faults:{mark}:{n}", to=f"{mark}-{n}@example.com", subject="訓練", body="本文")
                for n in range(MAILS)
            )
            mine = Outbox.objects.filter(key__startswith=f"faults:{mark}:")
            wake("mail-queued")
            caught = None
            while caught is None and mine.filter(sent_at=None).exists():
                caught = self.kill_between(mine)
            if caught:
                break
        else:
            raise Failed("all mail was sent before the worker could be caught in the middle of one, five times")
        took = self.wait(lambda: not mine.filter(sent_at=None).exists(), 200, "all mail sent")
        texts = [path.read_text(encoding="utf-8") for path in (self.var / "mail").glob(f"*-{mark}-*.txt")]
        numbers = [re.findall(r"^Message-ID: (.+)$", text, re.MULTILINE)[0] for text in texts]
        again = [text for text in texts if str(caught.message_id) in text]
        marked = ["X-Retry: 1" in text for text in again]
        if len(set(numbers)) != MAILS or sorted(marked) != [False, True]:
            raise Failed(f"{len(texts)} letters, {len(set(numbers))} Message-IDs, the caught one marked {marked}")
        return (
            f"{MAILS} of {MAILS} went, {len(texts) - MAILS} of them twice with the same Message-ID, "
            f"the second marked X-Retry; all within {took:.0f} s"
        )

    def kill_between(self, mine: Any) -> Any:
        """Stop the tasks' processes; kill them if a mail has just left and is not noted yet. That mail, or nothing."""
        children = self.worker_children()
        with contextlib.suppress(psutil.NoSuchProcess):
            for child in children:
                child.suspend()
            time.sleep(0.05)  # what they had already sent to the database is done now
            left = [mail for mail in mine.filter(sent_at=None, tries=1) if self.has_left(mail)]
            for child in children:
                child.kill() if left else child.resume()
            return left[0] if left else None
        return None

    def has_left(self, mail: Any) -> bool:
        """Whether it lies in the folder that stands for the mail server."""
        return any((self.var / "mail").glob(f"*-{mail.to}.txt"))

    def killed_backend(self) -> str:
        """kill -9 of one of PostgreSQL's processes: it throws everybody out and recovers by itself."""
        from django.db import connection  # noqa: PLC0415

        connection.close()
        post = self.named("postgres")[0]
        parts = [p for p in post.children() if "chofu_app" in " ".join(p.cmdline())] or post.children()
        parts[0].kill()
        seen: dict[int, int] = {}
        began = time.monotonic()
        while self.look(seen) != 200 or time.monotonic() - began < 3:
            if time.monotonic() - began > 60:
                raise Failed(f"still answers {json.dumps(seen)}")
        connection.close()
        session = self.sessions(1)[0]
        took = self.wait(lambda: self.is_calm(session), 30, "every act works again")
        return f"answers {json.dumps(seen)} in the first seconds, every act worked again {took:.0f} s later"

    def killed_database(self) -> str:
        """kill -9 of PostgreSQL itself: it is started again with all data, and pages say a sentence meanwhile."""
        from django.db import connection  # noqa: PLC0415

        from apps.consultations.models import Like, Proposal  # noqa: PLC0415
        from apps.operations.models import AuditEntry  # noqa: PLC0415

        counted = lambda: tuple(model.objects.count() for model in (Proposal, Like, AuditEntry))  # noqa: E731
        connection.close()
        before = counted()
        connection.close()
        for part in self.named("postgres"):
            with contextlib.suppress(psutil.NoSuchProcess):
                part.kill()
        seen: dict[int, int] = {}
        began = time.monotonic()
        while not ("「postgres」が再び動いています" in self.portal.output and self.look(seen) == 200):
            if self.portal.process.poll() is not None or time.monotonic() - began > 60:
                raise Failed(f"not back: {self.portal.output[-300:]}")
        took = time.monotonic() - began
        if counted() != before:
            raise Failed(f"rows {before} became {counted()}")
        session = self.sessions(1)[0]
        works = self.wait(lambda: self.is_calm(session), 30, "every act works again")
        return f"answers {json.dumps(seen)}, back after {took:.0f} s with rows as before {before}; every act {works:.0f} s later"

    def look(self, seen: dict[int, int]) -> int:
        """A page, or a sentence: never anything else. Its status, counted."""
        status, text, seconds = self.ask("/consultations/")
        seen[status] = seen.get(status, 0) + 1
        if status not in {200, 503} or (status == 503 and "data-refusal" not in text):
            raise Failed(f"answer {status} after {seconds:.1f} s: {text[:200]}")
        time.sleep(0.2)
        return status

    def second_start(self) -> str:
        """Ctrl-C, and again."""
        from django.db import connection  # noqa: PLC0415

        from apps.consultations.models import Proposal  # noqa: PLC0415

        connection.close()
        before = Proposal.objects.count()
        connection.close()
        stop_portal(self.portal)
        began = time.monotonic()
        self.portal = start_portal(self.var, keep=True)
        took = time.monotonic() - began
        connection.close()
        if Proposal.objects.count() != before:
            raise Failed(f"{before} proposals became {Proposal.objects.count()}")
        return f"stopped without a process left over, up again in {took:.0f} s with all {before} proposals"


def perform(make: Callable[[Path], "Drills"], drills_of: Callable[[Any], list[tuple[str, Callable[[], str]]]]) -> int:
    """One portal, and its drills one after the other; how many failed."""
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        os.chmod(folder, 0o755)  # noqa: S103 - the servers' own user has to pass through
        drills = make(Path(folder) / "portal")
        try:
            for name, drill in drills_of(drills):
                drills.run(name, drill)
        finally:
            if drills.portal.process.poll() is None:
                drills.portal.process.send_signal(signal.SIGINT)
                drills.portal.process.wait(30)
    print("all drills passed" if not drills.failed else f"{drills.failed} drills failed")
    return drills.failed


def all_of(drills: Drills) -> list[tuple[str, Callable[[], str]]]:
    """Every drill, in an order in which the last ones may break more."""
    return [
        ("two hundred likes at once", drills.likes_at_once),
        ("Valkey hung (SIGSTOP)", drills.hung_valkey),
        ("Valkey killed", drills.killed_valkey),
        ("worker killed in the middle of a mail", drills.killed_worker),
        ("a PostgreSQL process killed", drills.killed_backend),
        ("PostgreSQL killed", drills.killed_database),
        ("second start", drills.second_start),
    ]


if __name__ == "__main__":
    sys.exit(perform(Drills, all_of))
