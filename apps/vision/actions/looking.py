"""Yearly values out of a file: first looked at, then written, all of them or none."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import IO, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import spreadsheet
from apps.core.exceptions import Refused
from apps.core.spreadsheet import CellError, Row, TableReader, Unreadable
from apps.core.text import UNWANTED
from apps.operations.models import AuditEntry
from apps.vision.cells import figure_of, fiscal_year_of
from apps.vision.models import VALUE_COLUMNS, Indicator, IndicatorValue
from apps.vision.models.value import as_number

MOST_ROWS = 2000
CODE, TITLE, YEAR, VALUE, UNIT, DAY, SOURCE, NOTE = (column.title for column in VALUE_COLUMNS)
NEEDED = (CODE, YEAR, VALUE, SOURCE)
CHANGED = gettext_lazy("確認のあとで値が変わったため、何も取り込んでいません。もう一度ファイルを選んでください。")
WRITTEN = ("value", "measured_on", "source", "note")


class ImportRefused(Refused):
    """Nothing was imported; the sentence says why and what to do."""


@dataclass(frozen=True)
class Problem:
    """A cell that cannot be read: row and column as the spreadsheet program shows them."""

    row: int
    column: str
    sentence: str


@dataclass(frozen=True)
class FileRow:
    """One row that was understood, and the value that it replaces."""

    row: int
    indicator: Indicator
    new: IndicatorValue
    old: IndicatorValue | None
    doubt: str = ""

    @property
    def is_same(self) -> bool:
        """Whether the portal holds exactly this already."""
        return self.old is not None and all(getattr(self.old, name) == getattr(self.new, name) for name in WRITTEN)


@dataclass
class Looked:
    """What a file says: rows that were understood, cells that were not, rows without a value."""

    readings: list[FileRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    empty: int = 0

    @property
    def added(self) -> list[FileRow]:
        """Values of years that have none yet."""
        return [reading for reading in self.readings if reading.old is None]

    @property
    def changed(self) -> list[FileRow]:
        """Values that differ from what the portal holds."""
        return [reading for reading in self.readings if reading.old is not None and not reading.is_same]

    @property
    def same(self) -> list[FileRow]:
        """Values that the portal holds already."""
        return [reading for reading in self.readings if reading.is_same]


def sample_rows() -> Iterator[list[Any]]:
    """The sample file: each indicator with its last value, to write the next year's below."""
    for indicator in Indicator.objects.with_values():
        last = indicator.latest
        yield last.as_row() if last else [indicator.slug, indicator.title, "", "", indicator.unit, "", "", ""]


def look_at_values(file: IO[bytes]) -> Looked:
    """Read a file without writing anything. Raises Unreadable for a file that is no such table."""
    reader = TableReader(file)
    missing = [title for title in NEEDED if title not in reader.header]
    if missing:
        raise Unreadable(
            _("1行目に列「%(title)s」がありません。見本のファイルをご覧ください。") % {"title": "」「".join(missing)}
        )
    looked = Looked()
    known = {indicator.slug: indicator for indicator in Indicator.objects.with_values()}
    seen: dict[tuple[str, int], int] = {}
    for count, row in enumerate(reader, start=1):
        if count > MOST_ROWS:
            raise Unreadable(_("行が多すぎます（%(most)d行まで）。ファイルを分けてください。") % {"most": MOST_ROWS})
        if not row.get(VALUE).strip():
            looked.empty += 1
            continue
        _look_at_row(row, known, seen, looked)
    return looked


def _look_at_row(row: Row, known: dict[str, Indicator], seen: dict[tuple[str, int], int], looked: Looked) -> None:
    """Understand one row, or say what is wrong with each of its cells."""
    problems: list[Problem] = []
    cells: dict[str, Any] = {}
    indicator = known.get(row.get(CODE).strip())
    if indicator is None:
        sentence = _("「%(code)s」という指標コードはありません。") % {"code": row.get(CODE).strip()[:40]}
        problems.append(Problem(row.number, CODE, sentence))
    unit = indicator.unit if indicator else ""
    readers = {
        YEAR: fiscal_year_of,
        VALUE: lambda text: figure_of(text, unit),
        UNIT: lambda text: _unit_of(text, unit),
        DAY: lambda text: spreadsheet.day(text) if text.strip() else None,
        SOURCE: lambda text: _words_of(text, most=120, needed=True),
        NOTE: lambda text: _words_of(text, most=200),
    }
    for title, read in readers.items():
        try:
            cells[title] = read(row.get(title))
        except CellError as error:
            problems.append(Problem(row.number, title, str(error.sentence)))
    if row.beyond:
        problems.append(Problem(row.number, "—", _("列の名前がないところに文字があります。")))
    if indicator and not problems:
        first = seen.setdefault((indicator.slug, cells[YEAR]), row.number)
        if first != row.number:
            problems.append(Problem(row.number, YEAR, _("%(row)d行目と同じ指標・年度です。") % {"row": first}))
        else:
            looked.readings.append(_file_row(row.number, indicator, cells))
    looked.problems += problems


def _file_row(number: int, indicator: Indicator, cells: dict[str, Any]) -> FileRow:
    """A row that was understood, beside what the portal holds."""
    new = IndicatorValue(
        indicator=indicator,
        year=cells[YEAR],
        value=cells[VALUE],
        measured_on=cells[DAY],
        source=cells[SOURCE],
        note=cells[NOTE],
    )
    old = next((value for value in indicator.series if value.year == new.year), None)
    before = old or next((value for value in reversed(indicator.series) if value.year < new.year), None)
    return FileRow(number, indicator, new, old, doubt=_doubt(indicator, new.value, before))


def _doubt(indicator: Indicator, value: Decimal, before: IndicatorValue | None) -> str:
    """A figure that may have been mistyped; it can be imported all the same."""
    if value != round(value, indicator.decimals):
        return _("ページでは小数点以下%(n)d桁に丸めて表示します。") % {"n": indicator.decimals}
    if indicator.unit == "%" and not 0 <= value <= 100:
        return _("0%から100%の範囲にありません。")
    if before and before.value and abs(value - before.value) > abs(before.value) / 2:
        return _("%(year)s（%(value)s）から大きく変わっています。") % {"year": before.year_shown, "value": before.shown}
    return ""


def _unit_of(text: str, unit: str) -> str:
    if text.strip() and unit and spreadsheet.parse.squeezed(text) != spreadsheet.parse.squeezed(unit):
        raise CellError(_("この指標の単位は「%(unit)s」です。") % {"unit": unit})
    return unit


def _words_of(text: str, *, most: int, needed: bool = False) -> str:
    words = " ".join(text.split())
    if needed and not words:
        raise CellError(_("値の出典を書いてください。"))
    if len(words) > most:
        raise CellError(_("%(most)d文字以内で書いてください。") % {"most": most})
    if UNWANTED.search(words):
        raise CellError(_("使えない文字（制御文字など）が含まれています。"))
    return words


def as_parcel(looked: Looked) -> list[list[Any]]:
    """What is to be written, with what was there when it was looked at, in plain values."""
    return [
        [
            reading.indicator.slug,
            reading.new.year,
            str(reading.new.value),
            reading.new.measured_on and reading.new.measured_on.isoformat(),
            reading.new.source,
            reading.new.note,
            str(reading.old.value.normalize()) if reading.old else None,
        ]
        for reading in [*looked.added, *looked.changed]
    ]


def import_values(*, parcel: list[list[Any]], by: Any) -> int:
    """Write what was looked at, all of it or nothing; how many values there were.

    Raises ImportRefused when the portal's values have changed since they were looked at.
    """
    try:
        with transaction.atomic():
            found = Indicator.objects.locked({line[0] for line in parcel})
            held = IndicatorValue.objects.by_year(found.values())
            for line in parcel:
                _write(line, found, held, by)
    except IntegrityError as error:
        raise ImportRefused(CHANGED) from error
    return len(parcel)


def _write(line: list[Any], found: dict[str, Indicator], held: dict[tuple[int, int], IndicatorValue], by: Any) -> None:
    """Write one value, if what it replaces is still what was looked at."""
    slug, year, value, day, source, note, before = line
    indicator = found.get(slug)
    if indicator is None:
        raise ImportRefused(CHANGED)
    old = held.get((indicator.pk, year))
    if (str(old.value.normalize()) if old else None) != before:
        raise ImportRefused(CHANGED)
    row = old or IndicatorValue(indicator=indicator, year=year)
    row.value, row.source, row.note = Decimal(value), source, note
    row.measured_on = date.fromisoformat(day) if day else None
    row.save()
    facts = {"year": year, "before": before, "after": as_number(row.value)}
    AuditEntry.record("import_value", indicator, by=by, **facts)
