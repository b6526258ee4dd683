"""A file of 50,000 voices in a running portal whose worker is killed in the middle; then taken back, and put back again.

One line a drill with its figures; the exit code is the number of drills that failed.
"""

import contextlib
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent))

from faults import Drills, Failed, perform

SLUG = "demo-sanka"
AFTER_A_DEATH = 130.0  # seconds: one of silence, one until the sweep, and what was lost is done again


class FileDrills(Drills):
    """What happens to a large file."""

    def __init__(self, var: Path, rows: int) -> None:
        super().__init__(var)
        self.rows = rows
        self.batch: Any = None

    def clerk(self) -> Any:
        """Who brings it in."""
        from apps.accounts.models import User  # noqa: PLC0415

        return User.objects.by_email("secretariat@example.com").get()

    def voices(self) -> Any:
        """What came in by the file."""
        from apps.intake.services.batch_proposals import brought_in_by  # noqa: PLC0415

        return brought_in_by(self.batch)

    def follow(self, job: Any, limit: float, meanwhile: Callable[[Any], None] = lambda job: None) -> str:
        """Wait for the end of a job as the page does: its figures, steps of progress seen, memory of the tasks' processes."""
        steps, most, least = set(), 0.0, 1e9
        began, worked = time.monotonic(), self.work()
        while job.is_open:
            if time.monotonic() - began > limit:
                raise Failed(f"still open after {limit:.0f} s: {job.done} of {job.total}")
            time.sleep(0.1)
            job.refresh_from_db()
            steps.add(job.done)
            held = self.memory()
            most, least = max(most, held), min(least, held or least)
            meanwhile(job)
        if job.state != job.State.DONE:
            raise Failed(job.error)
        took, work = time.monotonic() - began, self.work() - worked
        return f"{took:.0f} s ({work:.0f} s of work), {len(steps)} steps of progress, a worker held {least:.0f}–{most:.0f} MB"

    def memory(self) -> float:
        """What the fattest of the tasks' processes holds now, in MB."""
        held = [0.0]
        for child in self.worker_children():
            with contextlib.suppress(psutil.NoSuchProcess):
                held.append(child.memory_info().rss / 1024 / 1024)
        return max(held)

    def work(self) -> float:
        """Seconds that the tasks' living processes have worked."""
        seconds = 0.0
        for child in self.worker_children():
            with contextlib.suppress(psutil.NoSuchProcess):
                seconds += sum(child.cpu_times()[:2])
        return seconds

    def looked_at(self) -> str:
        """Uploaded, and read through."""
        self.batch, said = self.uploaded()
        if (self.batch.result["added"], self.batch.result["bad"]) != (self.rows, 0):
            raise Failed(str(self.batch.result)[:200])
        return said

    @property
    def intake(self) -> Any:
        """The actions on whole files, once the portal's settings are known."""
        from apps.intake import actions  # noqa: PLC0415

        return actions

    def uploaded(self) -> tuple[Any, str]:
        """The file given in, and what the look at it says."""
        from django.core.files.base import ContentFile  # noqa: PLC0415

        from apps.consultations.models import Consultation  # noqa: PLC0415

        lines = (
            f"N{n},1,家族で過ごす場所がたくさんあるまちがいいです。その{n},紙,2025-11-01,{n % 9},2025-11-10\n"
            for n in range(self.rows)
        )
        content = "番号,設問番号,本文,収集経路,投稿日時,イイネ数,イイネ時点\n" + "".join(lines)
        batch = self.intake.upload(
            consultation=Consultation.objects.get(slug=SLUG), file=ContentFile(content.encode(), name="large.csv"),
            channel="paper", likes_on=None, by=self.clerk(), submit_key=uuid.uuid4(),
        )  # fmt: skip
        said = self.follow(self.intake.request_check(batch=batch, by=self.clerk()), 300)
        batch.refresh_from_db()
        return batch, said

    def brought_in(self) -> str:
        """kill -9 of every process that runs tasks when half is in; the rest comes by itself, nothing twice."""

        job, _is_new = self.intake.request_import(batch=self.batch, by=self.clerk(), skip_bad=False)
        killed: list[int] = []

        def kill_at_half(job: Any) -> None:
            if not killed and job.done * 2 >= self.rows:
                for child in self.worker_children():
                    with contextlib.suppress(psutil.NoSuchProcess):
                        child.kill()
                killed.append(self.voices().count())

        said = self.follow(job, 300 + AFTER_A_DEATH, kill_at_half)
        if not killed:
            raise Failed("it was over before half of it was seen")
        there = self.voices()
        found = (there.count(), there.values("external_id").distinct().count())
        if found != (self.rows, self.rows) or job.tries != 2:
            raise Failed(f"{found[0]} voices with {found[1]} numbers, {job.tries} tries")
        return f"killed with {killed[0]} in; {found[0]} voices with {found[1]} numbers in the end; {said}"

    def once_more(self) -> str:
        """The same file again adds nothing."""
        again, said = self.uploaded()
        found = (again.result["added"], again.result["updated"], again.result["unchanged"], self.voices().count())
        if found != (0, 0, self.rows, self.rows):
            raise Failed(f"added, updated, unchanged, there: {found}")
        return f"{self.rows} rows unchanged, none added; {said}"

    def taken_back(self) -> str:
        """Everything that came in goes, with a job for all but the first thousand."""

        began = time.monotonic()
        self.intake.withdraw_batch(batch=self.batch, reason="訓練", by=self.clerk())
        return self.moved(began, 0)

    def put_back(self) -> str:
        """And comes back."""

        self.batch.refresh_from_db()
        began = time.monotonic()
        self.intake.restore_batch(batch=self.batch, by=self.clerk())
        return self.moved(began, self.rows)

    def moved(self, began: float, wanted: int) -> str:
        """The first piece at once, the rest by its job."""
        from apps.operations.models import Job  # noqa: PLC0415

        at_once = time.monotonic() - began
        job = Job.objects.for_target(self.batch).filter(kind="move-batch").first()
        said = self.follow(job, 300)
        public = self.voices().public().count()
        if public != wanted:
            raise Failed(f"{public} are public, not {wanted}")
        return f"answer after {at_once:.1f} s; {said}; {public} public"


def all_of(drills: FileDrills) -> list[tuple[str, Callable[[], str]]]:
    """What happens to the file, in its order."""
    return [
        (f"{drills.rows} rows looked at", drills.looked_at),
        ("brought in, the worker killed at half", drills.brought_in),
        ("the same file once more", drills.once_more),
        ("taken back as a whole", drills.taken_back),
        ("put back again", drills.put_back),
    ]


if __name__ == "__main__":
    ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    sys.exit(perform(lambda var: FileDrills(var, ROWS), all_of))
