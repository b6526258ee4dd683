"""The report as a workbook: 様式, a printable sheet for each plan in the form of the paper, and データ, a row for each line."""

import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from apps.core.spreadsheet.cells import Breaks, Changes, clean, display_width
from apps.plans.models import Block
from apps.plans.report.tables import COLUMNS, DICTIONARY, dictionary_rows, rows

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
WIDTH = 62  # of each of the three columns, in half-width letters
LINE_HEIGHT = 16.5  # points, for 10 point letters
ROOM = 740.0  # points that a page of A3 landscape has between its margins
SMALLEST = 0.7  # a form is drawn smaller down to 7 point letters; a longer one goes on to a second page
HEAD = 2  # rows that stand on every page: title, and branches with departments
LONG = 85  # per cent at which a longer form is printed: as wide as the page in every office program
ON_A_PAGE = 49  # rows below the head that a page then holds
A3 = 8
Cell = tuple[str, str]  # text and style


def draw_xlsx(content: dict[str, Any]) -> bytes:
    """Return the whole workbook."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        book.set_properties({"title": f"行革プラン 年次報告書 {content['year_label']}", "author": "調布市"})
        styles = _styles(book)
        for sheet in content["sheets"]:
            _form(book, styles, content, sheet)
        _table(book, styles, "データ", [column.title for column in COLUMNS], rows(content))
        _table(book, styles, "項目の説明", [column.title for column in DICTIONARY], dictionary_rows())
    return file.getvalue()


def _styles(book: xlsxwriter.Workbook) -> dict[str, Format]:
    base = {"font_name": "游ゴシック", "font_size": 10, "valign": "top", "text_wrap": True}
    framed = {**base, "border": 1}
    return {
        "title": book.add_format({**base, "bold": True, "font_size": 14, "text_wrap": False}),
        "label": book.add_format({**framed, "bold": True, "bg_color": "#E8F1FE"}),
        "half": book.add_format({**framed, "bold": True, "bg_color": "#E8F1FE", "align": "center"}),
        "text": book.add_format({**base, "left": 1, "right": 1}),
        "last": book.add_format({**base, "left": 1, "right": 1, "bottom": 1}),
        "wide": book.add_format(framed),
        "plain": book.add_format(base),
        "cell": book.add_format({**base, "bottom": 4, "bottom_color": "#999999"}),
        "head": book.add_format({**base, "bold": True, "bg_color": "#E8F1FE", "bottom": 1}),
    }


def _form(
    book: xlsxwriter.Workbook, styles: Mapping[str, Format], content: dict[str, Any], sheet: dict[str, Any]
) -> None:
    """Draw one plan on A3 landscape, its head on every printed page.

    Every row is as high as one line of text, and a cell takes as many as its words need: so the three columns run
    down beside each other as on paper, and no row has to be higher than a spreadsheet program allows.
    """
    page = book.add_worksheet(f"様式{sheet['number']}")
    page.set_landscape()
    page.set_paper(A3)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.set_footer("&L行革プラン 年次報告書&R&P / &N")
    page.set_column(0, 2, WIDTH)
    page.set_default_row(LINE_HEIGHT)
    page.set_row(0, LINE_HEIGHT * 1.5)
    page.write_string(
        0, 0, f"プラン{sheet['number']}　{_safe(sheet['title'])}　{content['year_label']}", styles["title"]
    )
    policy, measure = sheet["policy"], sheet["measure"]
    heads = [f"方針{policy['number']}　{policy['title']}", f"基本的取組{measure['number']}　{measure['title']}",
             f"担当課　{sheet['departments_shown']}"]  # fmt: skip
    page.set_row(1, LINE_HEIGHT * max(_rows(words, WIDTH) for words in heads))
    for place, words in enumerate(heads):
        page.write_string(1, place, _safe(words), styles["label"])
    row = _wide(page, styles, 2, f"プランの概要\n{sheet['overview']}")
    row = _wide(page, styles, row, "\n".join(["年度別計画", *_lines(sheet, "yearly")]))
    for place, words in enumerate(("前　期", "後　期", "総　括")):
        page.write_string(row, place, words, styles["half"])
    columns = _three_columns(sheet)
    notes = "\n".join([*_lines(sheet, "footnote"), *filter(None, [_unstated(sheet)])])
    whole = row + 2 + max(sum(_rows(words, WIDTH) for words, _style in cells) for cells in columns)
    is_long = (whole + _rows(notes, WIDTH * 3)) * LINE_HEIGHT * SMALLEST > ROOM
    row = _columns(page, styles, row + 1, columns, ON_A_PAGE if is_long else whole)
    row = _wide(page, styles, row, notes) if notes else row
    page.repeat_rows(0, HEAD - 1)
    page.print_area(0, 0, row - 1, 2)
    if is_long:
        page.set_print_scale(LONG)  # a page that is fitted has no breaks of its own
        page.set_h_pagebreaks(list(range(HEAD + ON_A_PAGE, row, ON_A_PAGE)))
    else:
        page.fit_to_pages(1, 1)


def _wide(page: Worksheet, styles: Mapping[str, Format], row: int, words: str) -> int:
    """Draw a cell over all three columns. Return the row after it."""
    after = row + _rows(words, WIDTH * 3)
    page.merge_range(row, 0, after - 1, 2, "", styles["wide"])
    page.write_string(row, 0, _safe(words), styles["wide"])
    return after


def _three_columns(sheet: dict[str, Any]) -> list[list[Cell]]:
    """Return 前期, 後期 and 総括, each a list of cells from top to bottom."""
    outlook = sheet["outlook"]
    mark = f"{outlook['mark']} {outlook['words']}".strip() if outlook else "" if _unstated(sheet) else "—"
    first = [*_block(sheet, Block.PLAN_FIRST), *_block(sheet, Block.DO_FIRST),
             ("【年度別計画に対する今年度の進捗見込】（ＣＨＥＣＫ）", "label"), (mark, "text"),
             *_block(sheet, Block.DIRECTION)]  # fmt: skip
    second = [*_block(sheet, Block.PLAN_SECOND), *_block(sheet, Block.DO_SECOND)]
    grade = sheet["grade"]
    grade_cells: list[Cell] = [("年次評価", "label"), (f"{grade['code']}（{grade['words']}）", "text")]
    if sheet["source"]:
        grade_cells.append(("資料から転記" if _unstated(sheet) else "資料から転記（根拠の登録なし）", "text"))
    grade_cells += [(f"{label}：{sheet[key]}", "text") for label, key in (("理由", "grade_reason"), ("今後の対応", "next_action"))
             if sheet[key]]  # fmt: skip
    grade_cells += [(f"根拠：{proof['kind']}　{proof['title']}", "text") for proof in sheet["evidence"]]
    return [first, second, [*grade_cells, *_block(sheet, Block.SUMMARY)]]


def _block(sheet: dict[str, Any], block: Block) -> list[Cell]:
    label = str(block.label).removeprefix("前期").removeprefix("後期")
    empty = "" if _unstated(sheet) else "記載なし"
    return [(label, "label"), *((line, "text") for line in _lines(sheet, block.value) or [empty])]


def _unstated(sheet: dict[str, Any]) -> str:
    """Return the line that says what the source of a sheet leaves out, once; reports before it have none."""
    names = sheet.get("unstated")
    return f"資料にない項目：{'、'.join(names)}" if names else ""


def _lines(sheet: dict[str, Any], block: str) -> list[str]:
    return [f"{line['mark']}{line['text']}" for line in sheet["blocks"][block]]


def _columns(
    page: Worksheet, styles: Mapping[str, Format], row: int, columns: Sequence[Sequence[Cell]], size: int
) -> int:
    """Draw the three columns side by side, each as long as its own words and framed. Return the row after the longest."""
    placed = [list(_placed(cells, row, size)) for cells in columns]
    after = max(at + taken for cells in placed for at, taken, _cell in cells) + 1
    for place, cells in enumerate(placed):
        for at, taken, (words, style) in cells:
            _put(page, styles[style], at, place, taken, _safe(words))
        end = cells[-1][0] + cells[-1][1]
        _put(page, styles["last"], end, place, after - end, "")
    return after


def _placed(cells: Sequence[Cell], row: int, size: int) -> Iterator[tuple[int, int, Cell]]:
    """Return each cell of a column with its first row and its rows. One that would be cut by the end of a page (of `size` rows)
    begins on the next, and a label goes with what it is the label of."""
    for words, style in cells:
        taken, left = _rows(words, WIDTH), size - (row - HEAD) % size
        if left < taken + 2 * (style == "label") <= size:
            yield row, left, ("", "text")
            row += left
        yield row, taken, (words, style)
        row += taken


def _put(page: Worksheet, style: Format, row: int, column: int, rows: int, words: str) -> None:
    if rows > 1:
        page.merge_range(row, column, row + rows - 1, column, "", style)
    page.write_string(row, column, words, style)


def _rows(words: str, width: int) -> int:
    """Return how many lines a text takes: a Japanese character is two wide, and programs break a little before the edge."""
    return sum(max(1, math.ceil(display_width(line) / (width - 1))) for line in words.split("\n"))


def _safe(words: str) -> str:
    """Remove what no spreadsheet program takes; a text is never a formula (write_string)."""
    changes = Changes()
    cleaned = clean(words, Breaks.KEEP, changes)
    return cleaned.removeprefix("'") if cleaned != words else cleaned


def _table(
    book: xlsxwriter.Workbook,
    styles: Mapping[str, Format],
    name: str,
    header: Sequence[str],
    table: Iterable[Sequence[object]],
) -> None:
    """Draw a table: one row a record, nothing merged; printed as wide as a page, the header on every one."""
    page = book.add_worksheet(name)
    rows_of: list[list[object]] = [list(header), *(_one_line(values) for values in table)]
    sizes = [[display_width(str(value)) for value in values] for values in rows_of]
    widths = [_width(column) for column in zip(*sizes, strict=True)]
    for row, (values, taken) in enumerate(zip(rows_of, sizes, strict=True)):
        lines = max(math.ceil(size / (width - 1)) for size, width in zip(taken, widths, strict=True))
        page.set_row(row, LINE_HEIGHT * lines)
        for place, value in enumerate(values):
            write = page.write_number if isinstance(value, int) else page.write_string
            write(row, place, value, styles["cell" if row else "head"])
    for place, width in enumerate(widths):
        page.set_column(place, place, width)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(len(rows_of) - 1, 1), len(header) - 1)
    page.set_landscape()
    page.set_paper(A3)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.set_footer(f"&L{name}&R&P / &N")
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def _one_line(values: Sequence[object]) -> list[object]:
    """Return the values of a record, each text on one line."""
    return [clean(value, Breaks.SPACE, Changes()) if isinstance(value, str) else value for value in values]


def _width(sizes: Sequence[int]) -> int:
    """Return the width of a column: short values take one line and long ones a few, so that a page holds all columns in letters
    that can be read."""
    title, *values = sizes
    longest = max(values, default=0)
    return max(6, math.ceil(title / 3) + 2, min(60, longest + 2 if longest <= 16 else math.ceil(longest / 3) + 2))
