"""Pages about an opinion that was typed in: its scans, the check by a second person, mistyped words."""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.requests import user_of
from apps.core.types import StrOrPromise
from apps.core.uploads import send_upload
from apps.public_comments import actions
from apps.public_comments.admin.base import PublicCommentsAdmin
from apps.public_comments.forms.typing import MendForm, ScanForm
from apps.public_comments.models import ActionRefused, Opinion, OpinionScan


class TypingFilter(admin.SimpleListFilter):
    """Filter opinions that were typed in by whether a second person has checked them."""

    title = gettext_lazy("入力の確認")
    parameter_name = "typing"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, StrOrPromise]]:
        """Return the choices."""
        return [("unchecked", _("まだ確かめていない")), ("checked", _("確かめた"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return the rows of the chosen value."""
        if self.value() == "unchecked":
            return queryset.unchecked()
        return queryset.filter(checked_at__isnull=False) if self.value() == "checked" else queryset


class TypingPagesMixin(PublicCommentsAdmin):
    """Add what is done with an opinion from paper."""

    def typing_context(self, opinion: Opinion) -> dict[str, Any]:
        """Return what the page of an opinion shows of it; nothing for one of the web."""
        if not opinion.is_typed:
            return {}
        return {"scans": list(opinion.scans.all()), "scan_form": ScanForm()}

    def typing_urls(self) -> list[URLPattern]:
        """Return the pages."""
        site, scan = self.admin_site, "<int:pk>/scans/<int:scan>"
        name = "public_comments_opinion_{}".format
        return [
            path("<int:pk>/scan/", site.admin_view(self.scan_view), name=name("scan")),
            path(f"{scan}/", site.admin_view(self.look_view), name=name("look")),
            path(f"{scan}/remove/", site.admin_view(self.unscan_view), name=name("unscan")),
            path("<int:pk>/check/", site.admin_view(self.check_view), name=name("check")),
            path("<int:pk>/mend/", site.admin_view(self.mend_view), name=name("mend")),
        ]

    def scan_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Add a scan to an opinion. A GET leads back."""
        opinion = self.run_by(request, pk)
        if request.method != "POST":
            return self.back_to(opinion)
        form = ScanForm(request.POST, request.FILES)
        if not form.is_valid():
            messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
            return self.back_to(opinion)
        action = partial(actions.add_scan, opinion=opinion, file=form.cleaned_data["file"], by=user_of(request))
        return self.act(request, opinion, action, _("写しを加えました。"))

    def look_view(self, request: HttpRequest, pk: int, scan: int) -> HttpResponse | FileResponse:
        """Send a scan, with a press: the look is noted in the audit trail. A GET leads back."""
        opinion = self.run_by(request, pk)
        if request.method != "POST":
            return self.back_to(opinion)
        found = actions.read_scan(scan=get_object_or_404(OpinionScan, pk=scan, opinion=opinion), by=user_of(request))
        response = send_upload(found.file)
        response["Cache-Control"] = "no-store"
        return response

    def unscan_view(self, request: HttpRequest, pk: int, scan: int) -> HttpResponse:
        """Delete a scan, with a press. A GET leads back."""
        opinion = self.run_by(request, pk)
        if request.method != "POST":
            return self.back_to(opinion)
        found = get_object_or_404(OpinionScan, pk=scan, opinion=opinion)
        action = partial(actions.remove_scan, scan=found, by=user_of(request))
        return self.act(request, opinion, action, _("写しを消しました。"))

    def check_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Note that what was typed is what stands on the paper. A GET leads back."""
        opinion = self.run_by(request, pk)
        if request.method != "POST":
            return self.back_to(opinion)
        action = partial(actions.check_typing, opinion=opinion, by=user_of(request))
        return self.act(request, opinion, action, _("入力を確かめました。"))

    def mend_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Write anew what was mistyped."""
        opinion = self.run_by(request, pk)
        if not opinion.is_typed:
            raise PermissionDenied(_("紙などから入力した意見ではありません。"))
        parts = list(opinion.parts.current().select_related("section").order_by("order", "pk"))
        form = MendForm(request.POST if request.method == "POST" else None, parts=parts)
        if request.method == "POST" and form.is_valid():
            try:
                actions.mend_typing(opinion=opinion, bodies=form.bodies, by=user_of(request))
            except ActionRefused as refused:
                form.add_error(None, str(refused.sentence))
            else:
                messages.success(
                    request, _("入力を直しました。前の文は残っています。別の職員が、もう一度確かめてください。")
                )
                return self.back_to(opinion)
        status = 422 if form.errors else 200
        return self.page(request, "mend", _("入力の誤りを直す"), opinion=opinion, form=form, status=status)
