"""Context of the page of a sheet: public after 公表, a preview for the secretariat before it."""

from django.utils.translation import gettext as _

from apps.plans.models import Block, Metric, PlanSheet, SheetLine, SheetLink
from apps.plans.models.constants import LINE_NAMES
from apps.plans.models.history import confirmations_of
from apps.plans.services.sheet_summary import count_outcomes, stations_of_sheet

FIRST_PROPOSALS = 5


def unstated_of(sheet: PlanSheet, blocks: dict[str, list[SheetLine]]) -> dict[str, object]:
    """Return the names of the items (資料にない項目) that the document of a transcribed sheet leaves out, and whom to ask."""
    if not sheet.is_transcribed:
        return {}
    filled = {block for block, lines in blocks.items() if lines}
    return {"names": unstated_names(sheet, filled), "department": sheet.departments_shown}


def unstated_names(sheet: PlanSheet, filled: set[str]) -> list[str]:
    """Return the names of those items; none for a sheet that was written here. filled: the blocks that have lines."""
    if not sheet.is_transcribed:
        return []
    outlook = sheet.facts["outlook"]
    items = [str(LINE_NAMES[block]) for block in Block if block != Block.FOOTNOTE and block not in filled]
    stated = {
        _("進捗見込"): outlook,
        _("進捗見込の記号の意味"): not outlook or outlook["words"],
        _("評価の理由"): sheet.grade_reason,
        _("評価の根拠"): sheet.evidence.all(),
    }
    return items + [name for name, value in stated.items() if not value]


def page_of(sheet: PlanSheet, editions: list[PlanSheet]) -> dict[str, object]:
    """Return the context of `plans/sheet_detail.html`; editions: the published ones, the newest first."""
    return {"sheet": sheet, "editions": editions, "is_last": sheet == editions[0], **parts_of(sheet)}


def parts_of(sheet: PlanSheet) -> dict[str, object]:
    """Return the blocks of a sheet with their lines, its links and series, and the plan's other years."""
    blocks: dict[str, list[SheetLine]] = {block: [] for block in Block.values}
    for line in sheet.lines.in_form_order().with_answers():
        line.sheet = sheet
        blocks[line.block].append(line)
    links = SheetLink.objects.in_effect_for(sheet).with_public_ends()
    proposals = links.proposals()
    proposal_count = proposals.count()
    others = PlanSheet.objects.public().of_plan(sheet.plan_id)
    return {
        "blocks": blocks,
        "unstated": unstated_of(sheet, blocks),
        "confirmations": confirmations_of(sheet),
        "metrics": Metric.objects.of_plan(sheet.plan),
        "other_years": [other for other in others if other.year != sheet.year],
        "links": links,
        "proposals": proposals.order_by("-like_total", "pk")[:FIRST_PROPOSALS],
        "proposal_count": proposal_count,
        "stations": stations_of_sheet(sheet, list(links), proposal_count),
        "outcomes": count_outcomes(line for lines in blocks.values() for line in lines),
        # The paper of former years ties nothing: a promise without an answer says nothing about its sheet.
        "answers_known": not sheet.is_transcribed
        and any(line.answers.all() for lines in blocks.values() for line in lines),
    }
