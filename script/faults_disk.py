"""A full disk under a running portal: reading goes on, writing is refused with a sentence, and nothing is lost or half done.

The small disk is a tmpfs that root mounts over the database's folder and takes away again. One line with its figures; the
exit code is 1 when it failed.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from faults import CALM, Drills, Failed, Round, perform

from tests.browser.portal_process import start_portal, stop_portal

ROOM = 40 * 2**20  # bytes left free on the small disk when the portal starts on it


def run(*command: str) -> None:
    """One of the system's own programs."""
    subprocess.run(command, check=True)  # noqa: S603 - nothing of it comes from outside


class DiskDrills(Drills):
    """What a full disk does."""

    def on_a_small_disk(self, folder: Path) -> None:
        """Put what is in a folder on a disk that is nearly full; the portal must not be running."""
        kept = folder.with_name(folder.name + ".kept")
        folder.rename(kept)
        folder.mkdir()
        shutil.copystat(kept, folder)
        owner = kept.stat()
        size = sum(path.lstat().st_blocks * 512 for path in kept.rglob("*")) + ROOM
        options = f"size={size},mode=0{owner.st_mode & 0o777:o},uid={owner.st_uid},gid={owner.st_gid}"
        run("mount", "-t", "tmpfs", "-o", options, "chofu-faults", str(folder))
        run("cp", "-a", f"{kept}/.", str(folder))

    def off_the_small_disk(self, folder: Path) -> None:
        """Back to where it was."""
        kept = folder.with_name(folder.name + ".kept")
        run("umount", str(folder))
        folder.rmdir()
        kept.rename(folder)

    @contextlib.contextmanager
    def full(self, folder: Path) -> Iterator[None]:
        """Not one byte left."""
        ballast = folder / "ballast"
        with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
            while file.write(b"\0" * 4096):
                pass
        try:
            yield
        finally:
            ballast.unlink()

    def full_database(self) -> str:
        """What was promised is there, what was refused is not; as soon as there is room, everything works."""
        from django.db import connection  # noqa: PLC0415

        from apps.consultations.models import Proposal  # noqa: PLC0415

        session, folder = self.sessions(1)[0], (self.var / "postgres").resolve()
        connection.close()
        stop_portal(self.portal)
        self.on_a_small_disk(folder)
        try:
            self.portal = start_portal(self.var, keep=True)
            self.calm(session, "before the disk was full")
            before, once = Proposal.objects.count(), self.requests(session)
            with self.full(folder):
                seen, slowest = self.refused(once)
            added, promised = Proposal.objects.count() - before, seen["post"].get(302, 0)
            if added != promised:
                raise Failed(f"{promised} posts promised, {added} there")
            works = self.wait(lambda: self.is_calm(session), 60, "every act works again")
        finally:
            connection.close()
            stop_portal(self.portal)
            self.off_the_small_disk(folder)
            self.portal = start_portal(self.var, keep=True)
        return (
            f"answers {json.dumps(seen)}, slowest {slowest:.1f} s; {promised} posts promised and there; "
            f"with room again every act after {works:.0f} s"
        )

    def refused(self, once: Callable[[], Round]) -> tuple[dict[str, dict[int, int]], float]:
        """Rounds of acts until ten posts have found no room: how each act was answered how often, and the slowest answer."""
        seen: dict[str, dict[int, int]] = {}
        slowest, deadline = 0.0, time.monotonic() + 60
        while seen.get("post", {}).get(503, 0) < 10:
            if time.monotonic() > deadline:
                raise Failed(f"the disk is not full: {json.dumps(seen)}")
            for name, (path, who, data) in once().items():
                status, text, seconds = self.ask(path, who, data)
                slowest = max(slowest, seconds)
                seen.setdefault(name, {})[status] = seen.get(name, {}).get(status, 0) + 1
                if status not in {200, 302} and (status, "data-refusal" in text) != (503, True):
                    raise Failed(f"{name} answered {status}: {text[:200]}")
        if set(seen["read"]) != {200} or slowest > CALM:
            raise Failed(f"{json.dumps(seen)}, slowest {slowest:.1f} s")
        return seen, slowest


if __name__ == "__main__":
    if os.geteuid() != 0:
        sys.exit("script/faults-disk mounts a small disk: run it as root")
    sys.exit(perform(DiskDrills, lambda drills: [("database's disk full", drills.full_database)]))
