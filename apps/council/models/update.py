"""Updates (活動報告) of projects, dated."""

from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.consultations.models import ActionRefused
from apps.core.models import Searchable, SearchQuerySet, Timestamped, no_control_characters
from apps.core.submission import SubmitKeyField
from apps.core.textfields import TypedCharField, TypedTextField
from apps.council.models.project import Project
from apps.operations.models import AuditEntry


class UpdateQuerySet(SearchQuerySet["ProjectUpdate"]):
    """QuerySet of ProjectUpdate."""

    def public(self) -> Self:
        """Filter published ones of public projects."""
        return self.filter(published_at__lte=timezone.now(), project__in=Project.objects.public())

    def waiting(self) -> Self:
        """Filter those that wait for the secretariat."""
        return self.filter(published_at=None)

    def for_project(self, project: Project) -> Self:
        """Filter those of one project."""
        return self.filter(project=project)

    def in_projects(self, projects: models.QuerySet[Project, Any]) -> Self:
        """Return those of these projects (a question that yields their keys)."""
        return self.filter(project__in=projects)

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """Return unpublished ones of the projects that a person edits."""
        return self.waiting().filter(project__in=Project.objects.editable_by(user))

    def written_by_person(self, user: User | AnonymousUser) -> Self:
        """Return what a person wrote, for the export of personal data."""
        return self.filter(written_by=user).select_related("project").order_by("pk")

    def newest(self) -> Self:
        """Order the newest first."""
        return self.order_by("-happened_on", "-pk")

    def for_lists(self) -> Self:
        """Load what a list shows."""
        return self.select_related("project").defer("search_text", "search_bigrams")


class ProjectUpdate(Timestamped, Searchable):
    """活動報告: what happened in a project on a day. A member writes it, the secretariat publishes it; then it stays."""

    search_fields = ("title", "body")

    project = models.ForeignKey(Project, models.CASCADE, related_name="updates", verbose_name=_("プロジェクト"))
    title = TypedCharField(_("見出し"), max_length=80)
    body = TypedTextField(_("内容"), max_length=2000)
    happened_on = models.DateField(_("日付"), default=timezone.localdate)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name=_("作成者")
    )
    published_at = models.DateTimeField(_("公開日時"), null=True, blank=True, editable=False)
    submit_key = SubmitKeyField()

    objects = UpdateQuerySet.as_manager()

    class Meta(Searchable.Meta):
        verbose_name = _("活動報告")
        verbose_name_plural = _("活動報告")
        ordering = ["-happened_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(body=""), name="project_update_body_given"),
            no_control_characters("body", "project_update_body_plain"),
            models.UniqueConstraint(fields=["written_by", "submit_key"], name="project_update_once"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the URL of its place on the project's page."""
        return f"{reverse('council:project', args=[self.project.slug])}#update-{self.pk}"

    def publish(self, *, by: User) -> None:
        """Publish it. Raises ActionRefused while its project is not public."""
        if not self.project.is_published:
            raise ActionRefused(_("先にプロジェクトを公開してください。"))
        with transaction.atomic():
            self.published_at = self.published_at or timezone.now()
            self.save(update_fields=["published_at", "updated_at"])
            Project.objects.filter(pk=self.project_id).update(changed_at=timezone.now())
            AuditEntry.record("publish_update", self, by=by)
