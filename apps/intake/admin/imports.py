"""Admin pages of BatchAdmin for importing and exporting files of proposals."""

from io import BytesIO
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.requests import AuthedRequest
from apps.consultations.models import ActionRefused, Batch, Consultation
from apps.consultations.models.batch import why_no_intake
from apps.core.spreadsheet import csv_response, write_xlsx
from apps.intake import actions
from apps.intake.forms import ExportForm, ImportDecisionForm, ImportForm
from apps.intake.services.exports import EXPORTS, SAMPLE, sample_rows
from apps.operations.models import Job

if TYPE_CHECKING:
    from apps.intake.admin.batches import BatchAdmin

ABOUT_FILES = gettext_lazy(
    "旧Liqlidから書き出した表（「テーマ」「設問」「本文」「匿名」「name」「イイネ数」「日付」）も、そのまま読めます。"
    "番号は、行事（「行事名」の列）ごと、行事名がないときはファイルの名前ごとに見分けます。"
    "同じ番号で内容の違う意見は、今の内容と並べて見せ、選んだときだけ更新します。"
    "番号がないときは、文の内容から同じ意見かどうかを見分けます。"
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def require_add_permission(admin: "BatchAdmin", request: AuthedRequest) -> None:
    """Raise PermissionDenied for staff who work on no consultation."""
    if not admin.has_add_permission(request):
        raise PermissionDenied


def upload_view(admin: "BatchAdmin", request: AuthedRequest) -> HttpResponse:
    """Upload a file and enqueue its check."""
    require_add_permission(admin, request)
    consultation = admin.consultation_for(request)
    title = _("ファイルから取り込む")
    if consultation is None:
        return admin.choose(request, title)
    refusal = why_no_intake(consultation)
    form = ImportForm(request.POST or None, request.FILES or None, consultation=consultation)
    if request.method == "POST" and form.is_valid() and not refusal:
        try:
            batch = actions.upload(consultation=consultation, by=request.user, **form.cleaned_data)
        except ActionRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            if not batch.checked_at:
                actions.request_check(batch=batch, by=request.user)
            return redirect(batch)
    status = 403 if refusal else 422 if form.errors else 200
    context = {"form": form, "refusal": refusal, "sample": SAMPLE, "about_files": ABOUT_FILES}
    return admin.page(request, "upload", status=status, title=title, consultation=consultation, **context)


def import_view(admin: "BatchAdmin", request: AuthedRequest, pk: int) -> HttpResponse:
    """Show the result of the check (GET) or request the import (POST)."""
    require_add_permission(admin, request)
    batch = get_object_or_404(Batch.objects.manageable_by(request.user).with_counts(), pk=pk, source=Batch.Source.FILE)
    if request.method == "POST":
        return begin_import(request, batch)
    job = Job.objects.for_target(batch).first()
    form = ImportDecisionForm(result=batch.result)
    context = {"title": _("取り込みの確認"), "batch": batch, "job": job, "result": batch.result, "form": form}
    return admin.page(request, "import", **context)


def begin_import(request: AuthedRequest, batch: Batch) -> HttpResponse:
    """Request the import if the file is checked and all decisions are made; otherwise show why not."""
    form = ImportDecisionForm(request.POST, result=batch.result)
    if not batch.may_import:
        messages.error(request, _("このファイルは取り込めません。もう一度アップロードしてください。"))
    elif not form.is_valid():
        for sentences in form.errors.values():
            messages.error(request, str(sentences[0]))
    else:
        skip_bad = form.cleaned_data["skip_bad"]
        job, is_new = actions.request_import(batch=batch, by=request.user, skip_bad=skip_bad, take=form.taken)
        if not is_new and job.arguments["batch"] != batch.pk:
            messages.error(request, _("このテーマの別の取り込みが終わってから、もう一度押してください。"))
    return HttpResponseRedirect(batch.get_absolute_url())


def sample_view(admin: "BatchAdmin", request: AuthedRequest, form: str) -> HttpResponseBase:
    """Send a sample file to start from: the columns, two example rows, and in the workbook the data dictionary."""
    require_add_permission(admin, request)
    consultation: Consultation | None = admin.consultation_for(request)
    columns, rows = [part.column for part in SAMPLE], sample_rows(consultation)
    if form == "csv":
        return csv_response(_("意見の取り込み_見本.csv"), columns, rows)
    if form != "xlsx":
        raise Http404
    file = BytesIO()
    about = {_("使い方"): _("1行目の列名は変えないでください。見本の行は消してから使ってください。")}
    write_xlsx(file, columns, rows, title=_("意見"), about=about, offer_choices=True)
    response = HttpResponse(file.getvalue(), content_type=XLSX)
    name = content_disposition_header(as_attachment=True, filename=_("意見の取り込み_見本.xlsx"))
    response["Content-Disposition"] = name or "attachment"
    return response


def export_view(admin: "BatchAdmin", request: AuthedRequest) -> HttpResponseBase:
    """Send an export (CSV) or enqueue one; both are audited."""
    require_add_permission(admin, request)
    consultation = admin.consultation_for(request)
    if consultation is None:
        own = Consultation.objects.manageable_by(request.user)
        return admin.page(request, "choose", title=_("書き出し"), consultations=own)
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        export = EXPORTS[form.kind]
        if form.form == "csv":
            actions.audit_export(consultation=consultation, kind=form.kind, form="csv", by=request.user)
            return csv_response(
                export.file_name(consultation, "csv"), export.columns, export.rows(consultation), breaks=export.breaks
            )
        return redirect(
            actions.request_export(consultation=consultation, kind=form.kind, form=form.form, by=request.user)
        )
    status = 422 if form.errors else 200
    return admin.page(request, "export", status=status, title=_("書き出し"), consultation=consultation, form=form)
