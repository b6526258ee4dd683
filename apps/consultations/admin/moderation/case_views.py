"""Pages of a case: its details, decisions, undoing, opening."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from apps.accounts.models import Restriction, User
from apps.accounts.requests import user_of
from apps.consultations import actions
from apps.consultations.admin.moderation.forms import (
    ACTS,
    MOST,
    DecisionForm,
    NoteForm,
    SelectionForm,
)
from apps.consultations.admin.moderation.redaction_views import RedactionViewsMixin
from apps.consultations.models import (
    AbuseReport,
    ActionRefused,
    Comment,
    Decision,
    ErasureRequest,
    InternalNote,
    ModerationCase,
    Proposal,
    RedactedWords,
    TakedownRequest,
)

SHOWN_CASES = 10


def history_of(case: ModerationCase) -> dict[str, Any]:
    """Return earlier cases, decisions and restrictions of the same author or browser, without naming them."""
    if case.author_id:
        others, decisions = ModerationCase.objects.of_author(case.author_id), Decision.objects.of_author(case.author_id)
        restrictions = Restriction.objects.for_user(case.author_id)
    elif case.guest:
        others, decisions = ModerationCase.objects.of_guest(case.guest), Decision.objects.of_guest(case.guest)
        restrictions = Restriction.objects.on_guest(case.guest)
    else:
        return {}
    return {
        "others": others.for_queue()[: SHOWN_CASES + 1],
        "author_actions": decisions.counted_by_action(),
        "restrictions": restrictions,
    }


def _text_of(kind: str, pk: int, user: User) -> Proposal | Comment:
    """Return the proposal or comment that the user works on, or raise Http404."""
    if kind == "proposal":
        return get_object_or_404(Proposal.objects.worked_on_by(user), pk=pk)
    return get_object_or_404(Comment.objects.worked_on_by(user), pk=pk)


class CaseViewsMixin(RedactionViewsMixin):
    """Mixin of ModerationCaseAdmin with the views of a case."""

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Show the text in its context, what opened the case, earlier decisions, and the possible acts."""
        if request.method not in {"GET", "HEAD"}:
            raise PermissionDenied
        if not (object_id.isascii() and object_id.isdigit() and len(object_id) < 16):
            raise Http404
        case = self.case_of(request, object_id)
        text = case.text
        context: dict[str, Any] = {
            "title": _("案件 %(number)d") % {"number": case.pk},
            "case": case,
            "text": text,
            "reports": AbuseReport.objects.for_target(text),
            "takedowns": TakedownRequest.objects.for_target(text),
            "decisions": Decision.objects.for_target(text),
            **history_of(case),
            "redacted": RedactedWords.objects.in_time().for_target(text).first(),
            "erasure": ErasureRequest.objects.waiting().for_target(text).first(),
            "notes": InternalNote.objects.visible_to(request.user).for_proposal(case.proposal_of_text),
            "may_decide": request.user.has_perm("consultations.moderate"),
            "next_case": ModerationCase.objects.visible_to(request.user).next_after(case),
        }
        return self.page(request, "case.html", **context)

    def decide_view(self, request: HttpRequest) -> HttpResponse:
        """Show the selected texts and a form, then decide on each; refusals are listed."""
        self.require_moderator(request)
        selection = SelectionForm(request.GET, user=request.user)
        if not selection.is_valid() or not 0 < len(selection.cleaned_data["case"]) <= MOST:
            messages.warning(request, _("案件を1件から%(most)d件まで選んでください。") % {"most": MOST})
            return redirect("admin:consultations_moderationcase_changelist")
        act, cases = selection.cleaned_data["act"], list(selection.cleaned_data["case"])
        form = DecisionForm(request.POST if request.method == "POST" else None, act=act)
        if request.method == "POST" and form.is_valid():
            refusals = self._decide_on_each(request, act, cases, form.cleaned_data)
            if len(refusals) < len(cases):
                for sentence in refusals:
                    messages.error(request, sentence)
                return redirect("admin:consultations_moderationcase_changelist")
            form.add_error(None, refusals)  # nothing was decided: what was typed stays
        title = dict(ACTS)[act]
        context = {"title": title, "act": act, "cases": cases, "form": form}
        return self.page(request, "case_decide.html", status=422 if form.errors else 200, **context)

    def _decide_on_each(
        self, request: HttpRequest, act: str, cases: list[ModerationCase], data: dict[str, Any]
    ) -> list[str]:
        """Decide on each case. Return the refusals as sentences."""
        decided, refusals = [], []
        for case in cases:
            try:
                actions.decide(case=case, act=act, by=user_of(request), article=data.get("article"), note=data["note"])
                decided.append(case)
            except ActionRefused as refused:
                refusals.append(f"{case} — {refused.sentence}")
        if len(decided) == 1:
            url = reverse("admin:consultations_moderationcase_change", args=[decided[0].pk])
            sentence, link = _("1件を判断しました。"), _("この案件を開く・判断を取り消す")
            told = format_html('{} <a href="{}">{}</a>', sentence, url, link)
            following = ModerationCase.objects.visible_to(request.user).next_after(decided[0])
            if following:
                url = reverse("admin:consultations_moderationcase_change", args=[following.pk])
                told = format_html('{}　<a href="{}">{}</a>', told, url, _("次の案件を開く"))
            messages.success(request, told)
        elif decided:
            messages.success(
                request, _("%(n)d件を判断しました。取り消すときは「判断済み」から開きます。") % {"n": len(decided)}
            )
        return refusals

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Undo the last decision."""
        self.require_moderator(request)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        case = self.case_of(request, pk)
        try:
            actions.undo(case=case, by=user_of(request))
        except ActionRefused as refused:
            messages.error(request, refused.sentence)
        else:
            messages.success(request, _("判断を取り消しました。案件は、また判断を待っています。"))
        return redirect("admin:consultations_moderationcase_change", pk)

    def open_view(self, request: HttpRequest, kind: str, pk: int) -> HttpResponse:
        """Open a case about a text that the user may see."""
        if kind not in {"proposal", "comment"} or not request.user.has_perm("consultations.view_moderationcase"):
            raise Http404
        text = _text_of(kind, pk, user_of(request))
        form = NoteForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            case = actions.open_case(text=text, by=user_of(request), detail=form.cleaned_data["detail"])
            messages.success(request, _("案件にしました。モデレーターが確認します。"))
            if ModerationCase.objects.visible_to(request.user).contains(case):
                return redirect("admin:consultations_moderationcase_change", case.pk)
            return redirect("admin:index")  # asked to answer in another department's consultation
        context = {"title": _("この投稿を案件にする"), "text": text, "form": form}
        return self.page(request, "case_open.html", status=422 if form.errors else 200, **context)
