"""Admin pages to import values of indicators (指標の値を取り込む), and to undo an import."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from apps.accounts.requests import AuthedRequest
from apps.core.admin import PortalAdmin
from apps.core.spreadsheet import csv_response
from apps.vision import actions
from apps.vision.forms import ParcelForm, ValueFileForm
from apps.vision.models import VALUE_COLUMNS, ValueImport

PAGE = "vision_indicator_import"
SAMPLE = "vision_indicator_sample"
WITHDRAW_IMPORT = "vision_indicator_withdraw_import"


class ImportingAdmin(PortalAdmin):
    """Admin pages that upload a file of values, check it, import it (all or nothing), undo an import."""

    def get_urls(self) -> list[URLPattern]:
        """Return the admin URLs with those of the import."""
        own = [
            path("import/", self.admin_site.admin_view(self.import_view), name=PAGE),
            path("import/sample.csv", self.admin_site.admin_view(self.sample_view), name=SAMPLE),
            path("import/<int:pk>/take-back/", self.admin_site.admin_view(self.withdraw_view), name=WITHDRAW_IMPORT),
        ]
        return own + super().get_urls()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """Show the list, with a link to the import page."""
        may_import = self.has_change_permission(request)
        return super().changelist_view(request, {**(extra_context or {}), "may_import": may_import})

    def import_view(self, request: AuthedRequest) -> HttpResponse:
        """Show the import page; a POST brings a file to check, or confirms the check and stores the values."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._page(request, form=ValueFileForm())
        return self._write(request) if "parcel" in request.POST else self._look(request)

    def sample_view(self, request: HttpRequest) -> FileResponse:
        """Return the sample file: the columns, and each indicator with the year that comes next."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        return csv_response(_("指標の値（見本）.csv"), VALUE_COLUMNS, actions.sample_rows())

    def _look(self, request: AuthedRequest) -> HttpResponse:
        """Show what the file says; nothing is written."""
        form = ValueFileForm(request.POST, request.FILES)
        looked = form.cleaned_data.get("looked") if form.is_valid() else None
        if looked is None:
            return self._page(request, form=form, status=422)
        if looked.problems:
            return self._page(request, form=ValueFileForm(), looked=looked, status=422)
        parcel = ParcelForm.packed(looked, file_name=form.cleaned_data["file"].name, user=request.user)
        return self._page(request, form=ValueFileForm(), looked=looked, parcel=parcel)

    def _write(self, request: AuthedRequest) -> HttpResponse:
        """Write the values that were checked."""
        parcel = ParcelForm(request.POST, user=request.user)
        if not parcel.is_valid():
            return self._page(request, form=ValueFileForm(), refusal=parcel.errors["parcel"][0], status=422)
        try:
            count = actions.import_values(parcel=parcel.cleaned_data["parcel"], by=request.user)
        except actions.ImportRefused as refused:
            return self._page(request, form=ValueFileForm(), refusal=refused.sentence, status=422)
        messages.success(request, _("%(n)d件の値を取り込みました。") % {"n": count})
        return HttpResponseRedirect(reverse("admin:vision_indicator_changelist"))

    def withdraw_view(self, request: AuthedRequest, pk: int) -> HttpResponse:
        """Show what undoing an import would restore; POST restores it, all or nothing."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        value_import = get_object_or_404(ValueImport, pk=pk)
        refusal, status = "", 200
        if request.method == "POST":
            try:
                count = actions.withdraw_values(pk=pk, by=request.user)
            except actions.ImportRefused as refused:
                refusal, status = str(refused.sentence), 422
            else:
                messages.success(request, _("%(n)d件の値を、取り込む前に戻しました。") % {"n": count})
                return HttpResponseRedirect(reverse(f"admin:{PAGE}"))
        context = {"title": _("取り込みの取り消し"), "value_import": value_import, "refusal": refusal}
        return self._render(request, "withdraw", status, rows=actions.what_comes_back(value_import), **context)

    def _page(self, request: HttpRequest, *, status: int = 200, **context: object) -> HttpResponse:
        return self._render(
            request,
            "import",
            status,
            title=_("指標の値の取り込み"),
            value_imports=ValueImport.objects.newest(),
            **context,
        )

    def _render(self, request: HttpRequest, template: str, status: int, **context: object) -> HttpResponse:
        whole = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, f"admin/vision/indicator/{template}.html", whole, status=status)
