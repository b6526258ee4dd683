"""Check a file of yearly values: read its rows, list problems and doubts; nothing is written."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext as _

from apps.core import spreadsheet
from apps.core.fiscal import fiscal_label
from apps.core.form_errors import unwanted_message
from apps.core.spreadsheet import CellError, Odd, Row, TableReader, Unreadable
from apps.core.spreadsheet.oddities import is_ditto, is_error, is_nothing
from apps.core.text import UnwantedCharacter, clean_line, fold
from apps.vision.models import VALUE_COLUMNS, Indicator, IndicatorValue
from apps.vision.models.indicator_value import WRITTEN
from apps.vision.parsing import figure_of, fiscal_year_of, years_named

MOST_ROWS = 2000
CODE, TITLE, YEAR, VALUE, UNIT, DAY, SOURCE, NOTE = (column.title for column in VALUE_COLUMNS)
NEEDED = (CODE, YEAR, VALUE, SOURCE)


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
    doubts: list[str] = field(default_factory=list)

    @property
    def is_same(self) -> bool:
        """Return whether the portal holds exactly this already."""
        return self.old is not None and all(getattr(self.old, name) == getattr(self.new, name) for name in WRITTEN)


@dataclass
class Looked:
    """The result of a check: rows that can be imported, cells that cannot, rows without a value, and what was not read."""

    sheet: str = ""
    other_sheets: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    readings: list[FileRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    empty: int = 0

    @property
    def added(self) -> list[FileRow]:
        """Return the values of years that have none yet."""
        return [reading for reading in self.readings if reading.old is None]

    @property
    def changed(self) -> list[FileRow]:
        """Return the values that differ from what the portal holds."""
        return [reading for reading in self.readings if reading.old is not None and not reading.is_same]

    @property
    def same(self) -> list[FileRow]:
        """Return the values that the portal holds already."""
        return [reading for reading in self.readings if reading.is_same]


def sample_rows() -> Iterator[list[object]]:
    """Return the rows of the sample file: each indicator with the year after its last value; the rest is to be filled in.

    Nothing of the last year is in it, so that nothing of it stands under the new one.
    """
    for indicator in Indicator.objects.with_values():
        last = indicator.latest
        yield [indicator.slug, indicator.title, last.year + 1 if last else "", "", indicator.unit, "", "", ""]


def look_at_values(file: IO[bytes]) -> Looked:
    """Read a file without writing anything. Raises Unreadable for a file that is no such table."""
    reader = TableReader(file)
    missing = [title for title in NEEDED if title not in reader.header]
    if missing:
        raise reader.missing(missing)
    known_titles = {column.title for column in VALUE_COLUMNS}
    unused = [title for title in reader.header if title and title not in known_titles]
    looked = Looked(sheet=reader.sheet, other_sheets=reader.other_sheets, unused=unused)
    known = {indicator.slug: indicator for indicator in Indicator.objects.with_values()}
    seen: dict[tuple[str, int], int] = {}
    for count, row in enumerate(reader, start=1):
        if count > MOST_ROWS:
            raise Unreadable(_("行が多すぎます（%(most)d行まで）。ファイルを分けてください。") % {"most": MOST_ROWS})
        if not row.get(VALUE).strip() and VALUE not in row.odd:
            looked.empty += 1
            continue
        _look_at_row(row, known, seen, looked)
    return looked


def _look_at_row(row: Row, known: dict[str, Indicator], seen: dict[tuple[str, int], int], looked: Looked) -> None:
    """Read one row, or add a problem for each cell that cannot be read."""
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
            _refuse_unusable(row.get(title), row.odd.get(title))
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
            looked.readings.append(_file_row(row, indicator, cells))
    looked.problems += problems


def _refuse_unusable(text: str, odd: Odd | None) -> None:
    """Refuse cells without content: an error of a formula, a result that is not in the file or not shown, 同上."""
    if is_error(text):
        raise CellError(_("計算のエラー（%(cell)s）です。") % {"cell": text.strip()[:20]})
    if odd is Odd.UNSAVED:
        raise CellError(_("式の結果がファイルにありません。Excel で開いて保存し直すか、値で貼り付けてください。"))
    if odd is Odd.HIDDEN:
        raise CellError(_("表示形式か文字の色のため、値が見えません。書式を直してください。"))
    if is_ditto(text):
        raise CellError(_("「%(cell)s」は、上の行の内容を書いてください。") % {"cell": text.strip()[:20]})


def _file_row(row: Row, indicator: Indicator, cells: dict[str, Any]) -> FileRow:
    """Return a row that could be read, with the value it replaces and its doubts."""
    new = IndicatorValue(
        indicator=indicator,
        year=cells[YEAR],
        value=cells[VALUE],
        measured_on=cells[DAY],
        source=cells[SOURCE],
        note=cells[NOTE],
    )
    old = next((value for value in indicator.series if value.year == new.year), None)
    before = next((value for value in reversed(indicator.series) if value.year < new.year), None)
    doubts = [
        *_doubts_of_figure(indicator, new.value, old or before),
        *_doubts_of_words(row, new, before),
        *_doubts_of_remark(new, before),
    ]
    return FileRow(row.number, indicator, new, old, doubts)


def _doubts_of_figure(indicator: Indicator, value: Decimal, before: IndicatorValue | None) -> Iterator[str]:
    """Yield doubts about a number that may be mistyped; it can be imported all the same."""
    if value != round(value, indicator.decimals):
        yield _("ページでは小数点以下%(n)d桁に丸めて表示します。") % {"n": indicator.decimals}
    if indicator.unit == "%" and not 0 <= value <= 100:
        yield _("0%から100%の範囲にありません。")
    if indicator.unit == "%" and 0 < value < 1:
        yield _("1%より小さい値です（94.4%を0.944と書いていませんか）。")
    if before and before.value and abs(value - before.value) > abs(before.value) / 2:
        yield _("%(year)s（%(value)s）から大きく変わっています。") % {"year": before.year_shown, "value": before.shown}


def _doubts_of_words(row: Row, new: IndicatorValue, before: IndicatorValue | None) -> Iterator[str]:
    """Yield doubts about texts that may belong to another year or another indicator."""
    indicator = new.indicator
    title = row.get(TITLE).strip()
    if title and fold(title) != fold(indicator.title):
        yield _("指標名「%(name)s」が、このコードの指標「%(title)s」と違います。") % {
            "name": title[:40],
            "title": indicator.title,
        }
    years = years_named(new.source)
    if years and new.year not in years:
        named = "、".join(fiscal_label(year) for year in sorted(years))
        yield _("出典の年度（%(years)s）が、値の年度と違います。") % {"years": named}
    elif before and new.source == before.source and any(letter.isdigit() for letter in new.source):
        yield _("出典が、%(year)sと同じ文です。") % {"year": before.year_shown}
    if before and new.note and new.note == before.note:
        yield _("備考が、%(year)sと同じ文です。") % {"year": before.year_shown}
    for words, label in ((new.source, SOURCE), (new.note, NOTE)):
        if is_nothing(words):
            yield _("%(column)sに「%(words)s」と書かれています。") % {"column": label, "words": words}


def _doubts_of_remark(new: IndicatorValue, before: IndicatorValue | None) -> Iterator[str]:
    """Doubt a remark (ひとこと) that was written under an earlier value, where the new one falls or is worse."""
    indicator = new.indicator
    is_newest = indicator.latest is None or new.year >= indicator.latest.year
    if not (indicator.remark and before and is_newest):
        return
    falls = new.value < before.value
    if falls or indicator.is_worse(new.value, before.value):
        how = _("値が下がっています") if falls else _("値が悪くなっています")
        yield _(
            "ひとこと「%(remark)s」は、前の値のときの文です。%(how)s。取り込んだあと、指標の画面でひとことを直してください。"
        ) % {"remark": indicator.remark, "how": how}


def _unit_of(text: str, unit: str) -> str:
    if text.strip() and unit and spreadsheet.parse.squeezed(text) != spreadsheet.parse.squeezed(unit):
        raise CellError(_("この指標の単位は「%(unit)s」です。") % {"unit": unit})
    return unit


def _words_of(text: str, *, most: int, needed: bool = False) -> str:
    try:
        words = " ".join(clean_line(text).split())
    except UnwantedCharacter as error:
        raise CellError(unwanted_message(error.place)) from error
    if needed and not words:
        raise CellError(_("値の出典を書いてください。"))
    if len(words) > most:
        raise CellError(_("%(most)d文字以内で書いてください。") % {"most": most})
    return words
