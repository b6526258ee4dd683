"""変更の履歴: revisions that members submit and the secretariat publishes or returns. Only published ones are public."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.consultations.models import ActionRefused
from apps.core.submission import SubmitKeyField
from apps.core.textfields import TypedCharField, TypedTextField
from apps.council.models import revision_content
from apps.council.models.organization import Organization
from apps.council.models.project import Project
from apps.operations.models import AuditEntry


class RevisionState(models.TextChoices):
    """The state of a submitted revision."""

    WAITING = "waiting", _("確認待ち")
    PUBLISHED = "published", _("公開")
    RETURNED = "returned", _("差し戻し")
    REPLACED = "replaced", _("新しい案に差し替え")


class RevisionQuerySet(models.QuerySet[Any]):
    """QuerySet of both kinds of revisions."""

    def waiting(self) -> Self:
        """Filter those that wait for the secretariat, the oldest first."""
        return self.filter(state=RevisionState.WAITING).order_by("made_at", "pk")

    def made_by_person(self, user: User | AnonymousUser) -> Self:
        """Filter what a person submitted, with its subject, for the export of personal data."""
        return self.filter(made_by=user).select_related(self.model.subject_name).order_by("pk")

    def newest(self) -> Self:
        """Order the newest first."""
        return self.order_by("-number")

    def for_workspace(self) -> Self:
        """Load what the lists of the workspace (作業ページ) show."""
        return self.defer("content").select_related(self.model.subject_name)

    def without_content(self) -> Self:
        """Load what a history lists, without the content."""
        return self.defer("content").select_related("made_by")

    def published(self) -> Self:
        """Filter those that were or are public."""
        return self.filter(state=RevisionState.PUBLISHED)

    def before(self, number: int) -> Self:
        """Filter those before a number, the newest first."""
        return self.filter(number__lt=number).order_by("-number")


class Revision(models.Model):
    """A whole content (see revision_content) of a page, with its author and the secretariat's decision.

    The number of the newest one is the optimistic lock of an edit; the submit key makes a submission idempotent.
    """

    subject_name: ClassVar[str]

    number = models.PositiveIntegerField(_("番号"))
    content = models.JSONField(_("内容"))
    state = models.CharField(
        _("状態"), max_length=10, choices=RevisionState.choices, default=RevisionState.WAITING, editable=False
    )
    note = TypedCharField(_("変更の説明"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("提出日時"), auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("提出者")
    )
    submit_key = SubmitKeyField()
    decided_at = models.DateTimeField(_("確認日時"), null=True, blank=True, editable=False)
    decision_note = TypedTextField(_("事務局から"), blank=True, editable=False)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.subject} {self.number}"

    @property
    def subject(self) -> Organization | Project:
        """Return the organization or project."""
        subject: Organization | Project = getattr(self, self.subject_name)
        return subject

    @property
    def is_waiting(self) -> bool:
        """Return whether the secretariat still has to decide."""
        return self.state == RevisionState.WAITING

    def publish(self, *, by: User) -> None:
        """Publish it: its content becomes the public page's."""
        self._decide(RevisionState.PUBLISHED, by=by)

    def return_to_author(self, *, by: User, note: str) -> None:
        """Return it to its author with a note. Raises ActionRefused without one."""
        if not note.strip():
            raise ActionRefused(_("差し戻すときは、理由を書いてください。"))
        self._decide(RevisionState.RETURNED, by=by, note=note.strip())

    def _decide(self, state: RevisionState, *, by: User, note: str = "") -> None:
        """Lock, decide once, apply and audit. Raises ActionRefused when it is decided or replaced already."""
        with transaction.atomic():
            locked = type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)
            if not locked.is_waiting:
                raise ActionRefused(_("この案は、すでに確認が済んでいるか、新しい案に差し替えられています。"))
            self.state, self.decided_at, self.decision_note = state, timezone.now(), note
            self.save(update_fields=["state", "decided_at", "decision_note"])
            if state == RevisionState.PUBLISHED:
                self.take_effect(by=by)
            AuditEntry.record(f"{state}_revision", self.subject, by=by, number=self.number, note=note)

    def get_absolute_url(self) -> str:
        """Return the URL of its comparison with the content before it."""
        raise NotImplementedError

    @transaction.atomic
    def take_effect(self, *, by: User) -> None:
        """Write the content into the public row."""
        raise NotImplementedError


def unique_for(subject: str) -> list[models.BaseConstraint]:
    """Return the constraints of a subject's revisions: unique number, one waiting at most, unique submit key."""
    return [
        models.UniqueConstraint(fields=[subject, "number"], name=f"{subject}_revision_number"),
        models.UniqueConstraint(
            fields=[subject], condition=Q(state=RevisionState.WAITING), name=f"{subject}_revision_one_waiting"
        ),
        models.UniqueConstraint(fields=["made_by", "submit_key"], name=f"{subject}_revision_once"),
    ]


class ProjectRevision(Revision):
    """A revision of a project."""

    subject_name = "project"

    project = models.ForeignKey(Project, models.CASCADE, related_name="revisions", verbose_name=_("プロジェクト"))

    class Meta(Revision.Meta):
        verbose_name = _("取組の変更")
        verbose_name_plural = _("取組の変更")
        constraints = unique_for("project")

    def get_absolute_url(self) -> str:
        """Return the URL of its comparison with the content before it."""
        return reverse("council:project_revision", args=[self.project.slug, self.number])

    @transaction.atomic
    def take_effect(self, *, by: User) -> None:
        """Write its content into the project, and publish a project that was not public yet."""
        revision_content.apply_to_project(self.project, self.content, by=by)
        self.project.publish(by=by)


class OrganizationRevision(Revision):
    """A revision of an organization's page."""

    subject_name = "organization"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="revisions", verbose_name=_("団体"))

    class Meta(Revision.Meta):
        verbose_name = _("団体ページの変更")
        verbose_name_plural = _("団体ページの変更")
        constraints = unique_for("organization")

    def get_absolute_url(self) -> str:
        """Return the URL of its comparison with the content before it."""
        return reverse("council:organization_revision", args=[self.organization.slug, self.number])

    @transaction.atomic
    def take_effect(self, *, by: User) -> None:
        """Write its content into the organization."""
        revision_content.apply_to_organization(self.organization, self.content)
