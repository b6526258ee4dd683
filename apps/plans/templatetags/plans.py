"""Template tags of plans: counts of a grade, headings with the letters of the cycle."""

from collections.abc import Mapping
from typing import Any

from django import template

from apps.core.date_formats import fiscal_label
from apps.plans.models import Block

register = template.Library()
WIDE = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ")


@register.filter
def count_of(counts: Mapping[str, int], code: str) -> int:
    """Return how many plans stand at this grade."""
    return counts[code]


@register.filter
def with_year_before(row: Mapping[str, list[int]]) -> list[tuple[int, int]]:
    """Return the numbers of a report's row, each with that of the year before."""
    return list(zip(row["counts"], row["before"], strict=True))


@register.filter
def pdca(title: str, letters: str) -> str:
    """Return a block's heading as the paper writes it: 【取組計画】（ＰＬＡＮ）."""
    return f"【{title}】（{letters.translate(WIDE)}）"


@register.filter
def series_top(metric: Any) -> str:
    """Return where the bars of a series end: 100 for a share, else the greatest value."""
    top = max(value.value for value in metric.shown_values)
    return "100" if metric.unit in {"％", "%"} else f"{max(top, 1):f}"


@register.filter
def block_label(block: str) -> str:
    """Return the heading of a block."""
    return str(Block(block).label)


@register.simple_tag
def fiscal_label_of(year: int) -> str:
    """Return 令和5年度（2023年度）, for use as a tag's argument."""
    return fiscal_label(year)
