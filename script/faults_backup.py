"""A backup of a running portal on which people write, restored into another folder, started, compared and used.

One line a drill with its figures; the exit code is the number of drills that failed.
"""

import http.client
import os
import re
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent))

from faults import CSRF, PROJECT, Drills, Failed, perform

from chofu_cocreation.runtime.backup.contents import connect
from chofu_cocreation.runtime.embedded import known_urls
from tests.browser.portal_process import Portal, start_portal, stop_portal

WRITERS = 3
NUMBER = re.compile(r"^確認コード：(\d{6})$", re.MULTILINE)
UNSTAMPED = """
SELECT count(*) FROM pg_class c WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname LIKE 'consultations_%'
  AND NOT EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND tgname = 'page_cache_changed')
"""


class BackupDrills(Drills):
    """What happens to a backup and to what is restored from it."""

    def __init__(self, var: Path) -> None:
        super().__init__(var)
        self.session = self.sessions(1)[0]
        self.backups, self.copy_var = var.with_name("backups"), var.with_name("copy")
        self.backup, self.copy = Path(), self.portal

    def command(self, name: str, *arguments: str, var: Path) -> str:
        """Run the module behind script/backup or script/restore. Return what it printed."""
        environment = {"PATH": os.environ["PATH"], "CHOFU_VAR": str(var), "PYTHONUTF8": "1"}
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", f"chofu_cocreation.runtime.backup.{name}", *arguments],
            cwd=PROJECT, env=environment, capture_output=True, text=True, check=False, timeout=600,
        )  # fmt: skip
        if done.returncode:
            raise Failed(done.stdout + done.stderr)
        return " / ".join(line.strip() for line in done.stdout.splitlines()[:2])

    def backed_up(self) -> str:
        """Back up while people like and post, and files come."""
        ended, answers = threading.Event(), []
        rounds = self.requests(self.session)

        def write() -> None:
            while not ended.is_set():
                for name in ("like", "post"):
                    path, who, data = rounds()[name]
                    answers.append(self.ask(path, who, data)[0])

        folder = self.var / "media" / "drill"
        folder.mkdir(parents=True)
        for number in range(200):
            (folder / f"{number}.bin").write_bytes(os.urandom(20_000))
        writers = [threading.Thread(target=write) for _n in range(WRITERS)]
        for writer in writers:
            writer.start()
        try:
            time.sleep(2)
            said = self.command("make", str(self.backups), var=self.var)
        finally:
            ended.set()
            for writer in writers:
                writer.join()
        self.backup = max(self.backups.glob("chofu-*"))
        worst = max(answers)
        if worst >= 500:
            raise Failed(f"an answer {worst} while the backup was made")
        return f"{said}; {len(answers)} likes and posts meanwhile, none failed"

    def restored(self) -> str:
        """Restore it into an empty folder; the command itself compares."""
        return self.command("restore", str(self.backup), var=self.copy_var)

    def started(self) -> str:
        """Start the copy: the running original is not touched, tables have their triggers, the old session is known."""
        began = time.monotonic()
        self.copy = start_portal(self.copy_var, keep=True, LOAD_DEMO="0")
        took = time.monotonic() - began
        with connect(known_urls(self.copy_var)["DATABASE_OWNER_URL"]) as connection:
            missing = connection.execute(UNSTAMPED).fetchone()
        page = ask(self.copy, "/me/", self.session)
        if missing != (0,) or page.status != 200:
            raise Failed(
                f"{missing} tables without page-cache trigger; my page with the session of before: {page.status}"
            )
        return f"ready after {took:.0f} s, all tables have their triggers, a session of the original is known"

    def used(self) -> str:
        """Sign in by mail on the copy, like, and see the kept page change."""
        address = f"{uuid.uuid4().hex[:8]}@example.com"
        first = ask(self.copy, "/accounts/login/", data={"email": address})
        session = first.session
        number = NUMBER.search(self.copy.mail(address)[0])
        if number is None:
            raise Failed("no number in the mail")
        second = ask(self.copy, "/accounts/login/code/confirm/", session, {"code": number[1]})
        session = second.session or session
        mine = ask(self.copy, "/me/", session)
        if mine.status != 200:
            raise Failed(f"sign-in answered {first.status}, {second.status}; my page {mine.status}")
        like = self.requests(session)()["like"]
        page = like[0].removesuffix("like/")
        before = [ask(self.copy, page).etag for _n in range(2)]
        liked = ask(self.copy, like[0], session, like[2])
        after = ask(self.copy, page).etag
        if liked.status != 302 or before[0] != before[1] or not before[0] or after == before[0]:
            raise Failed(f"like {liked.status}, kept page {before} then {after}")
        return "signed in by the number in the mail, liked, and the kept page changed with it"

    def ended(self) -> str:
        """Stop the copy."""
        stop_portal(self.copy)
        return "stopped"


class Answer:
    """Status, session cookie and ETag of an answer."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status, self.etag = response.status, response.getheader("ETag", "")
        cookies = " ".join(response.headers.get_all("Set-Cookie") or [])
        found = re.search(r"\bsession=([^;]+)", cookies)
        self.session = found[1] if found else ""


def ask(portal: Portal, path: str, session: str = "", data: dict[str, Any] | None = None) -> Answer:
    """Ask a portal as a browser does."""
    connection = http.client.HTTPConnection("localhost", portal.port, timeout=30)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if session or data:
        headers |= {"Cookie": f"csrf={CSRF}; session={session}" if session else f"csrf={CSRF}", "X-CSRFToken": CSRF}
    try:
        connection.request("POST" if data else "GET", path, urlencode(data) if data else None, headers)
        response = connection.getresponse()
        response.read()
        return Answer(response)
    finally:
        connection.close()


def all_of(drills: BackupDrills) -> list[tuple[str, Callable[[], str]]]:
    """Every drill, in order."""
    return [
        ("backup of a running portal", drills.backed_up),
        ("restore into an empty folder", drills.restored),
        ("start of the copy", drills.started),
        ("sign-in and a like on the copy", drills.used),
        ("end of the copy", drills.ended),
    ]


if __name__ == "__main__":
    sys.exit(perform(BackupDrills, all_of))
