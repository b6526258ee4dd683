"""Which shares of a published result can become the value of an indicator."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.core.exceptions import ActionRefused
from apps.surveys.models import SurveyResult

PERCENT = "%"


def entries_of(result: SurveyResult) -> list[tuple[str, str]]:
    """Return (key, words) of everything that was counted and is shown: `6:1:2` is 問6, item 1, option 2."""
    return [
        (f"{table['number']}:{item['row']}:{entry['number']}", f"問{table['number']} {item['title']} {entry['text']}")
        for table in result.figures["questions"]
        for item in table["items"]
        for entry in item["entries"]
        if entry["count"] is not None and not entry["is_no_answer"]
    ]


def share_of(result: SurveyResult, keys: Sequence[str]) -> tuple[int, int, Decimal]:
    """Return the number of the question, n, and the percentage of those who chose one of these options.

    keys: as in `entries_of`. Raise ActionRefused for none, for options of several tables, and for a question in which
    people could choose several.
    """
    places = {tuple(key.split(":")[:2]) for key in keys}
    if len(places) != 1:
        raise ActionRefused(_("一つの表の選択肢を、一つ以上選んでください。"))
    number, row = next(iter(places))
    table: dict[str, Any] = next(one for one in result.figures["questions"] if str(one["number"]) == number)
    if table["is_multiple"] and len(keys) > 1:
        raise ActionRefused(_("いくつか選べる問いでは、選択肢を一つだけ選んでください。同じ人を二度数えるためです。"))
    item = next(one for one in table["items"] if str(one["row"]) == row)
    chosen = {int(key.split(":")[2]) for key in keys}
    count = sum(entry["count"] for entry in item["entries"] if entry["number"] in chosen)
    return table["number"], table["n"], Decimal(100 * count) / table["n"]
