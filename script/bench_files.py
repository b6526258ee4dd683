"""What files of voices cost: 100,000 proposals out as they are sent, 50,000 rows in, and the memory of this process.

Run it once with 10,000 and once with 100,000: what streams holds the same memory both times. What a worker does with the
same file when it is killed in the middle: script/faults-files.
"""

import os
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import django
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chofu_cocreation.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.files.base import ContentFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_databases, setup_test_environment, teardown_databases  # noqa: E402

from apps.accounts.models import User  # noqa: E402
from apps.consultations.models import Consultation, Proposal  # noqa: E402
from apps.core.spreadsheet import csv_response  # noqa: E402
from apps.intake import actions as intake  # noqa: E402
from apps.intake.services.exports import EXPORTS  # noqa: E402
from apps.operations.models import Job  # noqa: E402
from apps.operations.tasks import run_jobs  # noqa: E402

SLUG = "liqlid-2025"


def megabytes() -> float:
    """What this process holds in memory now."""
    return psutil.Process().memory_info().rss / 1024 / 1024


@contextmanager
def watched() -> Iterator[list[float]]:
    """The most memory held at any moment of what happens inside, looked at twenty times a second."""
    most, done = [megabytes()], threading.Event()

    def look() -> None:
        while not done.wait(0.05):
            most[0] = max(most[0], megabytes())

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield most
    finally:
        done.set()
        watcher.join()


def measured(name: str, act: Callable[[], Any]) -> Any:
    """Time of an act by the clock and of this process's own work; memory before, at the most, and after."""
    before, began, worked = megabytes(), time.perf_counter(), time.process_time()
    with watched() as most:
        answer = act()
    clock, work = time.perf_counter() - began, time.process_time() - worked
    memory = f"{before:6.0f} → {most[0]:.0f} → {megabytes():.0f} MB"
    print(f"{name:44} {clock:7.1f} s, {work:6.1f} s of work   {memory}", flush=True)
    return answer


def streamed(kind: str) -> None:
    """A CSV as it is sent, read to its end."""
    export, asked = EXPORTS[kind], Consultation.objects.get(slug=SLUG)
    sent = csv_response("file.csv", export.columns, export.rows(asked), breaks=export.breaks)
    size = sum(len(chunk) for chunk in sent)
    print(f"  {size / 1024 / 1024:.1f} MB sent")


def exported(kind: str, form: str) -> Job:
    """A file written by the job."""
    asked = Consultation.objects.get(slug=SLUG)
    clerk = User.objects.by_email("secretariat@example.com").get()
    job = intake.request_export(consultation=asked, kind=kind, form=form, by=clerk)
    while Job.objects.get(pk=job.pk).is_open:
        run_jobs()
    job.refresh_from_db()
    if job.state != Job.State.DONE:
        raise SystemExit(job.error)
    return job


def brought_in(rows: int) -> Job:
    """A CSV of so many rows: looked at, then brought in."""
    asked = Consultation.objects.get(slug="demo-sanka")
    clerk = User.objects.by_email("secretariat@example.com").get()
    lines = (
        f"N{n},1,家族で過ごす場所がたくさんあるまちがいいです。その{n},紙,2025-11-01,{n % 9},2025-11-10\n"
        for n in range(rows)
    )
    content = "番号,設問番号,本文,収集経路,投稿日時,イイネ数,イイネ時点\n" + "".join(lines)
    file = ContentFile(content.encode(), name="bench.csv")
    batch = intake.upload(
        consultation=asked, file=file, channel="paper", likes_on=None, by=clerk, submit_key=uuid.uuid4()
    )
    intake.request_check(batch=batch, by=clerk)
    measured(f"{rows} rows looked at", run_jobs)
    batch.refresh_from_db()
    job, _is_new = intake.request_import(batch=batch, by=clerk, skip_bad=False)
    while Job.objects.get(pk=job.pk).is_open:
        run_jobs()
    job.refresh_from_db()
    if job.state != Job.State.DONE:
        raise SystemExit(job.error)
    return job


def main() -> None:
    """Fill, measure, print."""
    out = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 50_000
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        call_command("createcachetable", verbosity=0)
        call_command("load_demo", verbosity=0)
        options = {"comments": 0, "likes": 0, "consultation": SLUG, "yes": True, "verbosity": 0}
        measured(f"{out} proposals made", lambda: call_command("generate_proposals", proposals=out, **options))
        measured("first request", lambda: Client().get("/healthz"))
        for kind in EXPORTS:
            measured(f"{kind} CSV streamed", partial(streamed, kind))
            job = measured(f"{kind} XLSX written by its job", partial(exported, kind, "xlsx"))
            print(f"  {job.file.size / 1024 / 1024:.1f} MB; {job.message}")
        measured("staff CSV in Shift_JIS written by its job", partial(exported, "staff", "cp932"))
        job = measured(f"{rows} rows brought in (and looked at)", lambda: brought_in(rows))
        print(f"  {job.message}; {Proposal.objects.count()} proposals in all")
    finally:
        connection.close()
        teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    main()
