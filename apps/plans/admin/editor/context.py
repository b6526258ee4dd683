"""What the editor shows: the sheet in the order of the paper, with the boxes that are open to this person now."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.core.text import tidy, unwanted_in
from apps.plans.carry_over import promises_of
from apps.plans.forms import (
    AnswersForm,
    EvidenceForm,
    FigureForm,
    FileForm,
    GradeForm,
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
from apps.plans.models.constants import ANSWERED_IN
from apps.plans.number_extraction import Found, figures_in

PLACES: list[tuple[str, Any]] = [(f"block-{block}", block.label) for block in Block]
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

    @property
    def has_unwanted(self) -> bool:
        """Whether what was typed holds something that no text may hold."""
        return unwanted_in(tidy(self.text)) is not None

    @property
    def rows(self) -> int:
        """How high the box is drawn."""
        return min(30, 3 + sum(1 + len(line.text) // 40 for line in self.lines))


def editor_context(sheet: PlanSheet, user: Any, told: dict[str, Any]) -> dict[str, Any]:
    """Everything of the page; told: what an act has to say, with what was typed."""
    lines = list(sheet.lines.in_form_order().with_answers())
    may_write = user.has_perm("plans.write_sheet", sheet)
    states = {state.block: state for state in sheet.block_states.select_related("changed_by")}
    version = states["answers"].version if "answers" in states else 0
    figures = list(sheet.values.named())
    promised = [line for line in lines if line.is_plan]
    return {
        "sheet": sheet,
        "boxes": boxes_of(sheet, lines, states, may_write, told),
        "may_write": may_write,
        "may_confirm": user.has_perm("plans.confirm_sheet"),
        "can_answer": may_write and sheet.takes_answers,
        "to_write": to_write(sheet) if may_write else [],
        "promised": promised,
        "unanswered": [line for line in promised if not line.answers.all()],
        "outlook_form": told.get("outlook_form") or OutlookForm(initial={"outlook": sheet.outlook}),
        "grade_form": told.get("grade_form") or GradeForm.of(sheet),
        "evidence_form": told.get("evidence_form") or EvidenceForm(),
        "reason_form": told.get("reason_form") or ReasonForm(),
        "answers_form": told.get("answers_form") or AnswersForm(lines=lines, initial={"version": version}),
        "records": sheet.stage_records.select_related("confirmed_by"),
        "reopenings": sheet.reopenings.newest(),
        "link_form": told.get("link_form") or LinkForm(lines=lines),
        "links": SheetLink.objects.of_sheet(sheet),
        "links_to_take_over": SheetLink.objects.waiting_for(sheet).with_public_ends() if sheet.edition > 1 else [],
        "file_form": told.get("file_form") or FileForm(),
        "figure_form": told.get("figure_form") or figure_form(sheet, lines, told.get("wish", {})),
        "figures": figures,
        "found_figures": found_figures(lines, figures),
        "memo_form": told.get("memo_form") or MemoForm(),
        "memos": HandoverMemo.objects.of_plan(sheet.plan),
        "promises": promises_of(sheet, lines) if not sheet.is_published else [],
        "due_on": StageDeadline.objects.of_year(sheet.year).get(sheet.state),
        "sentence": told.get("sentence"),
        "missing": told.get("missing"),
    }


def to_write(sheet: PlanSheet) -> list[tuple[str, Any]]:
    """What the open stage asks for, in the order of the page: the place on the page and its name."""
    open_now = {f"block-{block}" for block in sheet.open_blocks}
    if not sheet.is_transcribed and sheet.state in ANSWERED_IN:
        open_now.add("answers")
    if sheet.state == State.FIRST:
        open_now.add("block-outlook")
    if sheet.state == State.SUMMARY:
        open_now |= {"evidence", "grade"}
    return [(place, label) for place, label in PLACES if place in open_now]


def figure_form(sheet: PlanSheet, lines: list[SheetLine], wish: dict[str, int | None]) -> FigureForm:
    """Empty, or with the figure that was asked for: one that is stored, or one that stands in a line."""
    held = sheet.values.numbered(wish.get("change"))
    line = next((line for line in lines if line.pk == wish.get("line")), None)
    found = next((one for one in figures_in(line.text) if one.place == wish.get("place")), None) if line else None
    if held or line is None or found is None:
        return FigureForm(sheet=sheet, lines=lines, instance=held)
    same = Metric.objects.measured_by(sheet.plan).in_unit(found.unit)
    series = {"metric": same[0]} if len(same) == 1 else {}
    return FigureForm(
        sheet=sheet, lines=lines,
        initial={"line": line.pk, "value": found.shown, "unit": "" if series else found.unit} | series,
    )  # fmt: skip


def found_figures(lines: list[SheetLine], stored: list[MetricValue]) -> list[tuple[SheetLine, Found]]:
    """Figures that lines name and that no series holds yet."""
    known = {(value.line_id, value.value) for value in stored}
    return [(line, one) for line in lines for one in figures_in(line.text) if (line.pk, one.value) not in known]


def boxes_of(
    sheet: PlanSheet, lines: list[SheetLine], states: dict[str, BlockState], may_write: bool, told: dict[str, Any]
) -> dict[str, Box]:
    """Every block; the one that an act came from shows what was typed there."""
    boxes, wordings = {}, list(sheet.wordings.select_related("written_by").order_by("-pk")) if may_write else []
    for block in Block:
        own = [line for line in lines if line.block == block]
        stored = write_lines([(line.mark, line.text) for line in own])
        state = states.get(block) or BlockState(sheet=sheet, block=block)
        box = Box(block, own, state, may_write and block in sheet.open_blocks, stored)
        box.wordings = [wording for wording in wordings if wording.block == block] if box.is_open else []
        if told.get("block") == block:
            box.text = told.get("typed", stored)
            box.theirs = told.get("theirs")
            state.version = told.get("version", state.version)
        boxes[block.value] = box
    return boxes
