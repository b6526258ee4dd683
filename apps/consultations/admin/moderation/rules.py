"""Admin of screening rules (自動ルール) and policy articles."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from apps.consultations.admin.moderation.forms import TrialForm
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
    change_form_template = "admin/consultations/rule_form.html"

    def get_urls(self) -> list[URLPattern]:
        """Return the URL of the trial before the admin's own."""
        view = self.admin_site.admin_view(self.try_view)
        return [path("<int:pk>/try/", view, name="consultations_moderationrule_try"), *super().get_urls()]

    def try_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say what the saved rule finds in a text that is typed here; nothing is stored, and no case opened."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rule = get_object_or_404(ModerationRule, pk=pk)
        form = TrialForm(request.POST if request.method == "POST" else None, rule=rule)
        is_tried = request.method == "POST" and form.is_valid()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("この文で試す"),
            "rule": rule,
            "form": form,
            "is_tried": is_tried,
            "found": form.findings if is_tried else [],
        }
        return TemplateResponse(
            request, "admin/consultations/rule_try.html", context, status=422 if form.errors else 200
        )


@admin.register(PolicyArticle)
class PolicyArticleAdmin(ModerationDataAdmin):
    """Policy articles (運用ポリシーの条)."""

    list_display = ("number", "reason", "is_active")

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> tuple[str, ...]:
        """Return the number as read-only: decisions refer to it."""
        return ("number",) if obj else ()
