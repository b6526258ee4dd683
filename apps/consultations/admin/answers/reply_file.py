"""Replies by workbook (市の考え方を Excel で書く): download, fill in, check what will change, save. Pages of ConsultationAdmin."""

import io
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from apps.accounts.models import Department
from apps.accounts.requests import AuthedRequest
from apps.accounts.rules import is_secretariat
from apps.consultations import actions
from apps.consultations.forms.reply_file import CheckedRowsForm, ReplyFileForm
from apps.consultations.models import ActionRefused, Consultation
from apps.consultations.services.reply_file import COLUMNS, ReplyScope, as_data, read_file, table_rows
from apps.core.spreadsheet import Breaks, write_xlsx

if TYPE_CHECKING:
    ConsultationAdmin = ModelAdmin[Consultation]
else:
    ConsultationAdmin = ModelAdmin

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def scope_of(request: AuthedRequest, pk: int) -> ReplyScope:
    """Return what the person may answer in a consultation; raise Http404 or PermissionDenied."""
    user = request.user
    if not user.has_perm("consultations.answer"):
        raise PermissionDenied
    consultation = get_object_or_404(Consultation.objects.visible_to(user), pk=pk)
    own = Department.objects.offered_to(None if is_secretariat(user) else user.department_ids())
    return ReplyScope(consultation, user, list(own))


def owner_of(request: AuthedRequest, scope: ReplyScope) -> list[int]:
    """Return whose check of what the signed rows are."""
    return [request.user.pk, scope.consultation.pk]


def replies_file_view(admin: ConsultationAdmin, request: AuthedRequest, pk: int) -> HttpResponse:
    """Send the workbook: the topics and proposals to answer, with the drafts as they are."""
    scope, file = scope_of(request, pk), io.BytesIO()
    about = {
        _("使い方"): _("「状況」と「市の考え方」を書き込み、管理画面の同じページで選びます。空欄の行は変わりません。")
    }
    write_xlsx(file, COLUMNS, table_rows(scope), title=_("市の考え方"), about=about, breaks=Breaks.KEEP)
    response = HttpResponse(file.getvalue(), content_type=XLSX)
    name = content_disposition_header(as_attachment=True, filename=f"市の考え方_{scope.consultation.slug}.xlsx")
    response["Content-Disposition"] = name or "attachment"
    return response


def replies_view(admin: ConsultationAdmin, request: AuthedRequest, pk: int) -> HttpResponse:
    """Ask for the file, show what it would change, and save that as drafts when it is confirmed."""
    scope = scope_of(request, pk)
    if request.method == "POST" and "rows" in request.POST:
        return _save(request, scope)
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ReplyFileForm(*posted, read=partial(read_file, scope=scope))
    checked, rows_form = None, None
    if request.method == "POST" and form.is_valid():
        checked = form.cleaned_data["checked"]
        rows_form = CheckedRowsForm.packed(as_data(checked.rows), owner=owner_of(request, scope))
        if rows_form.is_too_long:
            form.add_error("file", _("文が多すぎて、一度に取り込めません。ファイルを分けてください。"))
            checked = None
    context: dict[str, Any] = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": _("市の考え方を Excel で書く"),
        "consultation": scope.consultation,
        "form": form,
        "checked": checked,
        "rows_form": rows_form,
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "admin/consultations/consultation/replies.html", context, status=status)


def _save(request: AuthedRequest, scope: ReplyScope) -> HttpResponse:
    """Save the confirmed rows and return to the page."""
    form = CheckedRowsForm(request.POST, owner=owner_of(request, scope))
    if not form.is_valid():
        messages.error(request, str(form.errors["rows"][0]))
    else:
        try:
            count = actions.save_drafts(rows=form.cleaned_data["rows"], scope=scope, by=request.user)
        except ActionRefused as refused:
            messages.error(request, refused.sentence)
        else:
            messages.success(request, _("%(n)d件の下書きを保存しました。まだ公開していません。") % {"n": count})
    return redirect("admin:consultations_consultation_replies", scope.consultation.pk)
