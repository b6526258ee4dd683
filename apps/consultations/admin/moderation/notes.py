"""内部メモ: written to colleagues, on the page of a proposal in the admin site and nowhere else."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from apps.consultations.admin.moderation.forms import InternalNoteForm
from apps.consultations.models import InternalNote
from apps.core.admin import PortalAdmin
from apps.operations.models import AuditEntry


@admin.register(InternalNote)
class InternalNoteAdmin(PortalAdmin):
    """Written once; whoever works on the proposal reads it."""

    form = InternalNoteForm
    list_display = ("proposal", "body", "written_by", "created_at")
    list_select_related = ("proposal", "written_by")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """On the proposals the person works on."""
        return InternalNote.objects.visible_to(request.user).order_by("-pk")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form knows who writes."""
        made = super().get_form(request, obj, change, **kwargs)
        return type(made.__name__, (made,), {"user": request.user})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Number and words; afterwards who wrote it and when."""
        return ("proposal", "body", "written_by", "created_at") if obj else ("code", "body")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, str | list[str]]:
        """The number that a proposal's page names."""
        return {"code": request.GET.get("code", "")[:12]}

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Everybody in the city's service."""
        return request.user.has_perm("consultations.view_proposal")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Everybody in the city's service, each on the proposals they work on."""
        return request.user.has_perm("consultations.view_proposal")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """As for reading."""
        return request.user.has_perm("consultations.view_proposal")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was said stays said."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nor does it go."""
        return False

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        raise Http404

    def save_model(self, request: HttpRequest, obj: InternalNote, form: Any, change: bool) -> None:
        """Under the writer's name; the trail says that, not what."""
        obj.written_by = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)
        AuditEntry.record("write_note", obj.proposal, by=request.user)
