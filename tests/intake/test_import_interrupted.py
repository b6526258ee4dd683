"""An import that is interrupted or killed goes on where it stood: no row comes in twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from apps.consultations.models import Consultation, Proposal
from apps.intake import actions as intake
from apps.intake.jobs import run_import
from apps.intake.services import row_reader
from apps.operations.models import Job
from apps.operations.tasks import run_jobs
from tests import clock
from tests.accounts.factories import make_secretariat
from tests.consultations.factories import ConsultationFactory
from tests.intake.test_import import SignIn, send

pytestmark = pytest.mark.django_db


def test_interrupted_between_two_pieces_it_goes_on_without_doubling(
    browser: Client, asked: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_reader, "AT_ONCE", 10)
    content = "本文\n" + "".join(f"声{n % 40}\n" for n in range(95))
    batch = send(browser, content.encode())
    browser.post(batch.get_absolute_url())
    job = Job.objects.claim(slow=False)
    assert job is not None
    written = intake.import_rows
    calls = []

    def dies(**piece: Any) -> None:
        written(**piece)
        calls.append(1)
        if len(calls) == 4:
            raise KeyboardInterrupt

    monkeypatch.setattr(intake, "import_rows", dies)
    with pytest.raises(KeyboardInterrupt):
        run_import(job)
    assert Proposal.objects.count() == 30
    monkeypatch.setattr(intake, "import_rows", written)
    monkeypatch.setattr(row_reader, "AT_ONCE", 20)  # the process that goes on may read in other pieces
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=2))
    run_jobs()
    assert Proposal.objects.count() == 95
    assert len(set(Proposal.objects.values_list("external_id", flat=True))) == 95
    batch.refresh_from_db()
    told = {"rows": 95, "added": 95, "updated": 0, "unchanged": 0, "bad": 0, "left": 0}
    assert batch.result["imported"] == told, "what came in before the interruption is not read and counted again"


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """A process that runs jobs against this test's database, as a Celery worker does."""
    made: list[subprocess.Popen[bytes]] = []
    code = clock.IN_ANOTHER_PROCESS + (
        "import sys, django; from django.conf import settings; settings.DATABASES['default']['NAME'] = sys.argv[1];"
        "settings.MEDIA_ROOT = sys.argv[2]; django.setup();"
        "from apps.operations.tasks import run_jobs; run_jobs()"
    )

    def start() -> subprocess.Popen[bytes]:
        name = connection.settings_dict["NAME"]
        argv = [sys.executable, "-c", code, str(name), str(django_settings.MEDIA_ROOT)]
        made.append(subprocess.Popen(argv, cwd=django_settings.BASE_DIR, env=os.environ.copy()))
        return made[-1]

    yield start
    for process in made:
        process.kill()
        process.wait()


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_of_a_file_doubles_nothing(
    worker: Callable[[], subprocess.Popen[bytes]], sign_in: SignIn
) -> None:
    asked = ConsultationFactory(slug="koen")
    browser = sign_in(make_secretariat())
    content = "番号,本文,イイネ数\n" + "".join(f"N{n},声その{n},{n % 7}\n" for n in range(3000))
    batch = send(browser, content.encode())
    browser.post(batch.get_absolute_url())
    job = Job.objects.open().get()
    process = worker()
    deadline = time.monotonic() + 60
    while Job.objects.get(pk=job.pk).done < 500 and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    job.refresh_from_db()
    assert 500 <= Proposal.objects.count() == job.done < 3000
    assert run_jobs() == 0  # nobody takes it while it may be alive
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=2))
    run_jobs()
    job.refresh_from_db()
    assert (job.state, job.done) == ("done", 3000)
    rows = Proposal.objects.in_consultation(asked)
    assert (rows.count(), rows.values("external_id").distinct().count()) == (3000, 3000)
    assert sum(rows.values_list("like_total", flat=True)) == sum(n % 7 for n in range(3000))
