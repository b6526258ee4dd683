"""指標 with its values."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.admin import PortalTabularInline
from apps.operations.models import AuditEntry
from apps.vision.admin.base import FIGURES_AND_DAYS, SHOWN_WHERE, ShownAdmin
from apps.vision.admin.importing import ImportingAdmin
from apps.vision.models import Indicator, IndicatorValue


class ValueInline(PortalTabularInline):
    """Values by year: whoever may change the indicator may change them."""

    model = IndicatorValue
    extra = 0
    formfield_overrides = FIGURES_AND_DAYS
    fields = ("year", "value", "measured_on", "source", "note")

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return the permission for the indicator."""
        return request.user.has_perm("vision.view_indicator")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return the permission for the indicator."""
        return request.user.has_perm("vision.change_indicator")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return the permission for the indicator."""
        return request.user.has_perm("vision.change_indicator")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return the permission for the indicator: a value typed for the wrong year can be deleted."""
        return request.user.has_perm("vision.change_indicator")


@admin.register(Indicator)
class IndicatorAdmin(ImportingAdmin, ShownAdmin):
    """指標."""

    inlines = (ValueInline,)
    list_display = ("title", "latest_shown", "target", "order", "is_public")
    list_filter = SHOWN_WHERE
    fieldsets = (
        (None, {"fields": ("title", "slug", "unit", "decimals", "direction", "survey", "remark", "note")}),
        (_("目標"), {"fields": ("target_value", "target_year")}),
        (_("掲載するところ"), {"fields": ("viewpoints", "fields", "order", "is_public")}),
        (_("出典"), {"fields": ("source", "source_place")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Indicator]:
        """Load the values that the list shows."""
        return Indicator.objects.with_values()

    @admin.display(description=_("最新の値"))
    def latest_shown(self, indicator: Indicator) -> str:
        """Return the value of the last year."""
        latest = indicator.latest
        return f"{latest.shown}（{latest.year_shown}）" if latest else "—"

    @admin.display(description=_("目標"))
    def target(self, indicator: Indicator) -> str:
        """Return the target, or 目標なし."""
        return indicator.target_shown or str(_("目標なし"))

    def save_formset(
        self, request: HttpRequest, form: "ModelForm[Indicator]", formset: "BaseModelFormSet[Any, Any]", change: bool
    ) -> None:
        """Save the values, with a line in the audit trail for each year that changed."""
        super().save_formset(request, form, formset, change)
        changed = [value for value, _names in formset.changed_objects]
        for verb, values in (("add_value", formset.new_objects), ("change_value", changed)):
            for value in values:
                AuditEntry.record(verb, form.instance, by=request.user, year=value.year, value=str(value.value))
        for value in formset.deleted_objects:
            AuditEntry.record("delete_value", form.instance, by=request.user, year=value.year, value=str(value.value))
