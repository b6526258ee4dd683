"""Admin of sections and changes: reached from the page of their version."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.requests import user_of
from apps.documents import actions
from apps.documents.admin.base import DocumentsAdmin
from apps.documents.forms import ChangeForm, SectionForm
from apps.documents.models import Change, DocumentVersion, Section

DOCUMENT = ("version__document", admin.RelatedOnlyFieldListFilter)


class PartAdmin(DocumentsAdmin):
    """Base of the parts of a version: nobody adds one here, and saving leads back to the version."""

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the parts of the versions that the person may see."""
        versions = DocumentVersion.objects.visible_to(user_of(request)).order_by().values("pk")
        rows = self.model._default_manager.filter(version__in=versions)
        return rows.select_related("version__document__department", "version__stage")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False."""
        return False

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """Go back to the version."""
        return HttpResponseRedirect(reverse("admin:documents_documentversion_change", args=[obj.version_id]))

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        """Go back to the version."""
        self.add_success(request, _("削除しました。"))
        version = getattr(request, "version_of_part", None)
        return HttpResponseRedirect(reverse("admin:documents_documentversion_change", args=[version]))

    @admin.display(description=gettext_lazy("版"))
    def version_shown(self, part: Any) -> str:
        """Return the version."""
        return str(part.version)


@admin.register(Section)
class SectionAdmin(PartAdmin):
    """Sections (文書の節) of drafts; those of published versions are read-only."""

    form = SectionForm
    list_display = ("__str__", "key", "version_shown")
    list_filter = (DOCUMENT,)
    search_fields = ("heading",)
    fields = ("version_shown", "key", "level", "number", "heading", "body", "order", "seen")
    readonly_fields = ("version_shown",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return the permission of the rule; never in a published version."""
        return not (obj and obj.version.is_published) and super().has_change_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Leave out the hidden edition where nothing is saved."""
        return self.fields if self.has_change_permission(request, obj) else self.fields[:-1]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow who writes the document to delete a section of a draft."""
        return obj is not None and self.has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Section, form: SectionForm, change: bool) -> None:
        """Store by the action, which works the list of changes out anew."""
        values = {name: form.cleaned_data[name] for name in SectionForm.Meta.fields}
        actions.reword_section(section=obj, edition=form.seen_edition, values=values, by=user_of(request))

    def delete_model(self, request: HttpRequest, obj: Section) -> None:
        """Delete by the action."""
        request.version_of_part = obj.version_id  # type: ignore[attr-defined]
        actions.remove_section(section=obj, by=user_of(request))


@admin.register(Change)
class ChangeAdmin(PartAdmin):
    """Changes (文書の変更): found by comparison; staff say why, and which voices moved them."""

    form = ChangeForm
    list_display = ("__str__", "reason", "version_shown")
    list_filter = (DOCUMENT, "kind")
    fields = ("version_shown", "from_section", "to_section", "kind", "origin", "reason", "codes")
    readonly_fields = ("version_shown", "from_section", "to_section")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the changes with both sections."""
        return super().get_queryset(request).select_related("from_section", "to_section")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Leave out the codes where nothing is saved."""
        return self.fields if self.has_change_permission(request, obj) else self.fields[:-1]

    def save_model(self, request: HttpRequest, obj: Change, form: ChangeForm, change: bool) -> None:
        """Store by the action."""
        data = form.cleaned_data
        actions.explain_change(
            change=obj, kind=data["kind"], origin=data["origin"], reason=data["reason"], causes=data["codes"],
            by=user_of(request),
        )  # fmt: skip
