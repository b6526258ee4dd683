"""What the public page of a sheet shows: for everybody after 公表, and for the secretariat before it."""

from typing import Any

from apps.plans.models import Block, Metric, PlanSheet, SheetLine, SheetLink
from apps.plans.models.history import confirmations_of

FIRST_VOICES = 5


def page_of(shown: PlanSheet, editions: list[PlanSheet]) -> dict[str, Any]:
    """Return the context of `plans/sheet_detail.html`; editions: the published ones, the newest first."""
    return {"sheet": shown, "editions": editions, "is_last": shown == editions[0], **parts_of(shown)}


def parts_of(shown: PlanSheet) -> dict[str, Any]:
    """The blocks of a sheet with their lines, its series, and the plan's other years."""
    blocks: dict[str, list[SheetLine]] = {block: [] for block in Block.values}
    for line in shown.lines.in_form_order().with_answers():
        line.sheet = shown
        blocks[line.block].append(line)
    links = SheetLink.objects.in_effect_for(shown).with_public_ends()
    voices = links.voices()
    others = PlanSheet.objects.public().of_plan(shown.plan_id)
    return {
        "blocks": blocks,
        "confirmations": confirmations_of(shown),
        "metrics": Metric.objects.of_plan(shown.plan),
        "other_years": [found for found in others if found.year != shown.year],
        "links": links,
        "voices": voices.order_by("-like_total", "pk")[:FIRST_VOICES],
        "voice_count": voices.count(),
        "answers_known": any(line.answers.all() for lines in blocks.values() for line in lines),
    }
