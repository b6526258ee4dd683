"""Context of the editor: the sheet in the order of the paper, with the blocks that this person may write now."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.text import tidy, unwanted_in
from apps.core.types import StrOrPromise
from apps.plans.forms import (
    AnswersForm,
    EvidenceForm,
    FigureForm,
    FileForm,
    GradeForm,
    HandInForm,
    LinkForm,
    MemoForm,
    OutlookForm,
    ReasonForm,
)
from apps.plans.line_parser import write_lines
from apps.plans.models import (
    Block,
    BlockState,
    BlockWording,
    HandoverMemo,
    Metric,
    MetricValue,
    PlanSheet,
    SheetLine,
    SheetLink,
    StageDeadline,
    State,
)
from apps.plans.models.constants import ANSWERED_IN, Whereabouts
from apps.plans.number_extraction import Found, figures_in
from apps.plans.services.carry_over import promises_of
from apps.plans.services.plan_years import lines_of_year_before
from apps.plans.services.stage_requirements import fullness_of

PLACES: list[tuple[str, StrOrPromise]] = [(f"block-{block}", block.label) for block in Block]
PLACES.insert(3, ("block-outlook", _("【年度別計画に対する今年度の進捗見込】（ＣＨＥＣＫ）")))
PLACES[-1:-1] = [("answers", _("計画と実績の対応")), ("evidence", _("評価の根拠")), ("grade", _("年次評価"))]


@dataclass
class Box:
    """One block on the screen."""

    block: Block
    lines: list[SheetLine]
    state: BlockState
    is_open: bool
    text: str
    theirs: str | None = None  # what another person stored meanwhile
    wordings: list[BlockWording] = field(default_factory=list)  # what it said before, the last one first
    year_before: list[SheetLine] = field(
        default_factory=list
    )  # the same block of the plan's public sheet of the year before

    @property
    def has_unwanted(self) -> bool:
        """Return whether what was typed holds a character that no text may hold."""
        return unwanted_in(tidy(self.text)) is not None

    @property
    def rows(self) -> int:
        """Return the number of rows of the textarea."""
        return min(30, 3 + sum(1 + len(line.text) // 40 for line in self.lines))


def editor_context(sheet: PlanSheet, user: User, feedback: dict[str, Any]) -> dict[str, object]:
    """Return the context of the editor's page.

    feedback: what a view adds: `sentence` and `missing` of a refusal, bound forms by their name (`link_form` …), `wish`
    for the form of figures, and for a block `block`, `typed`, `theirs` and `version`.
    """
    lines = list(sheet.lines.in_form_order().with_answers())
    may_write, may_confirm = user.has_perm("plans.write_sheet", sheet), user.has_perm("plans.confirm_sheet")
    may_fill = may_write and sheet.is_in_stage and (may_confirm or sheet.whereabouts != Whereabouts.SUBMITTED)
    states = {state.block: state for state in sheet.block_states.select_related("changed_by")}
    version = states["answers"].version if "answers" in states else 0
    values = list(sheet.values.with_metric())
    plan_lines = [line for line in lines if line.is_plan]
    return {
        "sheet": sheet,
        "boxes": boxes_of(sheet, lines, states, may_fill, feedback),
        "may_write": may_write,
        "may_fill": may_fill,
        "may_confirm": may_confirm,
        "can_answer": may_write and sheet.takes_answers and (may_fill or sheet.is_published),
        "to_write": to_write(sheet) if may_fill else [],
        "fullness": fullness_of([sheet])[sheet.pk] if sheet.is_in_stage else None,
        "submission": sheet.submission if sheet.is_in_stage else None,
        "submissions": sorted(sheet.submissions.all(), key=lambda one: one.pk),
        "hand_in_form": feedback.get("hand_in_form") or HandInForm(),
        "plan_lines": plan_lines,
        "unanswered": [line for line in plan_lines if not line.answers.all()],
        "outlook_form": feedback.get("outlook_form") or OutlookForm(initial={"outlook": sheet.outlook}),
        "grade_form": feedback.get("grade_form") or GradeForm.of(sheet),
        "evidence_form": feedback.get("evidence_form") or EvidenceForm(),
        "reason_form": feedback.get("reason_form") or ReasonForm(),
        "answers_form": feedback.get("answers_form") or AnswersForm(lines=lines, initial={"version": version}),
        "records": sheet.stage_records.select_related("confirmed_by"),
        "reopenings": sheet.reopenings.newest(),
        "link_form": feedback.get("link_form") or LinkForm(lines=lines),
        "links": SheetLink.objects.of_sheet(sheet),
        "links_to_take_over": SheetLink.objects.waiting_for(sheet).with_public_ends() if sheet.edition > 1 else [],
        "file_form": feedback.get("file_form") or FileForm(),
        "figure_form": feedback.get("figure_form") or figure_form(sheet, lines, feedback.get("wish", {})),
        "figures": values,
        "found_figures": found_figures(lines, values),
        "memo_form": feedback.get("memo_form") or MemoForm(),
        "memos": HandoverMemo.objects.of_plan(sheet.plan),
        "promises": promises_of(sheet, lines) if not sheet.is_published else [],
        "due_on": StageDeadline.objects.of_year(sheet.year).get(sheet.state),
        "sentence": feedback.get("sentence"),
        "missing": feedback.get("missing"),
    }


def to_write(sheet: PlanSheet) -> list[tuple[str, StrOrPromise]]:
    """Return what the open stage asks for, in the order of the page: (element id, label)."""
    open_now = {f"block-{block}" for block in sheet.open_blocks}
    if not sheet.is_transcribed and sheet.state in ANSWERED_IN:
        open_now.add("answers")
    if sheet.state == State.FIRST:
        open_now.add("block-outlook")
    if sheet.state == State.SUMMARY:
        open_now |= {"evidence", "grade"}
    return [(place, label) for place, label in PLACES if place in open_now]


def figure_form(sheet: PlanSheet, lines: list[SheetLine], wish: dict[str, int | None]) -> FigureForm:
    """Return the form of figures, filled with the one asked for: one that is stored, or one found in a line."""
    key = wish.get("change")
    stored = sheet.values.filter(pk=key).first() if key else None
    line = next((line for line in lines if line.pk == wish.get("line")), None)
    figure = next((one for one in figures_in(line.text) if one.place == wish.get("place")), None) if line else None
    if stored or line is None or figure is None:
        return FigureForm(sheet=sheet, lines=lines, instance=stored)
    metrics = Metric.objects.filter(plan=sheet.plan).in_unit(figure.unit)
    metric = {"metric": metrics[0]} if len(metrics) == 1 else {}
    return FigureForm(
        sheet=sheet, lines=lines,
        initial={"line": line.pk, "value": figure.shown, "unit": "" if metric else figure.unit} | metric,
    )  # fmt: skip


def found_figures(lines: list[SheetLine], values: list[MetricValue]) -> list[tuple[SheetLine, Found]]:
    """Return the figures that lines name and that no series holds yet, each with its line."""
    stored = {(value.line_id, value.value) for value in values}
    return [(line, one) for line in lines for one in figures_in(line.text) if (line.pk, one.value) not in stored]


def boxes_of(
    sheet: PlanSheet, lines: list[SheetLine], states: dict[str, BlockState], may_fill: bool, feedback: dict[str, Any]
) -> dict[str, Box]:
    """Return a box for each block; the one that a form came from holds what was typed there."""
    boxes, wordings = {}, list(sheet.wordings.select_related("written_by").order_by("-pk")) if may_fill else []
    before = lines_of_year_before(sheet) if sheet.is_in_stage else {}
    for block in Block:
        own = [line for line in lines if line.block == block]
        stored = write_lines([(line.mark, line.text) for line in own])
        state = states.get(block) or BlockState(sheet=sheet, block=block)
        box = Box(block, own, state, may_fill and block in sheet.open_blocks, stored)
        box.wordings = [wording for wording in wordings if wording.block == block] if box.is_open else []
        box.year_before = before.get(block, [])
        if feedback.get("block") == block:
            box.text = feedback.get("typed", stored)
            box.theirs = feedback.get("theirs")
            state.version = feedback.get("version", state.version)
        boxes[block.value] = box
    return boxes
