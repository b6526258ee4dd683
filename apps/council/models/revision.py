"""変更の履歴: every wording that a member handed in, and what became of it. The public page shows published ones only."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.consultations.models import ActionRefused
from apps.core.submission import SubmitKeyField
from apps.core.textfields import TypedCharField, TypedTextField
from apps.council.models import revision_content
from apps.council.models.organization import Organization
from apps.council.models.project import Project
from apps.operations.models import AuditEntry


class RevisionState(models.TextChoices):
    """Where a handed-in wording stands."""

    WAITING = "waiting", _("確認待ち")
    PUBLISHED = "published", _("公開")
    RETURNED = "returned", _("差し戻し")
    REPLACED = "replaced", _("新しい案に差し替え")


class RevisionQuerySet(models.QuerySet[Any]):
    """Questions about revisions."""

    def waiting(self) -> Self:
        """Those that the secretariat has to look at, the oldest first."""
        return self.filter(state=RevisionState.WAITING).order_by("made_at", "pk")

    def made_by_person(self, user: Any) -> Self:
        """What a person handed in, for the own file."""
        return self.filter(made_by=user).select_related(self.model.subject_name).order_by("pk")

    def newest(self) -> Self:
        """The newest first."""
        return self.order_by("-number")

    def for_desk(self) -> Self:
        """What the secretariat's list of waiting ones shows."""
        return self.defer("content").select_related(self.model.subject_name)

    def without_content(self) -> Self:
        """What a history lists."""
        return self.defer("content").select_related("made_by")

    def published(self) -> Self:
        """Those that were or are public."""
        return self.filter(state=RevisionState.PUBLISHED)

    def before(self, number: int) -> Self:
        """Earlier ones, the newest first."""
        return self.filter(number__lt=number).order_by("-number")


class Revision(models.Model):
    """One wording, whole, with who handed it in, and the secretariat's decision on it."""

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
    def subject(self) -> Any:
        """The organization or project."""
        return getattr(self, self.subject_name)

    @property
    def is_waiting(self) -> bool:
        """Whether the secretariat still has to decide."""
        return self.state == RevisionState.WAITING

    def publish(self, *, by: Any) -> None:
        """The secretariat lets everyone read this wording."""
        self._decide(RevisionState.PUBLISHED, by=by)

    def return_to_author(self, *, by: Any, note: str) -> None:
        """The secretariat asks for another wording, and says why."""
        if not note.strip():
            raise ActionRefused(_("差し戻すときは、理由を書いてください。"))
        self._decide(RevisionState.RETURNED, by=by, note=note.strip())

    def _decide(self, state: RevisionState, *, by: Any, note: str = "") -> None:
        with transaction.atomic():
            fresh = type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)
            if not fresh.is_waiting:
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
    def take_effect(self, *, by: Any) -> None:
        """Write the content into the public row."""
        raise NotImplementedError


def unique_for(subject: str) -> list[models.BaseConstraint]:
    """What holds for the revisions of each subject: numbered, one waiting at most, one per press of the button."""
    return [
        models.UniqueConstraint(fields=[subject, "number"], name=f"{subject}_revision_number"),
        models.UniqueConstraint(
            fields=[subject], condition=Q(state=RevisionState.WAITING), name=f"{subject}_revision_one_waiting"
        ),
        models.UniqueConstraint(fields=["made_by", "submit_key"], name=f"{subject}_revision_once"),
    ]


class ProjectRevision(Revision):
    """A wording of a project."""

    subject_name = "project"

    project = models.ForeignKey(Project, models.CASCADE, related_name="revisions", verbose_name=_("プロジェクト"))

    class Meta(Revision.Meta):
        verbose_name = _("取組の変更")
        verbose_name_plural = _("取組の変更")
        constraints = unique_for("project")

    def get_absolute_url(self) -> str:
        """Where it is compared with what was before."""
        return reverse("council:project_revision", args=[self.project.slug, self.number])

    @transaction.atomic
    def take_effect(self, *, by: Any) -> None:
        """Its words, its viewpoints, its stage; a project that nobody could read yet becomes public."""
        revision_content.apply_to_project(self.project, self.content, by=by)
        self.project.publish(by=by)


class OrganizationRevision(Revision):
    """A wording of an organization's page."""

    subject_name = "organization"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="revisions", verbose_name=_("団体"))

    class Meta(Revision.Meta):
        verbose_name = _("団体ページの変更")
        verbose_name_plural = _("団体ページの変更")
        constraints = unique_for("organization")

    def get_absolute_url(self) -> str:
        """Where it is compared with what was before."""
        return reverse("council:organization_revision", args=[self.organization.slug, self.number])

    @transaction.atomic
    def take_effect(self, *, by: Any) -> None:
        """Its words."""
        revision_content.apply_to_organization(self.organization, self.content)
