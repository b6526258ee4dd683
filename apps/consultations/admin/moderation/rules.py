"""Admin of screening rules (自動ルール) and policy articles."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from apps.consultations.models import ModerationRule, PolicyArticle
from apps.core.admin import PortalAdmin
from apps.core.generic import ModelForm
from apps.operations.models import AuditEntry


class ModerationDataAdmin(PortalAdmin):
    """Data managed by moderators and the secretariat. Changes are audited; rows are switched off, never deleted."""

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return True for moderators and the secretariat."""
        return request.user.has_perm("consultations.moderate")

    has_add_permission = has_change_permission = has_module_permission = has_view_permission

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return False: rows are switched off instead."""
        return False

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm[models.Model], change: bool) -> None:
        """Save and audit which fields changed."""
        super().save_model(request, obj, form, change)
        AuditEntry.record("keep_desk_data", obj, by=request.user, changed=form.changed_data)


@admin.register(ModerationRule)
class ModerationRuleAdmin(ModerationDataAdmin):
    """Screening rules (自動ルール)."""

    list_display = ("name", "kind", "threshold", "minutes", "holds", "is_active")
    list_filter = ("kind", "is_active")


@admin.register(PolicyArticle)
class PolicyArticleAdmin(ModerationDataAdmin):
    """Policy articles (運用ポリシーの条)."""

    list_display = ("number", "reason", "is_active")

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> tuple[str, ...]:
        """Return the number as read-only: decisions refer to it."""
        return ("number",) if obj else ()
