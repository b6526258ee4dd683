"""Views that store what is written: the lines of a block, an earlier wording, which result answers which plan line."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.requests import AuthedRequest
from apps.plans import actions
from apps.plans.admin.editor.page import get_writable_sheet, post_only, redirect_to_place, render_editor, run_action
from apps.plans.forms import AnswersForm, BlockForm, WordingForm
from apps.plans.models import ActionRefused, Block, Conflict, PlanSheet


@post_only
def block(request: AuthedRequest, pk: int) -> HttpResponse:
    """Store one block: asked by the script while one types (JSON), or by the button. 409 on a conflict of versions."""
    sheet = get_writable_sheet(request, pk)
    form = BlockForm(request.POST)
    if not form.is_valid():
        return _answer(request, sheet, 422, **_unreadable_block(form))
    block, text = form.cleaned_data["block"], form.cleaned_data["text"]
    typed = {"block": block, "typed": text}
    try:
        state = actions.write_block(sheet=sheet, by=request.user, **form.cleaned_data)
    except Conflict as conflict:
        sentence = _("ほかの人がこの欄を書き換えました。両方の文を見て、残す文に直してから保存してください。")
        conflicting = {"theirs": conflict.theirs, "version": conflict.version}
        return _answer(request, sheet, 409, sentence=sentence, **conflicting, **typed)
    except ActionRefused as refused:
        return _answer(request, sheet, 422, sentence=str(refused.sentence), **typed)
    if not _wants_json(request):
        messages.success(request, _("「%(block)s」を保存しました。") % {"block": Block(block).label})
        return redirect_to_place(sheet, f"block-{block}")
    clock = timezone.localtime()
    saved = _("%(clock)s 保存しました（%(lines)d行）") % {
        "clock": f"{clock.hour}:{clock.minute:02}",
        "lines": sheet.lines.in_block(block).count(),
    }
    return JsonResponse({"version": state.version, "sentence": saved})


def _unreadable_block(form: BlockForm) -> dict[str, object]:
    """Return the feedback to an invalid form; with the typed text where only that was refused."""
    if set(form.errors) == {"text"}:
        return {
            "sentence": str(form.errors["text"][0]),
            "block": form.cleaned_data["block"],
            "typed": form["text"].value(),
        }
    return {"sentence": _("送られた内容を読み取れません。画面を開き直してください。")}


def _answer(request: AuthedRequest, sheet: PlanSheet, status: int, **feedback: object) -> HttpResponse:
    """Return a refusal: for the script as JSON, else the page with everything that was typed."""
    if _wants_json(request):
        return JsonResponse({key: value for key, value in feedback.items() if key != "typed"}, status=status)
    return render_editor(request, sheet, status=status, **feedback)


def _wants_json(request: AuthedRequest) -> bool:
    """Return whether the editor's script asks."""
    return request.headers.get("Accept", "") == "application/json"


@post_only
def restore_wording(request: AuthedRequest, pk: int) -> HttpResponse:
    """Store an earlier wording of a block again."""
    sheet = get_writable_sheet(request, pk)
    form = WordingForm(request.POST)
    if not form.is_valid():
        sentence = _("送られた内容を読み取れません。画面を開き直してください。")
        return render_editor(request, sheet, status=422, sentence=sentence)
    try:
        action = partial(actions.go_back_to, sheet=sheet, by=request.user, **form.cleaned_data)
        return run_action(request, sheet, "content", action)
    except Conflict:
        sentence = _("ほかの人がこの欄を書き換えました。いまの文を確かめてから、もう一度選んでください。")
        return render_editor(request, sheet, status=409, sentence=sentence)


@post_only
def answers(request: AuthedRequest, pk: int) -> HttpResponse:
    """Store which result lines answer which plan line."""
    sheet = get_writable_sheet(request, pk)
    lines = list(sheet.lines.in_form_order().with_answers())
    form = AnswersForm(request.POST, lines=lines)
    if not form.is_valid():
        return render_editor(request, sheet, status=422, answers_form=form)
    version = form.cleaned_data["version"]
    action = partial(actions.answer_lines, sheet=sheet, answers=form.answers(), version=version, by=request.user)
    try:
        return run_action(request, sheet, "answers", action, answers_form=form)
    except Conflict:
        sentence = _("ほかの人が対応を書き換えました。画面を開き直して、内容を確かめてください。")
        return render_editor(request, sheet, status=409, sentence=sentence, answers_form=form)


@post_only
def answers_in_order(request: AuthedRequest, pk: int) -> HttpResponse:
    """Answer the plan lines that have no answer by the result lines in the same order."""
    sheet = get_writable_sheet(request, pk)
    sentence = _(
        "まだ対応のない計画を、順番どおりの実績と「実施」で対応づけました。違うところは、直して保存してください。"
    )
    action = partial(actions.answer_in_order, sheet=sheet, by=request.user)
    return run_action(request, sheet, "answers", action, sentence=sentence)
