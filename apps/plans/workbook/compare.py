"""Diff an uploaded workbook against the stored sheet; changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from apps.plans.models import Block, PlanSheet, SheetLine, State
from apps.plans.workbook.read import SheetFile


@dataclass
class Change:
    """One line: new, changed, moved away, or (for a choice) another value."""

    block: str
    kind: str  # new | changed | gone | value
    before: str
    after: str

    @property
    def label(self) -> str:
        """Return the heading of the block."""
        return str(Block(self.block).label) if self.block in Block.values else self.block


@dataclass
class Comparison:
    """The diff: every change, and the labels of the blocks in which a change is refused."""

    changes: list[Change] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)


def compare(sheet: PlanSheet, uploaded: SheetFile) -> Comparison:
    """Return the diff of the file against what is stored. A change in a closed block makes the whole import refused."""
    comparison = Comparison()
    stored: dict[str, list[SheetLine]] = {block: [] for block in Block.values}
    for line in sheet.lines.in_form_order():
        stored[line.block].append(line)
    for block in Block.values:
        changes = list(_lines(block, stored[block], uploaded.blocks.get(block, [])))
        comparison.changes += changes
        if changes and block not in sheet.open_blocks:
            comparison.closed.append(str(Block(block).label))
    _values(sheet, uploaded, comparison)
    return comparison


def _lines(block: str, old: list[SheetLine], new: list[tuple[int | None, str, str]]) -> Iterator[Change]:
    lines_by_id = {line.pk: line for line in old}
    for pk, mark, text in new:
        line = lines_by_id.pop(pk, None) if pk else None
        after = f"{mark}{text}"
        if line is None:
            yield Change(block, "new", "", after)
        elif str(line) != after:
            yield Change(block, "changed", str(line), after)
    for line in lines_by_id.values():
        yield Change(block, "gone", str(line), "")
    order = [pk for pk, _mark, _text in new if pk in {line.pk for line in old}]
    if not lines_by_id and order != [line.pk for line in old if line.pk in order]:
        yield Change(block, "value", _("今の順番"), _("ファイルの順番"))


def _values(sheet: PlanSheet, uploaded: SheetFile, comparison: Comparison) -> None:
    outlook, grade = (sheet.outlook.mark if sheet.outlook else ""), (sheet.grade.code if sheet.grade else "")
    values = [
        (_("進捗見込"), outlook, uploaded.outlook, State.FIRST),
        (_("年次評価"), grade, uploaded.grade, State.SUMMARY),
        (_("評価の理由"), sheet.grade_reason, uploaded.reason.strip(), State.SUMMARY),
        (_("今後の対応"), sheet.next_action, uploaded.next_action.strip(), State.SUMMARY),
    ]
    for label, before, after, stage in values:
        if before != after:
            comparison.changes.append(Change(label, "value", before, after))
            if sheet.state != stage:
                comparison.closed.append(label)
    for proof in (one for one in uploaded.evidence if not sheet.evidence.duplicates_of(**one).exists()):
        comparison.changes.append(Change(_("評価の根拠"), "new", "", proof["title"]))
        if not sheet.is_in_stage:
            comparison.closed.append(_("評価の根拠"))
