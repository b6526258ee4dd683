"""Admin of versions: the facts, and from there the text, the sections, the reasons, the preview with 公表, a correction."""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from apps.accounts.requests import user_of
from apps.documents import actions
from apps.documents.admin.base import DocumentsAdmin
from apps.documents.forms import CorrectionForm, PublicationForm, TextForm, VersionForm
from apps.documents.models import ActionRefused, DocumentVersion
from apps.documents.services.publication_check import missing_for_publication, seen_key
from apps.documents.services.version_page import page_of
from apps.documents.text_splitter import Draft, split_sections
from apps.operations.models import AuditEntry


@admin.register(DocumentVersion)
class DocumentVersionAdmin(DocumentsAdmin):
    """Versions (文書の版). A published one is read-only; its correction is a version of its own."""

    form = VersionForm
    change_form_template = "admin/documents/version_form.html"
    list_display = ("__str__", "state", "dated_on", "published_at")
    list_filter = (("document", admin.RelatedOnlyFieldListFilter), "state", "stage")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the versions that the person may see, with document and stage."""
        return super().get_queryset(request).select_related("document__department", "stage")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return the permission of the rule; never for a published version."""
        return not (obj and obj.is_published) and super().has_change_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Return the facts; the reason only for a correction."""
        fields = ["document", "stage", "slug", "dated_on", "as_of", "base", "source", "file"]
        return [*fields, "correction_reason"] if obj and obj.corrects_id else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return the document as read-only for a stored version; a correction is compared with what it corrects."""
        if obj is None:
            return ()
        return ("document", "base") if obj.corrects_id else ("document",)

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelChoiceField[Any] | None":
        """Offer the documents that the person writes."""
        if db_field.name == "document":
            kwargs["queryset"] = self.manageable_documents(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: DocumentVersion, form: Any, change: bool) -> None:
        """Save the facts; another base gives another list of changes."""
        super().save_model(request, obj, form, change)
        actions.refresh_changes(version=obj)
        AuditEntry.record("change" if change else "add", obj, by=user_of(request), fields=form.changed_data)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Add sections, changes and what is still missing."""
        version = kwargs.get("obj")
        if isinstance(version, DocumentVersion) and version.pk:
            context |= {
                "sections": version.sections.in_order(),
                "changes": version.changes.for_pages(),
                "missing": [] if version.is_published else missing_for_publication(version),
                "may_write": request.user.has_perm("documents.write", version),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        """Add the pages of the text, the preview and the correction."""
        pages = {"text": self.text_view, "preview": self.preview_view, "correct": self.correct_view}
        return [
            *(
                path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"documents_documentversion_{name}")
                for name, view in pages.items()
            ),
            *super().get_urls(),
        ]

    def writable(self, request: HttpRequest, pk: int) -> DocumentVersion:
        """Return the version of a URL for who writes it; 404 where it may not be seen, else PermissionDenied."""
        version: DocumentVersion = get_object_or_404(self.get_queryset(request), pk=pk)
        if not request.user.has_perm("documents.write", version):
            raise PermissionDenied(_("この文書を書けるのは、所管課の職員と事務局です。"))
        return version

    def page(
        self,
        request: HttpRequest,
        version: DocumentVersion,
        name: str,
        title: str,
        *,
        status: int = 200,
        **context: Any,
    ) -> HttpResponse:
        """Render a page about a version."""
        around = {**self.admin_site.each_context(request), "opts": self.opts, "title": title, "version": version}
        return TemplateResponse(request, f"admin/documents/{name}.html", {**around, **context}, status=status)

    def text_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take the text of a version: show the sections that were found, and with 「取り込む」 store them."""
        version = self.writable(request, pk)
        title = _("本文を入れる")
        if version.is_published:
            return self.back_to(version)
        if request.method != "POST":
            return self.page(request, version, "text", title, form=TextForm(initial={"text": text_of(version)}))
        form = TextForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(request, version, "text", title, form=form, status=422)
        text = form.cleaned_data["text"]
        drafts = split_sections(text)
        form = TextForm(initial={"text": text})  # what a file held is sent on as text
        shown: dict[str, Any] = {"form": form, "drafts": drafts, "text": text}
        try:
            if "take" in request.POST:
                actions.take_text(version=version, drafts=drafts, by=user_of(request))
                messages.success(request, _("本文を取り込みました。前の版との違いは、下の「変更」で確かめてください。"))
                return self.back_to(version)
            actions.check_drafts(drafts)
        except ActionRefused as refused:
            shown |= {"sentence": refused.sentence, "missing": refused.missing}
            return self.page(request, version, "text", title, status=422, **shown)
        keys = actions.keys_for(version, drafts, list(version.sections.in_order()))
        return self.page(request, version, "text", title, **shown, found=found_rows(version, drafts, keys))

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the version as everybody will read it; its button publishes it."""
        version = self.writable(request, pk)
        if version.is_published:
            return HttpResponseRedirect(version.get_absolute_url())
        if request.method == "POST":
            form = PublicationForm(request.POST)
            form.is_valid()
            seen = form.cleaned_data.get("seen") or "unknown"
            return self.run(
                request, version, partial(actions.publish_version, version=version, seen=seen, by=user_of(request))
            )
        if missing := missing_for_publication(version):
            messages.error(request, " ".join(missing))
            return self.back_to(version)
        published = list(DocumentVersion.objects.public().of_document(version.document.slug).in_order())
        context = {**page_of(version, [*published, version]), "seen": seen_key(version), "is_preview": True}
        return TemplateResponse(request, "admin/documents/preview.html", context)

    def correct_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the reason of a correction, and open its draft."""
        version = self.writable(request, pk)
        title = _("訂正版を作る")
        if request.method != "POST":
            return self.page(request, version, "correct", title, form=CorrectionForm())
        form = CorrectionForm(request.POST)
        if form.is_valid():
            try:
                draft = actions.correct_version(
                    version=version, reason=form.cleaned_data["reason"], by=user_of(request)
                )
                messages.success(request, _("訂正版の草案を作りました。誤りを直してから公表してください。"))
                return self.back_to(draft)
            except ActionRefused as refused:
                form.add_error("reason", str(refused.sentence))
        return self.page(request, version, "correct", title, form=form, status=422)

    def run(self, request: HttpRequest, version: DocumentVersion, action: Any) -> HttpResponse:
        """Publish, or say why not, and go back to the version."""
        try:
            action()
        except ActionRefused as refused:
            messages.error(request, " ".join(map(str, [refused.sentence, *refused.missing])))
        else:
            messages.success(request, _("公表しました。公開ページで読めるようになりました。"))
        return self.back_to(version)

    def back_to(self, version: DocumentVersion) -> HttpResponse:
        """Redirect to the version's page in the admin site."""
        return HttpResponseRedirect(reverse("admin:documents_documentversion_change", args=[version.pk]))


def text_of(version: DocumentVersion) -> str:
    """Return the sections as the text from which they can be read again."""
    return "\n\n".join(
        f"{'#' * section.level} {section}\n\n{section.body}".strip() for section in version.sections.in_order()
    )


def found_rows(version: DocumentVersion, drafts: list[Draft], keys: list[str]) -> list[dict[str, Any]]:
    """Return for each section that was found: its draft, its key, and whether the version before knows the key."""
    base = version.base.sections.values_list("key", flat=True) if version.base else []
    known = set(base)
    return [{"draft": draft, "key": key, "is_known": key in known} for draft, key in zip(drafts, keys, strict=True)]
