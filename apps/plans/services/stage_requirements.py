"""What a sheet still lacks before its stage can be confirmed or its grade stored, as sentences for whoever writes it."""

from django.utils.translation import gettext as _

from apps.plans.models import Block, Grade, PlanSheet, SheetLink, State

# What a stage cannot be confirmed without.
REQUIRED_BLOCKS = {
    State.PLAN: [Block.YEARLY, Block.PLAN_FIRST],
    State.FIRST: [Block.DO_FIRST, Block.DIRECTION],
    State.SECOND: [Block.PLAN_SECOND, Block.DO_SECOND],
    State.SUMMARY: [Block.SUMMARY],
}


def missing_in_stage(sheet: PlanSheet) -> list[str]:
    """Return what the present stage still lacks, a sentence each."""
    filled = set(sheet.lines.values_list("block", flat=True))
    blocks = [block for block in REQUIRED_BLOCKS.get(State(sheet.state), []) if block not in filled]
    missing = [_("「%(block)s」が書かれていません。") % {"block": block.label} for block in blocks]
    if sheet.state == State.FIRST and not sheet.outlook_id:
        missing.append(_("「年度別計画に対する今年度の進捗見込」の記号が選ばれていません。"))
    return missing


def missing_for_grade(sheet: PlanSheet, *, grade: Grade | None, reason: str, next_action: str) -> list[str]:
    """Return what a grade still lacks, a sentence each.

    A sheet that was written down from a document needs the grade alone: no reason or evidence is made up for it.
    """
    if sheet.is_transcribed:
        return [] if grade else [_("年次評価が選ばれていません。")]
    checks = [
        (bool(grade), _("年次評価が選ばれていません。")),
        (sheet.lines.in_block(Block.SUMMARY).exists(), _("「今年度の総括」が書かれていません。")),
        (bool(reason.strip()), _("評価の理由が書かれていません。")),
        (
            sheet.evidence.exists(),
            _("評価の根拠（数値・資料・会議・取組・市民の声）が一つも登録されていません。"),
        ),
        (
            not (grade and grade.needs_next_action) or bool(next_action.strip()),
            _("この評価のときは「今後の対応」が必要です。"),
        ),
    ]
    setbacks = [
        _("「%(title)s」が望ましい向きと逆に動いています。総括か理由でふれてください。") % {"title": title}
        for title in unmentioned_setbacks(sheet, f"{reason}{next_action}")
    ]
    return [sentence for holds, sentence in checks if not holds] + setbacks


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
