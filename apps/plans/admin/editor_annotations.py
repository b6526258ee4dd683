"""Further acts of the editor: links, 引継ぎメモ, who is reminded, and the workbook out and in."""

from typing import Any

from django.core import signing
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from apps.accounts.requests import AuthedRequest
from apps.core.spreadsheet import Unreadable
from apps.plans import actions
from apps.plans.admin.editor_base import EditorActs
from apps.plans.forms import FigureForm, FigureWishForm, FileForm, LinkForm, MemoForm
from apps.plans.models import Conflict, PlanSheet
from apps.plans.workbook import Brought, compare, read_workbook, write_workbook

SALT = "apps.plans.bring"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class MoreActs(EditorActs):
    """What stands beside the sheet, and may be written also after 公表."""

    admin_site: Any
    opts: Any

    def link(self, request: AuthedRequest, pk: int) -> HttpResponse:
        """Tie the sheet or a line to a voice, consultation, project or indicator; or untie it."""
        sheet: PlanSheet = self.writable(request, pk)
        if gone := self.removed(request):
            return self.do(request, sheet, "links", lambda: actions.remove_link(sheet=sheet, pk=gone, by=request.user))
        form = LinkForm(request.POST, lines=list(sheet.lines.in_form_order()))
        if not form.is_valid():
            return self.page(request, sheet, status=422, link_form=form)
        data = form.cleaned_data
        return self.do(
            request, sheet, "links",
            lambda: actions.add_link(
                sheet=sheet, line=data["line"], kind=data["kind"], key=data["key"], by=request.user
            ),
            link_form=form,
        )  # fmt: skip

    def figure(self, request: AuthedRequest, pk: int) -> HttpResponse:
        """Store a figure of a line, put one right, or take one away."""
        sheet: PlanSheet = self.writable(request, pk)
        if gone := self.removed(request):
            return self.do(
                request, sheet, "figures", lambda: actions.remove_figure(sheet=sheet, pk=gone, by=request.user)
            )
        held = sheet.values.numbered(FigureWishForm(request.POST).values()["change"])
        form = FigureForm(request.POST, instance=held, sheet=sheet, lines=list(sheet.lines.in_form_order()))
        if not form.is_valid():
            return self.page(request, sheet, status=422, figure_form=form)
        value = form.save(commit=False)
        return self.do(
            request, sheet, "figures",
            lambda: actions.store_figure(sheet=sheet, value=value, begins=form.begins(), by=request.user),
            figure_form=form,
        )  # fmt: skip

    def memo(self, request: AuthedRequest, pk: int) -> HttpResponse:
        """引継ぎメモ."""
        sheet: PlanSheet = self.writable(request, pk)
        form = MemoForm(request.POST)
        if not form.is_valid():
            return self.page(request, sheet, status=422, memo_form=form)
        return self.do(
            request, sheet, "memos",
            lambda: actions.write_memo(sheet=sheet, text=form.cleaned_data["text"], by=request.user),
            memo_form=form,
        )  # fmt: skip

    def export(self, request: AuthedRequest, pk: int) -> HttpResponse:
        """The sheet as a workbook in the form of the paper."""
        sheet: PlanSheet = self.sheet_for(request, pk)
        response = HttpResponse(write_workbook(sheet), content_type=XLSX)
        name = f"plan-{sheet.year}-{sheet.number}.xlsx"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def bring(self, request: AuthedRequest, pk: int) -> HttpResponse:
        """First what the file would change, then the change itself."""
        sheet: PlanSheet = self.writable(request, pk)
        payload = request.POST.get("payload", "")
        if payload:
            return self.apply(request, sheet, payload)
        form = FileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(request, sheet, status=422, file_form=form)
        try:
            brought = read_workbook(form.cleaned_data["file"])
        except Unreadable as unreadable:
            told = {"sentence": _("ファイルを取り込めません。何も変えていません。"), "file_form": form}
            return self.page(request, sheet, status=422, missing=str(unreadable.sentence).split("\n"), **told)
        if brought.sheet != sheet.pk:
            return self.page(request, sheet, status=422, sentence=_("このファイルは、ほかのシートのものです。"))
        return self.preview(request, sheet, brought)

    def preview(self, request: AuthedRequest, sheet: PlanSheet, brought: Brought) -> HttpResponse:
        """The differences, with the file's content signed, so that what was looked at is what is stored."""
        versions = {state.block: state.version for state in sheet.block_states.all()}
        held = {"brought": brought.plain(), "versions": versions}
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("取り込みの確認"),
            "sheet": sheet,
            "found": compare(sheet, brought),
            "payload": signing.dumps(held, salt=SALT, compress=True),
        }
        return TemplateResponse(request, "admin/plans/plansheet/bring.html", context)

    def apply(self, request: AuthedRequest, sheet: PlanSheet, payload: str) -> HttpResponse:
        """Store what was looked at."""
        try:
            held = signing.loads(payload, salt=SALT, max_age=3600)
        except signing.BadSignature:
            return self.page(
                request, sheet, status=422, sentence=_("確認から時間がたちました。もう一度取り込んでください。")
            )
        brought = Brought(**held["brought"])
        if brought.sheet != sheet.pk:
            return self.page(request, sheet, status=422, sentence=_("このファイルは、ほかのシートのものです。"))
        try:
            return self.do(
                request, sheet, "stage",
                lambda: actions.bring_in(sheet=sheet, brought=brought, versions=held["versions"], by=request.user),
            )  # fmt: skip
        except Conflict:
            sentence = _("確認のあとで、ほかの人がこのシートを書き換えました。もう一度取り込んで、違いを見てください。")
            return self.page(request, sheet, status=409, sentence=sentence)

    def take(self, request: AuthedRequest, pk: int) -> HttpResponse:
        """Become the person who is reminded."""
        sheet: PlanSheet = self.writable(request, pk)
        if sheet.is_published:
            return self.page(request, sheet, status=422, sentence=_("公表済みのため変えられません。"))
        return self.do(request, sheet, "stage", lambda: actions.take_over(sheet=sheet, by=request.user))
