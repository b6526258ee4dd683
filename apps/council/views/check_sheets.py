"""Views of the check sheets (協働事業チェックシート): open, answer, agree. Both sides are readable once both submitted."""

from collections.abc import Callable, Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.requests import AuthedRequest
from apps.consultations.models import ActionRefused
from apps.council import actions
from apps.council.forms.check_sheets import CheckForm, OpenSheetForm
from apps.council.models import CheckAnswer, CheckNote, CheckSheet, Organization, Project
from apps.council.views.helpers import may_work_on


@require_safe
def checks(request: HttpRequest, slug: str) -> HttpResponse:
    """List the check sheets of a project: published ones for everybody, their own for its two sides."""
    project = get_object_or_404(Project.objects.visible_to(request.user), slug=slug)
    check_sheets = CheckSheet.objects.visible_to(request.user).for_project(project).newest().for_lists()
    context = {"project": project, "check_sheets": check_sheets, "may_open": may_work_on(request, project)}
    return render(request, "council/checks.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check_open(request: AuthedRequest, slug: str) -> HttpResponse:
    """Open a check sheet with a partner."""
    project = get_object_or_404(Project.objects.visible_to(request.user), slug=slug)
    if not may_work_on(request, project):
        raise PermissionDenied(str(actions.NOT_YOURS))
    partners = Organization.objects.in_project(project)
    form = OpenSheetForm(request.POST if request.method == "POST" else None, partners=partners)
    if request.method == "POST" and form.is_valid():
        try:
            sheet = actions.open_sheet(project=project, by=request.user, **form.cleaned_data)
        except ActionRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("チェックシートを始めました。双方の担当者にお知らせが届きます。"))
            return redirect(sheet)
    context = {"form": form, "project": project}
    return render(request, "council/check_open.html", context, status=422 if form.errors else 200)


def _sheet(request: HttpRequest, slug: str, pk: int) -> CheckSheet:
    """Return a sheet that the signed-in person may see, or raise 404."""
    return get_object_or_404(CheckSheet.objects.visible_to(request.user).for_lists(), pk=pk, project__slug=slug)


@require_safe
def check(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show a sheet: who has submitted, and the readable answers side by side with their differences."""
    sheet = _sheet(request, slug, pk)
    side = sheet.side_of(request.user)
    answers = CheckAnswer.objects.visible_to(sheet, side) if side else CheckAnswer.objects.public(sheet)
    notes = CheckNote.objects.visible_to(sheet, side) if side else CheckNote.objects.public(sheet)
    rows = compare_answers(sheet, answers)
    context: dict[str, object] = {
        "sheet": sheet,
        "project": sheet.project,
        "side": side,
        "mine": sheet.side(side) if side else None,
        "rows": rows,
        "differences": [row for row in rows if row["differs"]],
        "notes": list(notes),
    }
    return render(request, "council/check.html", context)


def compare_answers(sheet: CheckSheet, answers: Iterable[CheckAnswer]) -> list[dict[str, object]]:
    """Return a row for each answered item: the item, the label above it, both answers, whether they differ.

    answers: only those that the reader may see. A sub-item that only one side was asked counts as no difference: it
    follows from the item above it.
    """
    values_by_side: dict[str, dict[str, str]] = {"A": {}, "B": {}}
    for answer in answers:
        values_by_side[answer.side.side][answer.item] = answer.value
    rows: list[dict[str, object]] = []
    by_key = {item.key: item for item in sheet.items}
    for item in sheet.items:
        labels = dict(item.options)
        a, b = values_by_side["A"].get(item.key, ""), values_by_side["B"].get(item.key, "")
        if a or b:
            above = by_key[item.only_if[0]].numbered if item.only_if else item.under
            differs = bool(a and b) and a != b
            rows.append(
                {"item": item, "above": above, "a": labels.get(a, ""), "b": labels.get(b, ""), "differs": differs}
            )
    return rows


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check_answer(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    """Fill in the person's own side; it can be saved as a draft until it is submitted."""
    sheet = _sheet(request, slug, pk)
    side = sheet.side_of(request.user)
    if not side:
        raise PermissionDenied(_("記入できるのは、AまたはBの一方の担当者だけです。"))
    check_side = sheet.side(side)
    if check_side.submitted_at:
        messages.info(request, _("すでに提出しています。"))
        return redirect(sheet)
    own_values = {
        row.item: row.value for row in CheckAnswer.objects.visible_to(sheet, side) if row.side_id == check_side.pk
    }
    own_notes = [row.text for row in CheckNote.objects.visible_to(sheet, side) if row.side_id == check_side.pk]
    submit = request.POST.get("step") == "submit"
    data = request.POST if request.method == "POST" else None
    form = CheckForm(data, sheet=sheet, answers=own_values, note="".join(own_notes), submit=submit)
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_sheet(
                check_side=check_side,
                by=request.user,
                answers=form.answers,
                note=form.cleaned_data["note"],
                submit=submit,
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
def check_agree(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    """Record that one side agrees to publish the results."""
    sheet = _sheet(request, slug, pk)
    return _act(
        request, sheet, lambda: actions.agree_to_publish(sheet=sheet, by=request.user), _("公開に同意しました。")
    )


@login_required
@require_POST
def check_again(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    """Open the next round of the same sheet, after both sides have talked."""
    sheet = _sheet(request, slug, pk)
    return _act(
        request, sheet, lambda: actions.open_next_round(sheet=sheet, by=request.user), _("次の回を始めました。")
    )


def _act(request: HttpRequest, sheet: CheckSheet, act: Callable[[], CheckSheet | None], done: str) -> HttpResponse:
    """Run an action and redirect to the sheet it returns, or to this one; report the result as a message."""
    try:
        next_sheet = act()
    except ActionRefused as refused:
        messages.error(request, refused.sentence)
        return redirect(sheet)
    messages.success(request, done)
    return redirect(next_sheet or sheet)
