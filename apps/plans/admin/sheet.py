"""PDCAシート in the admin site: a list, and the editor in the form of the paper."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.requests import AuthedRequest
from apps.accounts.rules import is_secretariat
from apps.core.date_formats import wareki
from apps.operations.admin import ReadOnlyAdmin
from apps.plans import actions
from apps.plans.admin.editor_annotations import MoreActs
from apps.plans.admin.editor_context import editor_context
from apps.plans.admin.editor_grading import GradingActs
from apps.plans.admin.year_overview import board
from apps.plans.forms import AnswersForm, BlockForm, FigureWishForm, OutlookForm, ReasonForm, WordingForm
from apps.plans.models import ActionRefused, Block, Conflict, PlanSheet, State
from apps.plans.sheet_page import page_of


class StageFilter(admin.SimpleListFilter):
    """By stage, and what waits in any of them."""

    title = gettext_lazy("段階")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """What waits, then every stage."""
        return [("open", _("記入中")), ("late", _("記入中（期限を過ぎた）")), *State.choices]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        """The chosen one."""
        chosen = self.value()
        if chosen in {"open", "late"}:
            return queryset.late() if chosen == "late" else queryset.in_stage()
        return queryset.in_state(chosen) if chosen in State.values else queryset


class WhoseFilter(admin.SimpleListFilter):
    """Those of the own departments alone; the secretariat works on all of them."""

    title = gettext_lazy("どの課の担当か")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """What can be asked for."""
        return [] if is_secretariat(request.user) else [("own", _("うちの課"))]

    def queryset(self, request: Any, queryset: Any) -> QuerySet:
        """The chosen ones."""
        return queryset.of_departments(request.user.department_ids()) if self.value() == "own" else queryset


@admin.register(PlanSheet)
class PlanSheetAdmin(GradingActs, MoreActs, ReadOnlyAdmin):
    """Sheets are written in the editor only. Everyone in the city's service reads; who writes is said by the rules."""

    list_display = ("__str__", "departments", "state", "due", "grade", "updated_at")
    list_filter = (StageFilter, WhoseFilter, "year")

    @admin.display(description=gettext_lazy("記入の期限"))
    def due(self, sheet: Any) -> str:
        """The last day of the stage that is open, and how long it has passed."""
        if not sheet.due_on:
            return "-"
        late = (timezone.localdate() - sheet.due_on).days
        return (
            _("%(day)s（%(n)d日超過）") % {"day": wareki(sheet.due_on), "n": late} if late > 0 else wareki(sheet.due_on)
        )

    @admin.display(description=gettext_lazy("担当課"))
    def departments(self, sheet: PlanSheet) -> str:
        """担当課 as on paper."""
        return sheet.departments_shown

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """All: the plans of other departments are no secret inside the city hall."""
        return PlanSheet.objects.readable_by(request.user).for_page().with_due()

    def get_urls(self) -> list[Any]:
        """The editor's own addresses before Django's."""
        acts = {"block": self.block, "outlook": self.outlook, "grade": self.grade, "answers": self.answers,
                "evidence": self.evidence, "stage": self.stage, "link": self.link, "memo": self.memo,
                "take": self.take, "export": self.export, "bring": self.bring, "figure": self.figure,
                "back": self.go_back, "preview": self.preview_publication}  # fmt: skip
        own = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(self.button(act)), name=f"plans_plansheet_{name}")
            for name, act in acts.items()
        ]
        place = path("board/", self.admin_site.admin_view(self.board), name="plans_plansheet_board")
        return [place, *own, *super().get_urls()]

    def button(self, act: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        """An act of the page. Read (after one has signed in again) its address leads back to the page."""

        def view(request: AuthedRequest, pk: int) -> HttpResponse:
            is_read = request.method != "POST" and act not in {self.export, self.preview_publication}
            return self.back(self.sheet_for(request, pk), "content") if is_read else act(request, pk)

        return view

    def board(self, request: AuthedRequest) -> HttpResponse:
        """Who stands where in a year."""
        return board(self, request)

    # --- the page ---------------------------------------------------------------------------------------------------
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The editor."""
        if not object_id.isascii() or not object_id.isdigit() or len(object_id) > 18:
            raise Http404
        request = cast("AuthedRequest", request)
        return self.page(request, self.sheet_for(request, int(object_id)), wish=FigureWishForm(request.GET).values())

    def sheet_for(self, request: AuthedRequest, pk: int) -> PlanSheet:
        """The sheet of an address, for whoever is in the city's service."""
        return get_object_or_404(self.get_queryset(request), pk=pk)

    def page(self, request: AuthedRequest, sheet: PlanSheet, *, status: int = 200, **told: Any) -> HttpResponse:
        """The whole sheet; told: what an act has to say, and the form it came from."""
        whole = {**self.admin_site.each_context(request), "opts": self.opts, "title": str(sheet)}
        context = {**whole, **editor_context(sheet, request.user, told)}
        return TemplateResponse(request, "admin/plans/plansheet/edit.html", context, status=status)

    def back(self, sheet: PlanSheet, place: str) -> HttpResponse:
        """To the place on the page from which the act was sent."""
        return HttpResponseRedirect(reverse("admin:plans_plansheet_change", args=[sheet.pk]) + f"#{place}")

    def writable(self, request: AuthedRequest, pk: int) -> PlanSheet:
        """The sheet of a POST, for those who write on it; others are told so."""
        sheet = self.sheet_for(request, pk)
        actions.require_writer(request.user, sheet)
        return sheet

    # --- acts -------------------------------------------------------------------------------------------------------
    def block(self, request: AuthedRequest, pk: int) -> HttpResponse:
        """Store one block: asked by the script while one types, or by the button."""
        sheet = self.writable(request, pk)
        form = BlockForm(request.POST)
        if not form.is_valid():
            sentence, told = _("送られた内容を読み取れません。画面を開き直してください。"), {}
            if set(form.errors) == {"text"}:
                sentence = str(form.errors["text"][0])
                told = {"block": form.cleaned_data["block"], "typed": form["text"].value()}
            return self.answer(request, sheet, 422, sentence=sentence, **told)
        block, typed = form.cleaned_data["block"], form.cleaned_data["text"]
        told = {"block": block, "typed": typed}
        try:
            state = actions.write_block(
                sheet=sheet, block=block, text=typed, version=form.cleaned_data["version"], by=request.user
            )
        except Conflict as conflict:
            sentence = _("ほかの人がこの欄を書き換えました。両方の文を見て、残す文に直してから保存してください。")
            return self.answer(
                request, sheet, 409, sentence=sentence, theirs=conflict.theirs, version=conflict.version, **told
            )
        except ActionRefused as refused:
            return self.answer(request, sheet, 422, sentence=str(refused.sentence), **told)
        if not wants_json(request):
            messages.success(request, _("「%(block)s」を保存しました。") % {"block": Block(block).label})
            return self.back(sheet, f"block-{block}")
        clock = timezone.localtime()
        saved = _("%(clock)s 保存しました（%(lines)d行）") % {
            "clock": f"{clock.hour}:{clock.minute:02}",
            "lines": sheet.lines.in_block(block).count(),
        }
        return JsonResponse({"version": state.version, "sentence": saved})

    def go_back(self, request: AuthedRequest, pk: int) -> HttpResponse:
        """Write an earlier wording of a block again."""
        sheet = self.writable(request, pk)
        form = WordingForm(request.POST)
        if not form.is_valid():
            sentence = _("送られた内容を読み取れません。画面を開き直してください。")
            return self.page(request, sheet, status=422, sentence=sentence)
        try:
            return self.do(
                request, sheet, "content", lambda: actions.go_back_to(sheet=sheet, by=request.user, **form.cleaned_data)
            )
        except Conflict:
            sentence = _("ほかの人がこの欄を書き換えました。いまの文を確かめてから、もう一度選んでください。")
            return self.page(request, sheet, status=409, sentence=sentence)

    def preview_publication(self, request: AuthedRequest, pk: int) -> HttpResponse:
        """The sheet as everybody will read it, with the button that publishes it; for the secretariat."""
        sheet = self.writable(request, pk)
        if sheet.state != State.CONFIRMED or not request.user.has_perm("plans.confirm_sheet"):
            return self.back(sheet, "stage")
        editions = [sheet, *PlanSheet.objects.published().in_year(sheet.year).numbered(sheet.number).for_page()]
        context = {**page_of(sheet, editions), "stage_url": reverse("admin:plans_plansheet_stage", args=[sheet.pk])}
        return TemplateResponse(request, "admin/plans/plansheet/preview.html", context)

    def answer(self, request: AuthedRequest, sheet: PlanSheet, status: int, **told: Any) -> HttpResponse:
        """A refusal: for the script as data, else the page with everything that was typed."""
        if wants_json(request):
            return JsonResponse({key: value for key, value in told.items() if key != "typed"}, status=status)
        return self.page(request, sheet, status=status, **told)

    def outlook(self, request: AuthedRequest, pk: int) -> HttpResponse:
        """進捗見込."""
        sheet = self.writable(request, pk)
        form = OutlookForm(request.POST)
        if not form.is_valid():
            return self.page(request, sheet, status=422, outlook_form=form)
        return self.do(
            request,
            sheet,
            "block-outlook",
            lambda: actions.set_outlook(sheet=sheet, by=request.user, **form.cleaned_data),
        )

    def answers(self, request: AuthedRequest, pk: int) -> HttpResponse:
        """Line against line."""
        sheet = self.writable(request, pk)
        lines = list(sheet.lines.in_form_order().with_answers())
        form = AnswersForm(request.POST, lines=lines)
        if not form.is_valid():
            return self.page(request, sheet, status=422, answers_form=form)
        try:
            return self.do(
                request, sheet, "answers",
                lambda: actions.answer_lines(
                    sheet=sheet, answers=form.answers(), version=form.cleaned_data["version"], by=request.user
                ),
                answers_form=form,
            )  # fmt: skip
        except Conflict:
            sentence = _("ほかの人が対応を書き換えました。画面を開き直して、内容を確かめてください。")
            return self.page(request, sheet, status=409, sentence=sentence, answers_form=form)

    def stage(self, request: AuthedRequest, pk: int) -> HttpResponse:
        """The secretariat moves the sheet on, opens it again, publishes or corrects it."""
        sheet = self.writable(request, pk)
        form = ReasonForm(request.POST)
        if not request.user.has_perm("plans.confirm_sheet"):
            sentence = _("確認・確定・公表は事務局（企画経営課）が行います。書き終えたら事務局に知らせてください。")
            return self.page(request, sheet, status=403, sentence=sentence)
        if not form.is_valid():
            return self.page(request, sheet, status=422, reason_form=form)
        reason, by = form.cleaned_data["reason"], request.user
        verbs: dict[str, Callable[[], Any]] = {
            "confirm_stage": lambda: actions.confirm_stage(sheet=sheet, by=by),
            "confirm": lambda: actions.confirm_sheet(sheet=sheet, by=by),
            "reopen": lambda: actions.reopen_sheet(sheet=sheet, stage=form.cleaned_data["stage"], reason=reason, by=by),
            "publish": lambda: actions.publish_sheet(sheet=sheet, by=by),
            "correct": lambda: actions.correct_sheet(sheet=sheet, reason=reason, by=by),
        }
        if form.cleaned_data["verb"] == "publish" and sheet.state == State.CONFIRMED and not form.cleaned_data["seen"]:
            return HttpResponseRedirect(reverse("admin:plans_plansheet_preview", args=[sheet.pk]))
        verb = verbs.get(form.cleaned_data["verb"])
        if verb is None:
            return self.page(request, sheet, status=422, sentence=_("何をするかを選んでください。"))
        return self.do(request, sheet, "stage", verb, reason_form=form)

    def do(
        self, request: AuthedRequest, sheet: PlanSheet, place: str, act: Callable[[], Any], **typed: Any
    ) -> HttpResponse:
        """Do it and go back to its place, or show why not with everything that was typed."""
        before = sheet.state
        try:
            made = act()
        except ActionRefused as refused:
            told = {"sentence": refused.sentence, "missing": refused.missing, **typed}
            return self.page(request, self.sheet_for(request, sheet.pk), status=422, **told)
        shown = made if isinstance(made, PlanSheet) else sheet
        messages.success(request, moved(shown) if place == "stage" and shown.state != before else _("保存しました。"))
        return self.back(shown, place)


def moved(sheet: PlanSheet) -> str:
    """Where a sheet stands after the secretariat has moved it, and what comes next."""
    if sheet.is_published:
        return _("公表しました。公開ページで読めるようになりました。")
    if sheet.state == State.CONFIRMED:
        return _("確定しました。内容を確かめて公表してください。")
    if sheet.edition > 1 and sheet.state == State.SUMMARY:
        return _("第%(n)d版のシートを開きました。直してから、確定して公表してください。") % {"n": sheet.edition}
    return _("段階が「%(stage)s」になりました。") % {"stage": sheet.get_state_display()}


def wants_json(request: HttpRequest) -> bool:
    """Whether the editor's script asks."""
    return request.headers.get("Accept", "") == "application/json"
