"""協働事業チェックシート: opening one, answering one's side, and reading both only when both have submitted."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.consultations.models import ActionRefused
from apps.council import actions
from apps.council.forms.check_sheets import CheckForm, OpenSheetForm
from apps.council.models import CheckAnswer, CheckNote, CheckSheet, Organization, Project
from apps.council.views.helpers import workable_project


@require_safe
def checks(request: HttpRequest, slug: str) -> HttpResponse:
    """The sheets of a project: for everybody the published ones, for the sides their own."""
    shown = get_object_or_404(Project.objects.visible_to(request.user), slug=slug)
    sheets = CheckSheet.objects.visible_to(request.user).of(shown).newest().for_lists()
    context = {"project": shown, "sheets": sheets, "may_open": workable_project(request, shown)}
    return render(request, "council/checks.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check_open(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a sheet with a partner."""
    shown = get_object_or_404(Project.objects.visible_to(request.user), slug=slug)
    if not workable_project(request, shown):
        raise PermissionDenied(str(actions.NOT_YOURS))
    partners = Organization.objects.in_project(shown)
    form = OpenSheetForm(request.POST if request.method == "POST" else None, partners=partners)
    if request.method == "POST" and form.is_valid():
        try:
            sheet = actions.open_sheet(project=shown, by=request.user, **form.cleaned_data)
        except ActionRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("チェックシートを始めました。双方の担当者にお知らせが届きます。"))
            return redirect(sheet)
    context = {"form": form, "project": shown}
    return render(request, "council/check_open.html", context, status=422 if form.errors else 200)


def _sheet(request: HttpRequest, slug: str, pk: int) -> CheckSheet:
    """A sheet that this person may know of, or 404."""
    return get_object_or_404(CheckSheet.objects.visible_to(request.user).for_lists(), pk=pk, project__slug=slug)


@require_safe
def check(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A sheet: who has submitted; the answers that this person may read, side by side, with the differences marked."""
    sheet = _sheet(request, slug, pk)
    side = sheet.side_of(request.user)
    answers = CheckAnswer.objects.visible_to(sheet, side) if side else CheckAnswer.objects.public(sheet)
    notes = CheckNote.objects.visible_to(sheet, side) if side else CheckNote.objects.public(sheet)
    context: dict[str, Any] = {
        "sheet": sheet,
        "project": sheet.project,
        "side": side,
        "mine": sheet.side(side) if side else None,
        "rows": compared(sheet, answers),
        "notes": list(notes),
    }
    context["differences"] = [row for row in context["rows"] if row["differs"]]
    return render(request, "council/check.html", context)


def compared(sheet: CheckSheet, answers: Any) -> list[dict[str, Any]]:
    """Every item that somebody answered, with both answers and whether they differ; from readable answers only.

    A part that only one side was asked is no difference of its own: it follows from the item above it.
    """
    given: dict[str, dict[str, str]] = {"A": {}, "B": {}}
    for answer in answers:
        given[answer.side.side][answer.item] = answer.value
    rows = []
    by_key = {item.key: item for item in sheet.items}
    for item in sheet.items:
        labels = dict(item.options)
        a, b = given["A"].get(item.key, ""), given["B"].get(item.key, "")
        if a or b:
            above = by_key[item.only_if[0]].numbered if item.only_if else item.under
            differs = bool(a and b) and a != b
            rows.append(
                {"item": item, "above": above, "a": labels.get(a, ""), "b": labels.get(b, ""), "differs": differs}
            )
    return rows


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check_answer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One's own side, until it is handed in."""
    sheet = _sheet(request, slug, pk)
    side = sheet.side_of(request.user)
    if not side:
        raise PermissionDenied(_("記入できるのは、AまたはBの一方の担当者だけです。"))
    mine = sheet.side(side)
    if mine.submitted_at:
        messages.info(request, _("すでに提出しています。"))
        return redirect(sheet)
    own = {row.item: row.value for row in CheckAnswer.objects.visible_to(sheet, side) if row.side_id == mine.pk}
    words = [row.text for row in CheckNote.objects.visible_to(sheet, side) if row.side_id == mine.pk]
    submit = request.POST.get("step") == "submit"
    data = request.POST if request.method == "POST" else None
    form = CheckForm(data, sheet=sheet, answers=own, note="".join(words), submit=submit)
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_sheet(
                mine=mine, by=request.user, answers=form.answers, note=form.cleaned_data["note"], submit=submit
            )
        except ActionRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("提出しました。") if submit else _("保存しました。まだ提出していません。"))
            return redirect(sheet)
    context = {"form": form, "sheet": sheet, "project": sheet.project, "side": side}
    return render(request, "council/check_answer.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def check_agree(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One side agrees that the results become public."""
    sheet = _sheet(request, slug, pk)
    return _act(
        request, sheet, lambda: actions.agree_to_publish(sheet=sheet, by=request.user), _("公開に同意しました。")
    )


@login_required
@require_POST
def check_again(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """After the talk: the same sheet once more, as another round."""
    sheet = _sheet(request, slug, pk)
    return _act(
        request, sheet, lambda: actions.open_next_round(sheet=sheet, by=request.user), _("次の回を始めました。")
    )


def _act(request: HttpRequest, sheet: CheckSheet, act: Any, done: str) -> HttpResponse:
    """Do it and say so, or say why not."""
    try:
        made = act()
    except ActionRefused as refused:
        messages.error(request, refused.sentence)
        return redirect(sheet)
    messages.success(request, done)
    return redirect(made if isinstance(made, CheckSheet) else sheet)
