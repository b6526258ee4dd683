"""年次報告書 in the admin site: the secretariat has it made, looks at it, and publishes it."""

from collections.abc import Iterable
from typing import cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.requests import AuthedRequest
from apps.core.fiscal import fiscal_label
from apps.core.printing import MissingLetter
from apps.operations.admin import ReadOnlyAdmin
from apps.operations.models import Job
from apps.plans.forms import ReportForm
from apps.plans.models import ActionRefused, PlanSheet, Report
from apps.plans.services.report_page import page_of


def list_characters(missing: list[MissingLetter]) -> str:
    """Return characters with their code points and how often they occur, as HTML."""
    rows = ((one["letter"], one["code"], one["times"]) for one in missing)
    return format_html_join("、", "{}（{}）{}か所", rows) or format_html("{}", _("ありません"))


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    """Editions. A file is downloaded here before it is public, and never changed."""

    change_form_template = "admin/plans/report/change_form.html"
    list_display = ("__str__", "made_at", "published_at")
    list_filter = ("year",)
    fields = ("year", "edition", "made_at", "published_at", "shown_files", "shown_missing", "shown_lost")
    actions = ("publish",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return the permission to make reports (the secretariat has it)."""
        return request.user.has_perm("plans.add_report")

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Return the permission to make reports (the secretariat has it)."""
        return request.user.has_perm("plans.add_report")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        """Leave out the content (deferred)."""
        return super().get_queryset(request).defer("content")

    def get_urls(self) -> list[URLPattern]:
        """Add the files of an edition that is not public yet, its preview and its button."""
        own = [
            path("<int:pk>/file/<slug:kind>/", self.admin_site.admin_view(self.file), name="plans_report_file"),
            path("<int:pk>/preview/", self.admin_site.admin_view(self.preview), name="plans_report_preview"),
            path("<int:pk>/publish/", self.admin_site.admin_view(self.publish_one), name="plans_report_publish"),
        ]
        return [*own, *super().get_urls()]

    def get_view_on_site_url(self, obj: Report | None = None) -> str | None:
        """Return the URL of an edition that everyone may read, else None."""
        return super().get_view_on_site_url(obj) if obj and obj.published_at else None

    @admin.display(description=gettext_lazy("ファイル"))
    def shown_files(self, report: Report) -> str:
        """Return each file with its size and checksum."""
        return format_html_join(
            "", '<p><a href="{}">{}</a>　{} KB<br>SHA-256 {}</p>',
            ((reverse("admin:plans_report_file", args=[report.pk, file.kind]), file.get_kind_display(),
              file.size // 1024 + 1, file.sha256) for file in report.files.without_content()),
        )  # fmt: skip

    @admin.display(description=gettext_lazy("表示できない文字"))
    def shown_missing(self, report: Report) -> str:
        """Return the characters that the PDF shows as 〓."""
        return list_characters(report.missing)

    @admin.display(description=gettext_lazy("CSV（Shift_JIS）で〓になった文字"))
    def shown_lost(self, report: Report) -> str:
        """Return the characters that the old encoding does not know."""
        return list_characters(report.lost)

    def file(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:
        """Return a file, for those who see editions here; 404 for everybody else."""
        report = self.get_object(request, str(pk))
        file = report and self.has_view_permission(request, report) and report.files.filter(kind=kind).first()
        if not file:
            return HttpResponse(status=404)
        response = HttpResponse(bytes(file.content), content_type=file.content_type)
        response["Content-Disposition"] = f'attachment; filename="{file.file_name}"'
        return response

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Render an edition as everybody will read it, with the button that publishes it."""
        if not self.has_publish_permission(request):
            raise PermissionDenied(_("年次報告書を公表するのは事務局（企画経営課）です。"))
        report = get_object_or_404(Report, pk=pk)
        if report.published_at:
            return HttpResponseRedirect(report.get_absolute_url())
        files = [
            {"url": reverse("admin:plans_report_file", args=[report.pk, file.kind]), "size": file.size,
             "get_kind_display": file.get_kind_display(), "sha256": file.sha256}
            for file in report.files.without_content()
        ]  # fmt: skip
        return TemplateResponse(request, "admin/plans/report/preview.html", page_of(report, files=files))

    def publish_one(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Publish (the button of the preview); a GET redirects to the page of the edition."""
        if not self.has_publish_permission(request):
            raise PermissionDenied(_("年次報告書を公表するのは事務局（企画経営課）です。"))
        report = get_object_or_404(self.get_queryset(request), pk=pk)
        if request.method == "POST" and not request.POST.get("seen"):
            return HttpResponseRedirect(reverse("admin:plans_report_preview", args=[report.pk]))
        if request.method == "POST":
            self.publish_all(request, [report])
        return HttpResponseRedirect(reverse("admin:plans_report_change", args=[report.pk]))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Choose a year and enqueue the job that makes the report; its progress has a page of its own."""
        if not self.has_add_permission(request):
            return super().add_view(request, form_url, extra_context)  # refuses, in Django's way
        form = ReportForm(request.POST or None, years=PlanSheet.objects.public().years())
        if request.method == "POST" and form.is_valid():
            return HttpResponseRedirect(self.enqueue(request, form.cleaned_data["year"]).get_absolute_url())
        context = {**self.admin_site.each_context(request), "opts": self.opts, "form": form,
                   "title": _("年次報告書を作成する")}  # fmt: skip
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/plans/report/make.html", context, status=status)

    def enqueue(self, request: HttpRequest, year: int) -> Job:
        """Enqueue an edition and return its job; while one of this year is being made, that job (idempotent by year)."""
        about = PlanSheet.objects.public().in_year(year)[0]
        job, _is_new = Job.objects.enqueue(
            kind="plan-report",
            key=str(year),
            title=_("%(label)s 年次報告書の作成") % {"label": fiscal_label(year)},
            about=about,
            url=reverse("admin:plans_report_changelist"),
            by=request.user,
            arguments={"year": year},
        )
        return job

    @admin.action(description=gettext_lazy("選んだ版を確かめて公表する"), permissions=["publish"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Report]) -> HttpResponse | None:
        """Redirect to the preview of the chosen edition: each is looked at before it is public for good."""
        reports = list(queryset[:2])
        if len(reports) > 1:
            messages.error(
                request, _("公表は、一つの版ずつ、公開ページの形で確かめてから行います。版を一つだけ選んでください。")
            )
            return None
        return HttpResponseRedirect(reverse("admin:plans_report_preview", args=[reports[0].pk]))

    def publish_all(self, request: HttpRequest, reports: Iterable[Report]) -> None:
        """Publish each of these editions, or say why not."""
        for report in reports:
            try:
                report.publish(by=cast("AuthedRequest", request).user)
            except ActionRefused as refused:
                messages.error(request, f"{report} {refused.sentence}")
            else:
                messages.success(request, _("%(report)sを公表しました。") % {"report": report})
