"""Background jobs with progress, heartbeat, retry and result file; claimed by workers with SKIP LOCKED."""

import uuid
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.base import File
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.exceptions import ActionRefused
from apps.core.wake_tasks import wake
from apps.operations.models.notification import Notification

SILENCE = timedelta(seconds=60)  # a running job whose heart has not beaten for so long has lost its process
MAX_TRIES = 3
TITLE_MAX = 200
FILES_KEPT = timedelta(days=14)
ONE_AT_A_TIME = 713_001  # the key of PostgreSQL's advisory lock round the choice of a slow job


class JobFailed(ActionRefused):
    """Raised by a runner when the work cannot be done; the sentence tells the person who asked why (no retry)."""


class JobStopped(Exception):
    """Raised when the job was cancelled or another process has claimed it: this run ends without writing anything more."""


class JobQuerySet(models.QuerySet["Job"]):
    """QuerySet of jobs: enqueue, claim, by state, retention of files."""

    def visible_to(self, user: Any) -> Self:
        """Return the user's own jobs; all of them with the permission `operations.view_job`."""
        if not user.is_authenticated:
            return self.none()
        return self.all() if user.has_perm("operations.view_job") else self.filter(requested_by_id=user.pk)

    def open(self) -> Self:
        """Return those queued or running."""
        return self.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])

    def for_target(self, target: models.Model) -> Self:
        """Return those about one row, newest first."""
        return self.filter(target_label=target._meta.label_lower, target_id=str(target.pk)).order_by("-pk")

    def slow(self, wanted: bool = True) -> Self:
        """Return the jobs of settings.SLOW_JOBS, which run one at a time in a queue of their own; or all others."""
        kinds = Q(kind__in=settings.SLOW_JOBS)
        return self.filter(kinds if wanted else ~kinds)

    def with_heartbeat(self) -> Self:
        """Return those running with a heartbeat within SILENCE."""
        return self.filter(state=Job.State.RUNNING, heartbeat_at__gt=timezone.now() - SILENCE)

    def due(self) -> Self:
        """Return those to run now, oldest first: queued ones, and running ones without heartbeat (their process died)."""
        now = timezone.now()
        queued = Q(state=Job.State.QUEUED, run_after__lte=now)
        silent = Q(state=Job.State.RUNNING, heartbeat_at__lte=now - SILENCE)
        return self.filter(queued | silent).order_by("run_after", "pk")

    def count_and_oldest(self) -> tuple[int, datetime | None]:
        """Return how many they are, and since when the oldest of them could run."""
        found = self.order_by().aggregate(number=models.Count("pk"), oldest=models.Min("run_after"))
        return found["number"], found["oldest"]

    def enqueue(
        self,
        *,
        kind: str,
        key: str,
        title: str,
        about: models.Model,
        url: str,
        by: Any = None,
        arguments: dict[str, Any] | None = None,
    ) -> tuple["Job", bool]:
        """Enqueue a background job; idempotent while a job of this kind and key is open. Return (job, is new).

        title: what people read, cut at TITLE_MAX; about: the row it works on; url: the page that shows the result;
        by: who asked and is notified at the end, None for the portal itself; arguments: plain values for the runner.
        """
        job = Job(
            kind=kind,
            key=key,
            title=title[:TITLE_MAX],
            target_label=about._meta.label_lower,
            target_id=str(about.pk),
            address=url,
            requested_by_id=getattr(by, "pk", None),
            arguments=arguments or {},
        )
        try:
            with transaction.atomic():
                job.save(force_insert=True)
        except IntegrityError:
            return self.open().get(kind=kind, key=key), False
        wake("job-queued")
        return job, True

    def claim(self, *, slow: bool) -> "Job | None":
        """Claim the next due job for this process (row lock, SKIP LOCKED), counting the try. Return None without one.

        Slow jobs are claimed one at a time, under an advisory lock. A job that died MAX_TRIES times fails.
        """
        with transaction.atomic():
            if slow:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
                if self.slow().with_heartbeat().exists():
                    return None
            for job in self.due().slow(slow).select_for_update(skip_locked=True)[:20]:
                if job.tries < MAX_TRIES:
                    job.begin()
                    return job
                job.fail(_("途中で何度も止まったため、中止しました。時間をおいて、もう一度お試しください。"))
        return None

    def forget_files(self) -> int:
        """Delete result files after FILES_KEPT: they may contain what only staff may see. Return how many."""
        return self.filter(finished_at__lt=timezone.now() - FILES_KEPT).drop_files()

    def forget_ended(self) -> int:
        """Delete jobs that ended FILES_KEPT ago or earlier. Return how many rows."""
        return (
            self.exclude(pk__in=self.open().values("pk"))
            .filter(finished_at__lt=timezone.now() - FILES_KEPT)
            .delete()[0]
        )

    def drop_files(self) -> int:
        """Delete their result files now. Return how many."""
        jobs = list(self.exclude(file=""))
        for job in jobs:
            job.file.delete(save=False)
            job.save(update_fields=["file"])
        return len(jobs)


class Job(models.Model):
    """One piece of long work: what it is about, how far it is, and what came of it.

    The runner of its kind (settings.JOB_RUNNERS) is called with the job, works for at most three minutes, and is called
    again as long as it answers Job.MORE. It may be killed at any moment and run again: what it wrote together with
    `advance` in one transaction is done, the rest is not.
    """

    MORE = "more"

    class State(models.TextChoices):
        """Where the work stands."""

        QUEUED = "queued", gettext_lazy("順番待ち")
        RUNNING = "running", gettext_lazy("実行中")
        DONE = "done", gettext_lazy("完了")
        FAILED = "failed", gettext_lazy("失敗")
        CANCELLED = "cancelled", gettext_lazy("取りやめ")

    kind = models.CharField(gettext_lazy("種類"), max_length=40, editable=False)
    key = models.CharField(gettext_lazy("鍵"), max_length=120, editable=False)
    title = models.CharField(gettext_lazy("内容"), max_length=TITLE_MAX, editable=False)
    target_label = models.CharField(gettext_lazy("対象の種類"), max_length=80, editable=False)
    target_id = models.CharField(gettext_lazy("対象ID"), max_length=64, editable=False)
    address = models.CharField(gettext_lazy("結果のページ"), max_length=300, editable=False)
    requested_by_id = models.BigIntegerField(gettext_lazy("依頼者ID"), null=True, blank=True)
    arguments = models.JSONField(default=dict, blank=True, editable=False)
    memory = models.JSONField(default=dict, blank=True, editable=False)
    state = models.CharField(gettext_lazy("状態"), max_length=10, choices=State.choices, default=State.QUEUED)
    done = models.PositiveIntegerField(gettext_lazy("済み"), default=0)
    total = models.PositiveIntegerField(gettext_lazy("全体"), default=0)
    message = models.CharField(gettext_lazy("経過"), max_length=300, blank=True, editable=False)
    error = models.CharField(gettext_lazy("できなかった理由"), max_length=500, blank=True, editable=False)
    file = models.FileField(gettext_lazy("結果のファイル"), upload_to="jobs/%Y/%m/", blank=True)
    file_name = models.CharField(gettext_lazy("ファイル名"), max_length=150, blank=True, editable=False)
    run = models.UUIDField(null=True, blank=True, editable=False)
    tries = models.PositiveSmallIntegerField(gettext_lazy("試行回数"), default=0)
    run_after = models.DateTimeField(default=timezone.now, editable=False)
    created_at = models.DateTimeField(gettext_lazy("依頼日時"), auto_now_add=True)
    started_at = models.DateTimeField(gettext_lazy("開始日時"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(gettext_lazy("最後の応答"), null=True, blank=True)
    finished_at = models.DateTimeField(gettext_lazy("終了日時"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("時間のかかる処理")
        verbose_name_plural = gettext_lazy("時間のかかる処理")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["run_after", "id"], name="job_due", condition=Q(state__in=["queued", "running"])),
            models.Index(fields=["target_label", "target_id"], name="job_target"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], condition=Q(state__in=["queued", "running"]), name="job_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(run__isnull=False, heartbeat_at__isnull=False), name="job_run_beats"
            ),
            models.CheckConstraint(condition=Q(total=0) | Q(done__lte=F("total")), name="job_done_within_total"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the page of its progress."""
        return reverse("operations:job", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Return whether it is queued or running."""
        return self.state in {self.State.QUEUED, self.State.RUNNING}

    @property
    def percent(self) -> int:
        """Return the progress from 0 to 100; 0 while the total is unknown."""
        return self.done * 100 // self.total if self.total else 0

    def begin(self) -> None:
        """Start a run of this process; an earlier run can write nothing more (its `run` id is replaced)."""
        now = timezone.now()
        self.state, self.run, self.tries = self.State.RUNNING, uuid.uuid4(), self.tries + 1
        self.started_at, self.heartbeat_at = self.started_at or now, now
        self.save(update_fields=["state", "run", "tries", "started_at", "heartbeat_at"])

    def _change(self, **columns: Any) -> None:
        """Update columns if this run still has the job (optimistic lock on `run`); raise JobStopped otherwise."""
        mine = type(self).objects.filter(pk=self.pk, run=self.run, state=self.State.RUNNING)
        if not mine.update(**columns):
            raise JobStopped
        for name, value in columns.items():
            setattr(self, name, value)

    def beat(self) -> None:
        """Store a heartbeat."""
        self._change(heartbeat_at=timezone.now())

    def advance(
        self,
        *,
        done: int | None = None,
        total: int | None = None,
        message: Any = None,
        memory: dict[str, Any] | None = None,
    ) -> None:
        """Store the progress, in the transaction of the work itself; raise JobStopped when the job is cancelled or lost.

        message: a sentence for people; memory: what the next call of the runner has to know.
        """
        given = {"done": done, "total": total, "message": message and str(message)[:300], "memory": memory}
        changed = {name: value for name, value in given.items() if value is not None}
        self._change(heartbeat_at=timezone.now(), **changed)

    def attach(self, name: str, content: "File[Any]") -> None:
        """Store a result file, private to those who may see the job. name: the file name of the download."""
        if self.file:
            self.file.delete(save=False)
        self.file.save(f"{uuid.uuid4()}.{name.rsplit('.', 1)[-1]}", content, save=False)
        self._change(file=self.file.name, file_name=name)

    def requeue(self, *, pause: timedelta = timedelta(), tries: int = 0) -> None:
        """Put the job back into the queue, after a pause: the runner has more to do, or it is a retry."""
        self._change(state=self.State.QUEUED, tries=tries, run_after=timezone.now() + pause)
        wake("job-queued")

    def finish(self) -> None:
        """Mark the job as done, and notify who asked, if they chose to hear of finished jobs."""
        with transaction.atomic():
            self._change(state=self.State.DONE, finished_at=timezone.now(), done=self.total or self.done)
            if get_user_model().objects.filter(pk=self.requested_by_id, wants_job_notices=True).exists():
                self._notify(_("「%(title)s」が終わりました") % {"title": self.title})

    def fail(self, sentence: Any) -> None:
        """Mark the job as failed, and notify who asked with the reason."""
        with transaction.atomic():
            self._change(state=self.State.FAILED, finished_at=timezone.now(), error=str(sentence)[:500])
            self._notify(_("「%(title)s」を終えられませんでした") % {"title": self.title})

    def cancel(self) -> bool:
        """Cancel the job; a running one stops at its next `advance`. Return whether it was still open."""
        open_job = type(self).objects.open().filter(pk=self.pk)
        return bool(open_job.update(state=self.State.CANCELLED, finished_at=timezone.now()))

    def _notify(self, title: str) -> None:
        """Notify the person who asked, if there is one, with a link to the job's page."""
        if self.requested_by_id:
            Notification.objects.notify(
                self.requested_by_id,
                kind="job",
                key=str(self.pk),
                title=title[:TITLE_MAX],
                body=self.error or self.message,
                url=self.get_absolute_url(),
            )
