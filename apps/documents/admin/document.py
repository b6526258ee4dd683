"""Admin of documents and of the names of their stages."""

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import Department
from apps.accounts.requests import user_of
from apps.accounts.rules import is_secretariat
from apps.core.admin import PortalAdmin
from apps.documents.admin.base import DocumentsAdmin
from apps.documents.models import Document, Stage
from apps.operations.models import AuditEntry


@admin.register(Stage)
class StageAdmin(PortalAdmin):
    """Stages (文書の段階), kept by the secretariat."""

    list_display = ("name", "code", "order")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: versions stand in a stage for ever."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return the code as read-only for a stored stage."""
        return ("code",) if obj else ()


@admin.register(Document)
class DocumentAdmin(DocumentsAdmin):
    """Documents (公開文書). The text stands in their versions."""

    list_display = ("title", "kind", "department", "version_count")
    list_filter = ("kind", ("department", admin.RelatedOnlyFieldListFilter))
    search_fields = ("title",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the documents that the person may see, with their versions."""
        return super().get_queryset(request).select_related("department").prefetch_related("versions__stage")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Return the facts, and for a stored document its versions."""
        fields = ["title", "slug", "kind", "department", "summary"]
        return [*fields, "version_links"] if obj else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return the address as read-only once a version is public."""
        is_public = obj is not None and any(version.is_published for version in obj.versions.all())
        return ("slug", "version_links") if is_public else ("version_links",)

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelChoiceField[Any] | None":
        """Offer the own departments; all to the secretariat."""
        own = None if is_secretariat(request.user) else user_of(request).department_ids()
        kwargs["queryset"] = Department.objects.offered_to(own)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("版の数"))
    def version_count(self, document: Document) -> int:
        """Return the number of its versions, drafts included."""
        return len(document.versions.all())

    @admin.display(description=gettext_lazy("版"))
    def version_links(self, document: Document) -> str:
        """Return links to its versions, and to a form for the next one."""
        rows = sorted(document.versions.all(), key=lambda version: version.place)
        links = format_html_join(
            "", '<li><a href="{}">{}</a> {}</li>',
            (
                (reverse("admin:documents_documentversion_change", args=[row.pk]), row.label, row.get_state_display())
                for row in rows
            ),
        )  # fmt: skip
        last = f"&base={rows[-1].pk}" if rows and rows[-1].is_published else ""
        add = f"{reverse('admin:documents_documentversion_add')}?document={document.pk}{last}"
        return format_html('<ul>{}</ul><a href="{}">{}</a>', links, add, _("新しい版を作る"))

    def save_model(self, request: HttpRequest, obj: Document, form: Any, change: bool) -> None:
        """Save, with an audit entry."""
        super().save_model(request, obj, form, change)
        AuditEntry.record("change" if change else "add", obj, by=user_of(request), fields=form.changed_data)
