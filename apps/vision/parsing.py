"""Parse the cells of a file of values: fiscal years and numbers, as people write them."""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.core.spreadsheet import CellError
from apps.core.spreadsheet.days import ERAS, SIGNS
from apps.core.spreadsheet.formats import plain
from apps.core.spreadsheet.parse import signed, squeezed

ERA = "令和|令|平成|平|昭和|昭|R|H|S"
WESTERN = re.compile(r"(\d{4})(\.0+)?(年度?)?")
IN_ERA = re.compile(rf"({ERA})\s*(元|\d{{1,2}})(年度?)?", re.IGNORECASE)
NAMED = re.compile(rf"(?:(?P<era>{ERA})\s*(?P<number>元|\d{{1,2}})|(?P<western>\d{{4}}))\s*年度", re.IGNORECASE)
FIGURE = re.compile(r"-?\d{1,12}(\.\d+)?")
DECIMALS = 4


def fiscal_year_of(text: str) -> int:
    """Return the fiscal year of 2024, 2024年度, 令和6年度, 令6, ㋿6年, R6. Raises CellError."""
    written = squeezed(text.translate(SIGNS))
    western, in_era = WESTERN.fullmatch(written), IN_ERA.fullmatch(written)
    if western:
        year = int(western[1])
    elif in_era:
        year = _in_era(in_era[1], in_era[2])
    else:
        raise CellError(_("年度（例：2024、令和6年度）で書いてください。"))
    if not 1950 <= year <= 2100:
        raise CellError(_("年度は1950年度から2100年度までで書いてください。"))
    return year


def years_named(text: str) -> set[int]:
    """Return the fiscal years that a text names, such as 令和6年度 市民意識調査."""
    found = NAMED.finditer(squeezed(text.translate(SIGNS)))
    return {int(one["western"]) if one["western"] else _in_era(one["era"], one["number"]) for one in found}


def _in_era(name: str, number: str) -> int:
    return ERAS[name.upper()] + (1 if number == "元" else int(number))


def figure_of(text: str, unit: str) -> Decimal:
    """Return the number of 72.2, ７２．２, 1,234, −3, ▲3; its unit may follow it. Raises CellError.

    What a program wrote for 57.7 (57.699999999999996) is 57.7: fifteen digits count, as in a spreadsheet.
    """
    written = signed(text)
    if unit and written.endswith(squeezed(unit)):
        written = written[: -len(squeezed(unit))].strip()
    if not FIGURE.fullmatch(written):
        raise CellError(_("数値（例：72.2）で書いてください。"))
    if len(written.replace(".", "").lstrip("-0")) > 15:
        written = plain(float(written))
    if len(written.partition(".")[2].rstrip("0")) > DECIMALS:
        raise CellError(_("小数は%(n)d桁までです。") % {"n": DECIMALS})
    return Decimal(written)
