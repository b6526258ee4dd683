"""自動ルール and the articles of the policy: the city's numbers, words and reasons."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.consultations.models import ModerationRule, PolicyArticle
from apps.core.admin import PortalAdmin
from apps.operations.models import AuditEntry


class DeskDataAdmin(PortalAdmin):
    """Data that moderators and the secretariat keep; every change is on record, nothing that was used is deleted."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever moderates."""
        return request.user.has_perm("consultations.moderate")

    has_add_permission = has_change_permission = has_module_permission = has_view_permission

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It is switched off instead."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Keep it, and who changed which part of it."""
        super().save_model(request, obj, form, change)
        AuditEntry.record("keep_desk_data", obj, by=request.user, changed=form.changed_data)


@admin.register(ModerationRule)
class ModerationRuleAdmin(DeskDataAdmin):
    """自動ルール."""

    list_display = ("name", "kind", "threshold", "minutes", "holds", "is_active")
    list_filter = ("kind", "is_active")


@admin.register(PolicyArticle)
class PolicyArticleAdmin(DeskDataAdmin):
    """運用ポリシーの条."""

    list_display = ("number", "reason", "is_active")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Decisions name the number."""
        return ("number",) if obj else ()
