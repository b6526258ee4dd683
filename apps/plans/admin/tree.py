"""The tree of plans, the scales and the series in the admin site: the secretariat's, read by everyone in the city's service."""

from django.contrib import admin
from django.db.models import Model
from django.forms import BaseForm
from django.http import HttpRequest

from apps.core.admin import PortalAdmin, PortalTabularInline
from apps.core.admin_dates import DAYS
from apps.operations.models import AuditEntry
from apps.plans.models import Grade, Measure, Metric, MetricValue, Plan, PlanDepartment, Policy, ProgressMark


class NoDeleteAdmin(PortalAdmin):
    """Rows that published sheets refer to: every change leaves an audit entry, none is deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return False: published sheets refer to the rows."""
        return False

    def save_model(self, request: HttpRequest, obj: Model, form: BaseForm, change: bool) -> None:
        """Save, and record in the audit trail who changed which fields."""
        super().save_model(request, obj, form, change)
        AuditEntry.record("change" if change else "add", obj, by=request.user, changed=form.changed_data)


@admin.register(Policy)
class PolicyAdmin(NoDeleteAdmin):
    """方針."""

    list_display = ("number", "title", "starts_in")
    list_display_links = ("title",)


@admin.register(Measure)
class MeasureAdmin(NoDeleteAdmin):
    """基本的取組."""

    list_display = ("number", "title", "policy")
    list_display_links = ("title",)
    list_select_related = ("policy",)


class PlanDepartmentInline(PortalTabularInline):
    """担当課."""

    model = PlanDepartment
    extra = 0


@admin.register(Plan)
class PlanAdmin(NoDeleteAdmin):
    """プラン."""

    list_display = ("number", "title", "measure", "is_active")
    list_display_links = ("title",)
    list_select_related = ("measure",)
    inlines = (PlanDepartmentInline,)


@admin.register(Grade)
class GradeAdmin(NoDeleteAdmin):
    """年次評価の段階."""

    list_display = ("code", "words", "words_en", "needs_next_action", "order")
    fields = ("code", "words", "words_en", "needs_next_action", "order")


@admin.register(ProgressMark)
class ProgressMarkAdmin(NoDeleteAdmin):
    """進捗見込の記号."""

    list_display = ("mark", "words", "words_en", "order")
    fields = ("mark", "words", "words_en", "order")


class MetricValueInline(PortalTabularInline):
    """Figures of a series that stand in no sheet yet; those of a published sheet are frozen with it."""

    model = MetricValue
    extra = 0
    formfield_overrides = DAYS
    fields = ("year", "value", "as_of", "source")
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return the permission for the series."""
        return request.user.has_perm("plans.view_metric")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return the permission for the series."""
        return request.user.has_perm("plans.change_metric")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return False: a printed figure is not rewritten."""
        return False


@admin.register(Metric)
class MetricAdmin(NoDeleteAdmin):
    """数値の系列."""

    list_display = ("title", "unit", "plan", "wanted", "target")
    list_select_related = ("plan",)
    inlines = (MetricValueInline,)
