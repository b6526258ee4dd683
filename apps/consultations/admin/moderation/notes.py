"""Admin of internal notes (内部メモ)."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.options import Options
from django.http import Http404, HttpRequest, HttpResponse

from apps.accounts.requests import user_of
from apps.consultations.admin.moderation.forms import InternalNoteForm
from apps.consultations.models import InternalNote
from apps.core.admin import PortalAdmin
from apps.operations.models import AuditEntry


@admin.register(InternalNote)
class InternalNoteAdmin(PortalAdmin):
    """Notes are written once and read by those who manage the proposal."""

    form = InternalNoteForm
    list_display = ("proposal", "body", "written_by", "created_at")
    list_select_related = ("proposal", "written_by")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[InternalNote]:
        """Return the notes on proposals the user manages."""
        return InternalNote.objects.visible_to(request.user).order_by("-pk")

    def get_form(
        self, request: HttpRequest, obj: InternalNote | None = None, change: bool = False, **kwargs: Any
    ) -> type[InternalNoteForm]:
        """Return the form class with `user` set."""
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"user": request.user})

    def get_fields(self, request: HttpRequest, obj: InternalNote | None = None) -> tuple[str, ...]:
        """Return code and text for a new note; all fields for an existing one."""
        return ("proposal", "body", "written_by", "created_at") if obj else ("code", "body")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, str | list[str]]:
        """Return the code of the query string."""
        return {"code": request.GET.get("code", "")[:12]}

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Return True for all staff."""
        return request.user.has_perm("consultations.view_proposal")

    def has_view_permission(self, request: HttpRequest, obj: InternalNote | None = None) -> bool:
        """Return True for all staff; rows are limited by `get_queryset`."""
        return request.user.has_perm("consultations.view_proposal")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return True for all staff."""
        return request.user.has_perm("consultations.view_proposal")

    def has_change_permission(self, request: HttpRequest, obj: InternalNote | None = None) -> bool:
        """Return False: notes are not changed."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: InternalNote | None = None) -> bool:
        """Return False: notes are not deleted."""
        return False

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: "Options[InternalNote]", object_id: str
    ) -> HttpResponse:
        raise Http404

    def save_model(self, request: HttpRequest, obj: InternalNote, form: InternalNoteForm, change: bool) -> None:
        """Save with the writer, and audit the act without the text."""
        obj.written_by = user_of(request)
        super().save_model(request, obj, form, change)
        AuditEntry.record("write_note", obj.proposal, by=request.user)
