"""Admin of bodies with their members, and of the rules about days."""

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.http import HttpRequest

from apps.accounts.models import Department
from apps.accounts.requests import user_of
from apps.accounts.rules import is_secretariat
from apps.core.admin import PortalAdmin
from apps.meetings.admin.base import MeetingsAdmin, PartInline
from apps.meetings.forms.staff import CompositionForm
from apps.meetings.models import Composition, DayRule, Organ, Seat
from apps.operations.models import AuditEntry


@admin.register(DayRule)
class DayRuleAdmin(PortalAdmin):
    """Rules about days (日数の決まり), kept by the secretariat. What was announced keeps the days of its notice."""

    list_display = ("name", "notice_days", "minutes_days")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: bodies name it."""
        return False


class SeatInline(PartInline):
    """Members (委員) with their terms."""

    model = Seat
    fields = ("name", "category", "role", "is_public_call", "starts_on", "ends_on", "order")


class CompositionInline(PartInline):
    """How many members, women and members by public call there were on a day; one below the other, to fit the screen."""

    model = Composition
    form = CompositionForm
    template = "admin/edit_inline/stacked.html"


@admin.register(Organ)
class OrganAdmin(MeetingsAdmin):
    """Bodies (会議体)."""

    change_form_template = "admin/meetings/organ_form.html"
    list_display = ("name", "department", "kind", "rule", "is_public")
    list_filter = (("department", admin.RelatedOnlyFieldListFilter), "kind", "is_public")
    search_fields = ("name",)
    inlines = (SeatInline, CompositionInline)
    fields = (
        "name", "slug", "kind", "basis", "purpose", "department", "rule", "handles_cases", "attend_how", "contact",
        "established_on", "abolished_on", "is_public",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the bodies that the person may see."""
        rows: Any = super().get_queryset(request)
        return rows.select_related("department", "rule")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return what no longer changes once the body is public: its URL."""
        return ("slug", "is_public") if obj and obj.is_public else ()

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelChoiceField[Any] | None":
        """Offer the own departments; all to the secretariat."""
        if db_field.name == "department":
            own = None if is_secretariat(request.user) else user_of(request).department_ids()
            kwargs["queryset"] = Department.objects.offered_to(own)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Organ, form: Any, change: bool) -> None:
        """Save, with an audit entry."""
        super().save_model(request, obj, form, change)
        AuditEntry.record("change" if change else "add", obj, by=user_of(request), fields=form.changed_data)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Add whether the person may announce meetings of this body."""
        organ = kwargs.get("obj")
        context["may_run"] = organ is not None and request.user.has_perm("meetings.run", organ)
        return super().render_change_form(request, context, *args, **kwargs)
