"""Admin of programs: departments tell which procedures a plan will use, and lead to each as it comes."""

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.http import HttpRequest

from apps.accounts.models import Department
from apps.accounts.requests import user_of
from apps.accounts.rules import is_secretariat
from apps.core.admin import PortalTabularInline
from apps.core.row_admin import RowAdmin
from apps.operations.models import AuditEntry
from apps.participation.forms.program import StepForm
from apps.participation.models import ParticipationProgram, ProgramStep


class StepInline(PortalTabularInline):
    """Procedures of a program: who may change the program may change them."""

    model = ProgramStep
    form = StepForm
    extra = 0
    fields = ("kind", "starts_on", "ends_on", "plan", "url", "called_off")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person writes the program."""
        return request.user.has_perm("participation.change_participationprogram", obj)

    has_change_permission = has_add_permission
    has_delete_permission = has_add_permission
    has_view_permission = has_add_permission


@admin.register(ParticipationProgram)
class ParticipationProgramAdmin(RowAdmin):
    """Programs (市民参加プログラム)."""

    list_display = ("title", "department", "is_public", "updated_at")
    list_filter = (("department", admin.RelatedOnlyFieldListFilter), "is_public")
    search_fields = ("title",)
    fields = ("title", "slug", "department", "purpose", "is_public")
    inlines = (StepInline,)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the programs that the person writes."""
        rows: Any = super().get_queryset(request)
        return rows.manageable_by(user_of(request)).select_related("department")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return what no longer changes once the program is public: its URL."""
        return ("slug", "is_public") if obj and obj.is_public else ()

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelChoiceField[Any] | None":
        """Offer the own departments; all to the secretariat."""
        if db_field.name == "department":
            own = None if is_secretariat(request.user) else user_of(request).department_ids()
            kwargs["queryset"] = Department.objects.offered_to(own)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: ParticipationProgram, form: Any, change: bool) -> None:
        """Save, with an audit entry."""
        super().save_model(request, obj, form, change)
        AuditEntry.record("change" if change else "add", obj, by=user_of(request), fields=form.changed_data)
