"""Long work: one at a time, seen while it runs, taken up again when its process died, never done twice."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.operations.models import AuditEntry, Job, JobStopped, Notification
from apps.operations.models.job import MAX_TRIES
from apps.operations.tasks import forget_job_files, run_jobs, run_slow_jobs
from tests.accounts.factories import UserFactory, make_secretariat, make_staff
from tests.operations import runners

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
NOW = "2026-11-25T09:00:00+09:00"


@pytest.fixture(autouse=True)
def job_settings(settings: Any, tmp_path: Path) -> None:
    """A runner for each kind, files that go with the test."""
    settings.MEDIA_ROOT = tmp_path
    settings.JOB_RUNNERS = {
        "count": "tests.operations.runners.count_to_five",
        "file": "tests.operations.runners.write_file",
        "refuse": "tests.operations.runners.refuse",
        "verb": "tests.operations.runners.refuse_as_a_verb",
        "break": "tests.operations.runners.break_down",
        "die": "tests.operations.runners.die_before_saying_so",
        "slow": "tests.operations.runners.count_to_five",
    }
    settings.SLOW_JOBS = {"slow"}
    runners.calls.clear()


def ask(kind: str, by: User | None = None, key: str = "1") -> Job:
    about = by or UserFactory()
    return Job.objects.enqueue(kind=kind, key=key, title="数える", about=about, url="/", by=by)[0]


def test_a_job_runs_in_calls_until_it_is_done_and_who_asked_is_told() -> None:
    person = UserFactory(wants_job_notices=True)
    job = ask("count", person)
    run_jobs()
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.percent, job.message) == ("done", 5, 5, 100, "5 まで数えました")
    assert [entry.facts["at"] for entry in AuditEntry.objects.for_target(job)] == [5, 4, 3, 2, 1]
    told = Notification.objects.visible_to(person).get()
    assert (told.title, told.address) == ("「数える」が終わりました", f"/jobs/{job.pk}/")


def test_a_finished_job_is_no_news_unless_chosen_and_a_failed_one_always_is() -> None:
    person = UserFactory()
    ask("count", person)
    run_jobs()
    assert not Notification.objects.visible_to(person).exists()
    ask("refuse", person)
    run_jobs()
    assert Notification.objects.visible_to(person).count() == 1


def test_the_same_work_is_asked_for_once_while_it_is_open() -> None:
    first, other = ask("count"), ask("count", key="2")
    again, is_new = Job.objects.enqueue(kind="count", key="1", title="数える", about=first, url="/")
    assert (again, is_new) == (first, False)
    assert other != first
    run_jobs()
    assert ask("count") != first


def test_the_database_itself_refuses_a_second_open_one() -> None:
    job = ask("count")
    with pytest.raises(IntegrityError), transaction.atomic():
        Job(kind="count", key="1", title="x", target_label="a", target_id="1", address="/").save()
    assert Job.objects.open().get() == job


def test_a_job_whose_process_died_is_taken_up_after_a_minute_where_it_stood() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        job = ask("count")
        dead = Job.objects.claim(slow=False)
        assert dead is not None
        runners.count_to_five(dead)
        assert run_jobs() == 0  # its heart may still beat
        clock.shift(timedelta(seconds=61))
        assert run_jobs() == 4
    job.refresh_from_db()
    assert (job.state, AuditEntry.objects.for_target(job).count()) == ("done", 5)


def test_who_was_overtaken_writes_nothing_more() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        job = ask("count")
        slow_one = Job.objects.claim(slow=False)
        assert slow_one is not None
        clock.shift(timedelta(seconds=61))
        run_jobs()
        with pytest.raises(JobStopped):
            runners.count_to_five(slow_one)
    assert AuditEntry.objects.for_target(job).count() == 5


def test_what_dies_three_times_is_given_up_with_a_sentence() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        job = ask("count")
        for _try in range(MAX_TRIES):
            assert Job.objects.claim(slow=False)
            clock.shift(timedelta(seconds=61))
        assert Job.objects.claim(slow=False) is None
    job.refresh_from_db()
    assert job.state == "failed"
    assert job.error.startswith("途中で何度も止まった")


def test_a_reason_for_people_is_shown_and_a_bug_never_is() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        refused, broken = ask("refuse"), ask("break")
        for _try in range(5):
            run_jobs()
            clock.shift(timedelta(minutes=5))
    refused.refresh_from_db()
    broken.refresh_from_db()
    assert (refused.state, refused.error) == ("failed", "ファイルが読めませんでした。")
    assert (broken.state, broken.error[:6], runners.calls) == ("failed", "思わぬ不具合", [broken.pk] * 3)


def test_a_verbs_refusal_ends_the_job_with_its_sentence_at_once() -> None:
    job = ask("verb")
    run_jobs()
    job.refresh_from_db()
    assert (job.state, job.error, job.tries) == ("failed", "このテーマは、まだ始まっていません。", 1)


def test_what_was_cancelled_meanwhile_leaves_nothing_half_written() -> None:
    job = ask("die")
    run_jobs()
    assert AuditEntry.objects.for_target(job).count() == 0


def test_slow_jobs_wait_for_each_other_and_hold_up_nobody() -> None:
    ask("slow", key="1")
    ask("slow", key="2")
    running = Job.objects.claim(slow=True)
    assert Job.objects.claim(slow=True) is None
    assert Job.objects.claim(slow=False) is None
    quick = ask("count")
    run_jobs()
    quick.refresh_from_db()
    assert quick.state == "done"
    assert running is not None
    running.finish()
    assert run_slow_jobs() == 5


def test_progress_is_seen_by_who_asked_and_by_the_secretariat(sign_in: SignIn) -> None:
    asker = make_staff()
    job = ask("count", asker)
    Job.objects.claim(slow=False)
    Job.objects.filter(pk=job.pk).update(done=2, total=5)
    for person, status in ((asker, 200), (make_secretariat(), 200), (make_staff(), 404), (UserFactory(), 404)):
        assert sign_in(person).get(f"/jobs/{job.pk}/").status_code == status
    page = sign_in(asker).get(f"/jobs/{job.pk}/").content.decode()
    assert "5件のうち2件" in page
    assert 'value="2" max="5"' in page
    part = sign_in(asker).get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'data-hx-trigger="every 2s"' in part


def test_a_page_that_shows_the_result_is_loaded_again_when_the_work_has_ended(sign_in: SignIn) -> None:
    asker = make_staff()
    job = ask("count", asker)
    browser, url, polls = sign_in(asker), f"/jobs/{job.pk}/?reload=1", {"HX-Request": "true"}
    part = browser.get(url, headers=polls)
    assert f'data-hx-get="{url}"' in part.content.decode()
    assert "HX-Refresh" not in part
    run_jobs()
    assert browser.get(url, headers=polls)["HX-Refresh"] == "true"
    assert "HX-Refresh" not in browser.get(f"/jobs/{job.pk}/", headers=polls), "other pages keep what is typed there"
    assert "HX-Refresh" not in browser.get(url)


def test_a_result_file_is_private_and_goes_after_two_weeks(sign_in: SignIn) -> None:
    asker = make_staff()
    job = ask("file", asker)
    run_jobs()
    job.refresh_from_db()
    answer = sign_in(asker).get(f"/jobs/{job.pk}/file/")
    assert answer.getvalue().decode() == "\ufeff番号\r\n"
    assert "filename*=utf-8''%E5%85%AC%E5%9C%92" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert sign_in(make_staff()).get(f"/jobs/{job.pk}/file/").status_code == 404
    asker.postings.all().delete()
    assert sign_in(asker).get(f"/jobs/{job.pk}/file/").status_code == 404
    path = Path(job.file.path)
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        assert forget_job_files() == 1
    assert not path.exists()
    assert sign_in(asker).get(f"/jobs/{job.pk}/file/").status_code == 404


def test_who_asked_can_cancel_and_then_nothing_runs(sign_in: SignIn) -> None:
    asker = make_staff()
    job = ask("count", asker)
    assert sign_in(make_staff()).post(f"/jobs/{job.pk}/cancel/").status_code == 404
    sign_in(asker).post(f"/jobs/{job.pk}/cancel/")
    assert run_jobs() == 0
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_the_list_in_the_admin_site_is_for_the_secretariat(sign_in: SignIn) -> None:
    ask("count")
    assert sign_in(make_secretariat()).get("/admin/operations/job/").status_code == 200
    assert sign_in(make_staff()).get("/admin/operations/job/").status_code == 403
