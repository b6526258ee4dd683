"""Further acts of the editor: links, 引継ぎメモ, who is reminded."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from apps.plans import actions
from apps.plans.forms import LinkForm, MemoForm
from apps.plans.models import PlanSheet


class MoreActs:
    """What stands beside the sheet, and may be written also after 公表."""

    do: Any
    page: Any
    writable: Any

    def link(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Tie the sheet or a line to a voice, consultation, project or indicator; or untie it."""
        sheet: PlanSheet = self.writable(request, pk)
        gone = request.POST.get("remove", "")
        if gone.isascii() and gone.isdigit() and len(gone) < 19:
            return self.do(
                request, sheet, "links", lambda: actions.remove_link(sheet=sheet, pk=int(gone), by=request.user)
            )
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

    def memo(self, request: HttpRequest, pk: int) -> HttpResponse:
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

    def take(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Become the person who is reminded."""
        sheet: PlanSheet = self.writable(request, pk)
        if sheet.is_published:
            return self.page(request, sheet, status=422, sentence=_("公表済みのため変えられません。"))
        return self.do(request, sheet, "stage", lambda: actions.take_over(sheet=sheet, by=request.user))
