"""What a cell of a file of values means: the fiscal year and the figure, as people write them."""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.core.spreadsheet import CellError
from apps.core.spreadsheet.parse import squeezed

ERAS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988}
WESTERN = re.compile(r"(\d{4})(\.0+)?(年度?)?")
IN_ERA = re.compile(r"(令和|平成|R|H)(元|\d{1,2})(年度?)?", re.IGNORECASE)
FIGURE = re.compile(r"[-−]?\d{1,12}(\.\d{1,4}0*)?")


def fiscal_year_of(text: str) -> int:
    """A fiscal year: 2024, 2024年度, 令和6年度, R6."""
    written = squeezed(text)
    western, in_era = WESTERN.fullmatch(written), IN_ERA.fullmatch(written)
    if western:
        year = int(western[1])
    elif in_era:
        year = ERAS[in_era[1].upper()] + (1 if in_era[2] == "元" else int(in_era[2]))
    else:
        raise CellError(_("年度（例：2024、令和6年度）で書いてください。"))
    if not 1950 <= year <= 2100:
        raise CellError(_("年度は1950年度から2100年度までで書いてください。"))
    return year


def figure_of(text: str, unit: str) -> Decimal:
    """A figure: 72.2, ７２．２, 1,234, −3; its unit may stand behind it."""
    written = squeezed(text).replace(",", "")
    if unit and written.endswith(squeezed(unit)):
        written = written[: -len(squeezed(unit))].strip()
    if not FIGURE.fullmatch(written):
        raise CellError(_("数値（例：72.2）で書いてください。小数は4桁までです。"))
    return Decimal(written.replace("−", "-"))
