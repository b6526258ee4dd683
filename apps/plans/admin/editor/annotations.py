"""Views of annotations: links, figures, 引継ぎメモ. Links and memos may be written also after 公表."""

from functools import partial

from django.http import HttpResponse

from apps.accounts.requests import AuthedRequest
from apps.plans import actions
from apps.plans.admin.editor.page import get_writable_sheet, post_only, removal_key, render_editor, run_action
from apps.plans.forms import FigureForm, FigureWishForm, LinkForm, MemoForm


@post_only
def link(request: AuthedRequest, pk: int) -> HttpResponse:
    """Link the sheet or a line to a proposal, consultation, project or indicator; or remove a link."""
    sheet = get_writable_sheet(request, pk)
    if key := removal_key(request):
        return run_action(request, sheet, "links", partial(actions.remove_link, sheet=sheet, pk=key, by=request.user))
    form = LinkForm(request.POST, lines=list(sheet.lines.in_form_order()))
    if not form.is_valid():
        return render_editor(request, sheet, status=422, link_form=form)
    action = partial(actions.add_link, sheet=sheet, by=request.user, **form.cleaned_data)
    return run_action(request, sheet, "links", action, link_form=form)


@post_only
def figure(request: AuthedRequest, pk: int) -> HttpResponse:
    """Store a figure of a line, correct one, or remove one."""
    sheet = get_writable_sheet(request, pk)
    if key := removal_key(request):
        remove = partial(actions.remove_figure, sheet=sheet, pk=key, by=request.user)
        return run_action(request, sheet, "figures", remove)
    key = FigureWishForm(request.POST).values["change"]
    stored = sheet.values.filter(pk=key).first() if key else None
    form = FigureForm(request.POST, instance=stored, sheet=sheet, lines=list(sheet.lines.in_form_order()))
    if not form.is_valid():
        return render_editor(request, sheet, status=422, figure_form=form)
    value = form.save(commit=False)
    action = partial(actions.store_figure, sheet=sheet, value=value, begins=form.begins(), by=request.user)
    return run_action(request, sheet, "figures", action, figure_form=form)


@post_only
def memo(request: AuthedRequest, pk: int) -> HttpResponse:
    """Store a 引継ぎメモ."""
    sheet = get_writable_sheet(request, pk)
    form = MemoForm(request.POST)
    if not form.is_valid():
        return render_editor(request, sheet, status=422, memo_form=form)
    action = partial(actions.write_memo, sheet=sheet, by=request.user, **form.cleaned_data)
    return run_action(request, sheet, "memos", action, memo_form=form)
