"""Runners of jobs for the tests: `settings.JOB_RUNNERS` names them."""

from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from apps.core.exceptions import ActionRefused
from apps.operations.models import AuditEntry, Job, JobFailed

calls: list[int] = []


def count_to_five(job: Job) -> Any:
    """One row a call, written together with the progress."""
    done = job.done + 1
    with transaction.atomic():
        AuditEntry.record("counted", job, at=done)
        job.advance(done=done, total=5, message=f"{done} まで数えました")
    return Job.MORE if done < 5 else None


def write_file(job: Job) -> None:
    """A result to save."""
    job.attach("公園の意見.csv", ContentFile("\ufeff番号\r\n".encode()))


def refuse(job: Job) -> None:
    """A reason for people."""
    raise JobFailed("ファイルが読めませんでした。")


def refuse_as_a_verb(job: Job) -> None:
    """A verb of the portal says why not."""
    raise ActionRefused("このテーマは、まだ始まっていません。")


def break_down(job: Job) -> None:
    """A bug."""
    calls.append(job.pk)
    raise ZeroDivisionError


def die_before_saying_so(job: Job) -> None:
    """As a process that is killed after it wrote, before it committed."""
    with transaction.atomic():
        AuditEntry.record("counted", job, at=1)
        Job.objects.filter(pk=job.pk).update(state=Job.State.CANCELLED)
        job.advance(done=1, total=5)
