"""Words of display for plans: counts of a grade, headings with the letters of the cycle."""

from collections.abc import Mapping
from typing import Any

from django import template

from apps.core.date_formats import fiscal_label
from apps.plans.models import Block

register = template.Library()
WIDE = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ")


@register.filter
def count_of(counts: Mapping[str, int], code: str) -> int:
    """How many plans stand at this grade."""
    return counts[code]


@register.filter
def beside(row: Mapping[str, list[int]]) -> list[tuple[int, int]]:
    """The numbers of a report's row, each with that of the year before."""
    return list(zip(row["counts"], row["before"], strict=True))


@register.filter
def pdca(title: str, letters: str) -> str:
    """A block's heading as the paper writes it: 【取組計画】（ＰＬＡＮ）."""
    return f"【{title}】（{letters.translate(WIDE)}）"


@register.filter
def series_top(metric: Any) -> str:
    """Where the bars of a series end: 100 for a share, else the greatest value."""
    top = max(value.value for value in metric.shown_values)
    return "100" if metric.unit in {"％", "%"} else f"{max(top, 1):f}"


@register.filter
def block_label(block: str) -> str:
    """The heading of a block."""
    return str(Block(block).label)


@register.simple_tag
def fiscal_label_of(year: int) -> str:
    """令和5年度（2023年度）, for where a tag's argument is wanted."""
    return fiscal_label(year)
