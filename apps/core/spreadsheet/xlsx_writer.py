"""Write XLSX row by row: data, code table, data dictionary, and a sheet about the file."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import IO

import xlsxwriter
from django.utils.translation import gettext as _

from apps.core.spreadsheet.cells import (
    LONGEST,
    Breaks,
    Changes,
    Column,
    clean,
    display_width,
    plain,
    shorten,
    utf16_length,
)

MOST_ROWS = 1_048_576
NARROWEST, WIDEST = 8, 60
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}
SHEETS_OWN_WORDS = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


class TooLarge(Exception):
    """The table has more rows than a sheet can hold."""


class WriteFailed(Exception):
    """xlsxwriter refused a call: a bug of ours, raised instead of ignored."""


def write_xlsx(
    file: IO[bytes],
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    *,
    title: str,
    about: Mapping[str, str],
    breaks: Breaks = Breaks.SPACE,
    offer_choices: bool = False,
) -> Changes:
    """Write the workbook into a file. Return what had to be changed.

    title: name of the first sheet; about: entries of the last sheet, besides those of every file;
    offer_choices: cells of columns with choices get a dropdown (data validation). Raises TooLarge.
    """
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        book.set_properties({"title": title, "author": ""})
        sheet = _Sheet(book, title, [column.title for column in columns], breaks)
        for row in rows:
            sheet.write(row)
        _codes(book, sheet, columns, offer_choices)
        sheet.finish()
        _dictionary(book, columns)
        _about(book, {**about, **_always(sheet.changes)})
    return sheet.changes


class _Sheet:
    """A table on a sheet, with frozen header, set up for printing on A4."""

    def __init__(
        self, book: xlsxwriter.Workbook, name: str, header: Sequence[str], breaks: Breaks = Breaks.KEEP
    ) -> None:
        self.sheet = book.add_worksheet(name.translate(SHEETS_OWN_WORDS).strip(" '")[:31] or "1")
        self.header, self.breaks, self.changes, self.row = list(header), breaks, Changes(), 0
        self.widths = [display_width(title) + 2 for title in self.header]
        top = {"valign": "top", "text_wrap": True}
        self.text = book.add_format(top)
        self.day = book.add_format({**top, "num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({**top, "num_format": "yyyy-mm-dd hh:mm:ss"})
        head = book.add_format({"bold": True, "bg_color": "#E8EEF9", "bottom": 1, **top})
        for place, words in enumerate(self.header):
            _checked(self.sheet.write_string(0, place, words, head))

    def write(self, values: Sequence[object]) -> None:
        """Write the next row; raises TooLarge."""
        self.row += 1
        if self.row >= MOST_ROWS:
            raise TooLarge
        for place, value in enumerate(values):
            held = plain(value)
            if held is None:
                continue
            if isinstance(held, str):
                self._text(place, held)
            elif isinstance(held, (int, float)):
                _checked(self.sheet.write_number(self.row, place, held, self.text))
            else:
                style = self.moment if isinstance(held, datetime) else self.day
                self._widen(place, "0000-00-00 00:00:00" if style is self.moment else "0000-00-00")
                _checked(self.sheet.write_datetime(self.row, place, held, style))

    def _text(self, place: int, value: str) -> None:
        """Write a text cell, cleaned and shortened; changes are counted."""
        words = clean(value, self.breaks, self.changes)
        if utf16_length(words) > LONGEST:
            self.changes.shortened.append((self.row + 1, self.header[place]))
            words = shorten(words)
        self._widen(place, words)
        _checked(self.sheet.write_string(self.row, place, words, self.text))

    def _widen(self, place: int, words: str) -> None:
        """Note the width of a cell for the width of its column."""
        if self.widths[place] < WIDEST:
            self.widths[place] = max(self.widths[place], display_width(words) + 2)

    def finish(self) -> None:
        """Set column widths, frozen header, autofilter and print layout, after the last row."""
        for place, width in enumerate(self.widths):
            _checked(self.sheet.set_column(place, place, min(max(width, NARROWEST), WIDEST)))
        self.sheet.freeze_panes(1, 0)
        _checked(self.sheet.autofilter(0, 0, max(self.row, 1), len(self.header) - 1))
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        _checked(self.sheet.repeat_rows(0))
        _checked(self.sheet.set_footer("&C&P / &N"))


def _checked(code: int) -> None:
    """Raise WriteFailed when an xlsxwriter call returns an error code."""
    if code:
        raise WriteFailed(code)


def _codes(book: xlsxwriter.Workbook, form: _Sheet, columns: Sequence[Column], offer: bool) -> None:
    """Write コード表, the values of columns with choices and their meanings; with `offer` also as dropdowns of the form."""
    listed = [column for column in columns if column.choices]
    if not listed:
        return
    name = _("コード表")
    codes = _Sheet(book, name, [_("項目名"), _("値"), _("意味")])
    for column in listed:
        first = codes.row + 1
        for value, meaning in column.choices.items():
            codes.write([column.title, value, meaning])
        if offer:
            place = list(columns).index(column)
            source = (
                f"='{name}'!$B${first + 1}:$B${codes.row + 1}"  # a range: a list in words may have 255 letters only
            )
            _checked(form.sheet.data_validation(1, place, 5000, place, {"validate": "list", "source": source}))
    codes.finish()


def _dictionary(book: xlsxwriter.Workbook, columns: Sequence[Column]) -> None:
    """Write データ項目, the data dictionary of the columns."""
    sheet = _Sheet(book, _("データ項目"), [_("項目名"), _("項目名（英数字）"), _("型"), _("説明")])
    for column in columns:
        sheet.write([column.title, column.key, column.kind, column.meaning])
    sheet.finish()


def _about(book: xlsxwriter.Workbook, facts: Mapping[str, str]) -> None:
    """Write このファイルについて, the facts about the file."""
    sheet = _Sheet(book, _("このファイルについて"), [_("項目"), _("内容")])
    for name, words in facts.items():
        sheet.write([name, words])
    sheet.finish()


def _always(changes: Changes) -> dict[str, str]:
    """Return the facts that every file states: escaping, empty cells, and what was changed."""
    facts = {_("記号で始まる文字列"): escape_rule(), _("空欄"): _("空欄は「記録なし」です。0 とは異なります。")}
    if changes.removed:
        facts[_("取り除いた文字")] = _("%(n)d個のセルから、表示できない制御文字を取り除きました。") % {
            "n": changes.removed
        }
    for row, column in changes.shortened:
        facts[_("途中で切った文（%(row)d行目「%(column)s」）") % {"row": row, "column": column}] = _(
            "1つのセルに入る長さ（32,767文字）を超えたため、途中までを載せています。"
        )
    return facts


def escape_rule() -> str:
    """Return the sentence that explains the formula-injection guard."""
    return _(
        "「=」「+」「-」「@」（全角も同じ）、「'」、タブ、改行で始まる文字列は、表計算ソフトが式として扱わないように、"
        "先頭に「'」を1つ付けています。"
    )
