"""Constants of the form: its blocks, the stages of the year, and the conflict of an optimistic lock."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.exceptions import ActionRefused as ActionRefused

SECTIONS = {"first": _("前期"), "second": _("後期"), "year": _("総括")}


class Conflict(Exception):
    """Somebody else changed the block meanwhile: both texts are shown, nothing is merged."""

    def __init__(self, *, theirs: str, version: int) -> None:
        super().__init__(version)
        self.theirs = theirs
        self.version = version


class Block(models.TextChoices):
    """The parts of the paper form that hold lines, in the order of the form."""

    YEARLY = "yearly", _("年度別計画")
    PLAN_FIRST = "plan_first", _("前期【取組計画】（ＰＬＡＮ）")
    DO_FIRST = "do_first", _("前期【取組実績及び取組による成果・効果】（ＤＯ・ＣＨＥＣＫ）")
    DIRECTION = "direction", _("【後期における取組の方向】（ＡＣＴＩＯＮ）")
    PLAN_SECOND = "plan_second", _("後期【取組計画】（ＰＬＡＮ）")
    DO_SECOND = "do_second", _("後期【取組実績及び取組による成果・効果】（ＤＯ・ＣＨＥＣＫ）")
    SUMMARY = "summary", _("【今年度の総括，次年度以降の取組の方向】（ＣＨＥＣＫ・ＡＣＴＩＯＮ）")
    FOOTNOTE = "footnote", _("注（※）")


# What a line of a block is, where it is named away from its form: 「令和5年度・前期の実績」.
LINE_NAMES = {
    Block.YEARLY: _("年度別計画"),
    Block.PLAN_FIRST: _("前期の計画"),
    Block.DO_FIRST: _("前期の実績"),
    Block.DIRECTION: _("後期の方向"),
    Block.PLAN_SECOND: _("後期の計画"),
    Block.DO_SECOND: _("後期の実績"),
    Block.SUMMARY: _("総括"),
    Block.FOOTNOTE: _("注"),
}


class State(models.TextChoices):
    """The state of a sheet in its year; states follow each other in this order."""

    PLAN = "plan", _("計画")
    FIRST = "first", _("前期")
    SECOND = "second", _("後期")
    SUMMARY = "summary", _("総括")
    CONFIRMED = "confirmed", _("確定")
    PUBLISHED = "published", _("公表")


class Whereabouts(models.TextChoices):
    """Where a sheet is, seen from the secretariat's desk: with whom its stage is, or what it has become."""

    OPEN = "open", _("未提出（記入中）")
    SUBMITTED = "submitted", _("提出済（確認待ち）")
    RETURNED = "returned", _("差戻し")
    CONFIRMED = "confirmed", _("確定")
    PUBLISHED = "published", _("公表")


STAGES = [State.PLAN, State.FIRST, State.SECOND, State.SUMMARY]
PLAN_BLOCKS = [Block.YEARLY, Block.PLAN_FIRST, Block.PLAN_SECOND]
RESULT_BLOCKS = [Block.DO_FIRST, Block.DO_SECOND]
ANSWERED_IN = {State.FIRST, State.SECOND, State.SUMMARY}  # stages in which plan lines are matched with result lines
MARKS = {Block.YEARLY: "◆", Block.FOOTNOTE: "※"}  # how a new line of a block begins; ○ elsewhere
# Which blocks are written while the sheet stands in a stage; what was confirmed is read-only.
EDITABLE = {
    State.PLAN: [Block.YEARLY, Block.PLAN_FIRST, Block.FOOTNOTE],
    State.FIRST: [Block.DO_FIRST, Block.DIRECTION, Block.FOOTNOTE],
    State.SECOND: [Block.PLAN_SECOND, Block.DO_SECOND, Block.FOOTNOTE],
    State.SUMMARY: [Block.SUMMARY, Block.FOOTNOTE],
    State.CONFIRMED: [],
    State.PUBLISHED: [],
}
