"""Extract numbers with their units from a line (参加者４４人, ６４．２％). Knows no Django."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

UNITS = (
    "パーセント|ポイント|か所|カ所|ヶ所|箇所|団体|世帯|施設|種類|人|名|件|回|社|店|校|台|冊|点|枚|部|組|円|票|%|時間|分"
)
# Not the number of an order (第2回), nor a part of a longer number, a date or a name (A4判).
FIGURE = re.compile(rf"(?<![第\dA-Za-z])(?<!\d[.,])(\d{{1,3}}(?:,\d{{3}})+|\d+)(\.\d+)?((?:千|百|[万億])?(?:{UNITS}))")
MOST = 10**11  # what a column of figures holds


@dataclass(frozen=True)
class Found:
    """One figure of a line: its number, its unit, and its place among the figures of the line."""

    place: int
    value: Decimal
    unit: str

    @property
    def shown(self) -> str:
        """Return the number without trailing zeros: 2000, 64.2."""
        return f"{self.value.normalize():f}"


def figures_in(text: str) -> list[Found]:
    """Return the figures of a text in their order; full-width and half-width digits alike (NFKC)."""
    plain = unicodedata.normalize("NFKC", text)
    numbers = [(Decimal(whole.replace(",", "") + part), unit) for whole, part, unit in FIGURE.findall(plain)]
    fitting = [(value, "％" if unit in {"%", "パーセント"} else unit) for value, unit in numbers if value < MOST]
    return [Found(place, value, unit) for place, (value, unit) in enumerate(fitting)]
