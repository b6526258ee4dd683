"""What a sheet needs before its stage can be handed in and confirmed, and what of it is there: one list, for one sheet or many."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.core.types import StrOrPromise
from apps.plans.models import Block, Evidence, Grade, PlanSheet, SheetLine, SheetLink, State

# What a stage cannot be confirmed without.
REQUIRED_BLOCKS = {
    State.PLAN: [Block.YEARLY, Block.PLAN_FIRST],
    State.FIRST: [Block.DO_FIRST, Block.DIRECTION],
    State.SECOND: [Block.PLAN_SECOND, Block.DO_SECOND],
    State.SUMMARY: [Block.SUMMARY],
}


@dataclass(frozen=True)
class Requirement:
    """One thing that a stage needs: its place in the editor (an element's id), its name, and what is said while it is missing."""

    place: str
    label: StrOrPromise
    sentence: str
    is_met: bool


@dataclass(frozen=True)
class Fullness:
    """How full a sheet is in its present stage."""

    requirements: list[Requirement]

    @property
    def missing(self) -> list[Requirement]:
        """Return what is missing, in the order of the form."""
        return [one for one in self.requirements if not one.is_met]

    @property
    def met(self) -> int:
        """Return how many are there."""
        return len(self.requirements) - len(self.missing)

    @property
    def percent(self) -> int:
        """Return the share of what is there, in whole percent."""
        return self.met * 100 // len(self.requirements) if self.requirements else 100


def fullness_of(sheets: Iterable[PlanSheet]) -> dict[int, Fullness]:
    """Return how full each sheet is, by id; two queries for all. Setbacks that nobody mentions are not in it."""
    rows = list(sheets)
    filled: dict[int, set[str]] = defaultdict(set)
    pairs = SheetLine.objects.filter(sheet__in=rows).order_by().values_list("sheet", "block").distinct()
    for sheet_id, block in pairs:
        filled[sheet_id].add(block)
    grounded = set(Evidence.objects.filter(sheet__in=rows).values_list("sheet", flat=True))
    return {sheet.pk: Fullness(_requirements(sheet, filled[sheet.pk], sheet.pk in grounded)) for sheet in rows}


def _requirements(sheet: PlanSheet, filled: set[str], is_grounded: bool) -> list[Requirement]:
    """Return what the present stage needs, the grade of 総括 included."""
    needs = _stage_requirements(sheet, filled)
    if sheet.state == State.SUMMARY:
        needs += _grade_requirements(
            sheet, is_grounded, grade=sheet.grade, reason=sheet.grade_reason, next_action=sheet.next_action
        )
    return needs


def _stage_requirements(sheet: PlanSheet, filled: set[str]) -> list[Requirement]:
    """Return the blocks that the present stage needs, and 進捗見込 of 前期."""
    sentence = _("「%(block)s」が書かれていません。")
    needs = [
        Requirement(f"block-{block.value}", block.label, sentence % {"block": block.label}, block in filled)
        for block in REQUIRED_BLOCKS.get(State(sheet.state), [])
    ]
    if sheet.state == State.FIRST:
        sentence = _("「年度別計画に対する今年度の進捗見込」の記号が選ばれていません。")
        label = _("年度別計画に対する今年度の進捗見込")
        needs.append(Requirement("block-outlook", label, sentence, sheet.outlook_id is not None))
    return needs


def _grade_requirements(
    sheet: PlanSheet, is_grounded: bool, *, grade: Grade | None, reason: str, next_action: str
) -> list[Requirement]:
    """Return what a grade needs. A sheet that was written down from a document needs the grade alone."""
    needs = [Requirement("grade", _("年次評価"), _("年次評価が選ばれていません。"), bool(grade))]
    if sheet.is_transcribed:
        return needs
    needs += [
        Requirement("grade", _("評価の理由"), _("評価の理由が書かれていません。"), bool(reason.strip())),
        Requirement(
            "evidence", _("評価の根拠"),
            _("評価の根拠（数値・資料・会議・取組・市民の声）が一つも登録されていません。"), is_grounded,
        ),
    ]  # fmt: skip
    if grade and grade.needs_next_action:
        sentence = _("この評価のときは「今後の対応」が必要です。")
        needs.append(Requirement("grade", _("今後の対応"), sentence, bool(next_action.strip())))
    return needs


def missing_in_stage(sheet: PlanSheet) -> list[str]:
    """Return what the present stage still lacks, a sentence each; not the grade."""
    filled = set(sheet.lines.values_list("block", flat=True))
    return [one.sentence for one in _stage_requirements(sheet, filled) if not one.is_met]


def missing_for_submission(sheet: PlanSheet) -> list[str]:
    """Return what the present stage lacks before it is handed in, the grade of 総括 included; a sentence each."""
    missing = missing_in_stage(sheet)
    if sheet.state == State.SUMMARY:
        missing += missing_for_grade(sheet, grade=sheet.grade, reason=sheet.grade_reason, next_action=sheet.next_action)
    return missing


def missing_for_grade(sheet: PlanSheet, *, grade: Grade | None, reason: str, next_action: str) -> list[str]:
    """Return what a grade still lacks, a sentence each: also the setbacks that neither 総括 nor reason mentions."""
    needs = _grade_requirements(
        sheet, sheet.evidence.exists(), grade=grade, reason=reason, next_action=next_action
    )  # fmt: skip
    missing = [one.sentence for one in needs if not one.is_met]
    if sheet.is_transcribed:
        return missing
    if not sheet.lines.in_block(Block.SUMMARY).exists():
        missing.insert(0 if grade else 1, _("「今年度の総括」が書かれていません。"))
    return missing + [
        _("「%(title)s」が望ましい向きと逆に動いています。総括か理由でふれてください。") % {"title": title}
        for title in unmentioned_setbacks(sheet, f"{reason}{next_action}")
    ]


def unmentioned_setbacks(sheet: PlanSheet, text: str) -> list[str]:
    """Return the titles of series and linked indicators that moved away from their target this year, unmentioned.

    text: reason and next action; the lines of 総括 count as well. A title is mentioned when it stands there word for word.
    """
    text += "".join(sheet.lines.in_block(Block.SUMMARY).values_list("text", flat=True))
    titles = []
    for value in sheet.values.filter(year=sheet.year).select_related("metric"):
        before = value.metric.values.filter(year__lt=sheet.year).order_by("-year").first()
        if before and value.metric.moved_away(before.value, value.value) and value.metric.title not in text:
            titles.append(value.metric.title)
    return titles + [
        indicator.title
        for indicator in SheetLink.objects.in_effect_for(sheet).indicators()
        if indicator.moved_away_in(sheet.year) and indicator.title not in text
    ]
