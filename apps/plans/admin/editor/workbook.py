"""Views of the workbook: export a sheet, and import it again after a preview of what would change."""

from functools import partial

from django.core import signing
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from apps.accounts.requests import AuthedRequest
from apps.core.spreadsheet import Unreadable
from apps.plans import actions
from apps.plans.admin.editor.page import (
    admin_context,
    get_sheet,
    get_writable_sheet,
    post_only,
    render_editor,
    run_action,
)
from apps.plans.forms import FileForm
from apps.plans.models import Conflict, PlanSheet
from apps.plans.workbook import SheetFile, compare, read_workbook, write_workbook

SALT = "apps.plans.workbook"
PREVIEW_SECONDS = 3600  # for so long a preview can be confirmed
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export(request: AuthedRequest, pk: int) -> HttpResponse:
    """Return the sheet as a workbook in the form of the paper."""
    sheet = get_sheet(request, pk)
    response = HttpResponse(write_workbook(sheet), content_type=XLSX)
    name = f"plan-{sheet.year}-{sheet.number}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@post_only
def import_workbook(request: AuthedRequest, pk: int) -> HttpResponse:
    """Show what an uploaded file would change; with `payload`, the button of that preview, store it."""
    sheet = get_writable_sheet(request, pk)
    payload = request.POST.get("payload", "")
    if payload:
        return _apply(request, sheet, payload)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return render_editor(request, sheet, status=422, file_form=form)
    try:
        uploaded = read_workbook(form.cleaned_data["file"])
    except Unreadable as unreadable:
        feedback = {"sentence": _("ファイルを取り込めません。何も変えていません。"), "file_form": form}
        missing = str(unreadable.sentence).split("\n")
        return render_editor(request, sheet, status=422, missing=missing, **feedback)
    if uploaded.sheet != sheet.pk:
        return _refuse_other_sheet(request, sheet)
    return _preview(request, sheet, uploaded)


def _refuse_other_sheet(request: AuthedRequest, sheet: PlanSheet) -> HttpResponse:
    return render_editor(request, sheet, status=422, sentence=_("このファイルは、ほかのシートのものです。"))


def _preview(request: AuthedRequest, sheet: PlanSheet, uploaded: SheetFile) -> HttpResponse:
    """Render the differences, with the file's content signed: what was looked at is what is stored."""
    versions = {state.block: state.version for state in sheet.block_states.all()}
    content = {"file": uploaded.plain(), "versions": versions}
    context = {
        **admin_context(request, _("取り込みの確認")),
        "sheet": sheet,
        "comparison": compare(sheet, uploaded),
        "payload": signing.dumps(content, salt=SALT, compress=True),
    }
    return TemplateResponse(request, "admin/plans/plansheet/import_workbook.html", context)


def _apply(request: AuthedRequest, sheet: PlanSheet, payload: str) -> HttpResponse:
    """Store what was looked at; 409 when somebody has written since (optimistic lock by the blocks' versions)."""
    try:
        content = signing.loads(payload, salt=SALT, max_age=PREVIEW_SECONDS)
    except signing.BadSignature:
        sentence = _("確認から時間がたちました。もう一度取り込んでください。")
        return render_editor(request, sheet, status=422, sentence=sentence)
    uploaded, versions = SheetFile(**content["file"]), content["versions"]
    if uploaded.sheet != sheet.pk:
        return _refuse_other_sheet(request, sheet)
    try:
        action = partial(actions.import_workbook, sheet=sheet, uploaded=uploaded, versions=versions, by=request.user)
        return run_action(request, sheet, "stage", action)
    except Conflict:
        sentence = _("確認のあとで、ほかの人がこのシートを書き換えました。もう一度取り込んで、違いを見てください。")
        return render_editor(request, sheet, status=409, sentence=sentence)
