"""Write the workbook: シート (the form), 根拠 (reason and evidence), 選択肢 (what the lists offer).

Column A is hidden and says what a row is: the sheet, a block's heading, a stored line by its id, or room for a new line.
"""

import io
import math

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from apps.core.spreadsheet.cells import display_width
from apps.plans.models import MARKS, Block, Evidence, Grade, PlanSheet, ProgressMark

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
FORM, PROOF, CHOICES = "シート", "根拠", "選択肢"
ROOM = 3  # empty rows for new lines in each block
WIDTH = 100
A3 = 8


def write_workbook(sheet: PlanSheet) -> bytes:
    """Return the stored sheet as an XLSX file."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        book.set_properties({"title": str(sheet), "author": "調布市"})
        styles = _styles(book)
        choices = {
            "outlook": [mark.mark for mark in ProgressMark.objects.all()],
            "grade": [grade.code for grade in Grade.objects.all()],
            "kind": [str(label) for _value, label in Evidence.Kind.choices],
        }
        form, proof = book.add_worksheet(FORM), book.add_worksheet(PROOF)
        _choices(book.add_worksheet(CHOICES), choices, styles)
        _Form(form, styles, choices).write(sheet)
        _proof(proof, styles, choices, sheet)
    return file.getvalue()


def _styles(book: xlsxwriter.Workbook) -> dict[str, Format]:
    base = {"font_name": "游ゴシック", "font_size": 10.5, "valign": "top", "text_wrap": True, "border": 1}
    return {
        "label": book.add_format({**base, "bold": True, "bg_color": "#E8F1FE"}),
        "fact": book.add_format({**base, "bg_color": "#F2F2F2"}),
        "text": book.add_format(base),
        "title": book.add_format({"font_name": "游ゴシック", "font_size": 14, "bold": True}),
    }


def _choices(page: Worksheet, choices: dict[str, list[str]], styles: dict[str, Format]) -> None:
    titles = {"outlook": "進捗見込", "grade": "年次評価", "kind": "根拠の種類"}
    for place, (name, values) in enumerate(choices.items()):
        page.write_string(0, place, titles[name], styles["label"])
        for row, value in enumerate(values, start=1):
            page.write_string(row, place, value, styles["text"])


def _offer(page: Worksheet, cells: tuple[int, int, int, int], choices: dict[str, list[str]], name: str) -> None:
    """Offer a list that refers to its range on 選択肢: a list inside the rule would be cut at 255 characters."""
    if choices[name]:
        column = "ABC"[list(choices).index(name)]
        source = f"={CHOICES}!${column}$2:${column}${len(choices[name]) + 1}"
        page.data_validation(*cells, {"validate": "list", "source": source, "ignore_blank": True})


class _Form:
    """The form, from top to bottom: A hidden, B the mark, C the text."""

    def __init__(self, page: Worksheet, styles: dict[str, Format], choices: dict[str, list[str]]) -> None:
        self.page, self.styles, self.choices, self.row = page, styles, choices, 0

    def write(self, sheet: PlanSheet) -> None:
        """Write head, blocks, mark and grade; printable on A3 landscape."""
        page = self.page
        page.set_column(0, 0, 4, None, {"hidden": True})
        page.set_column(1, 1, 26)
        page.set_column(2, 2, WIDTH)
        page.write_string(0, 0, f"sheet:{sheet.pk}")
        page.write_string(0, 1, str(sheet), self.styles["title"])
        self.row = 1
        for label, words in self._facts(sheet):
            self._put("fact", label, words, "fact")
        for block in Block:
            self._block(sheet, block)
            if block == Block.DO_FIRST:
                self._choice("outlook", "進捗見込", sheet.outlook.mark if sheet.outlook else "")
            if block == Block.SUMMARY:
                self._choice("grade", "年次評価", sheet.grade.code if sheet.grade else "")
        page.set_landscape()
        page.set_paper(A3)
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        page.print_area(0, 1, self.row - 1, 2)
        page.set_footer("&C&P / &N")

    def _facts(self, sheet: PlanSheet) -> list[tuple[str, str]]:
        facts = sheet.facts
        return [
            (f"方針 {facts['policy']['number']}", facts["policy"]["title"]),
            (f"基本的取組 {facts['measure']['number']}", facts["measure"]["title"]),
            ("担当課", sheet.departments_shown),
            ("プランの概要", facts["overview"]),
        ]

    def _block(self, sheet: PlanSheet, block: Block) -> None:
        self.page.write_string(self.row, 0, f"block:{block.value}")
        self.page.write_string(self.row, 1, "", self.styles["label"])
        self.page.write_string(self.row, 2, str(block.label), self.styles["label"])
        self.row += 1
        for line in sheet.lines.in_block(block):
            self._put(f"line:{line.pk}", line.mark, line.text, "text")
        for _empty in range(ROOM):
            self._put(f"new:{block.value}", MARKS.get(block, "○"), "", "text")

    def _choice(self, name: str, label: str, value: str) -> None:
        _offer(self.page, (self.row, 2, self.row, 2), self.choices, name)
        self._put(name, label, value, "text")

    def _put(self, key: str, label: str, words: str, style: str) -> None:
        self.page.write_string(self.row, 0, key)
        self.page.write_string(self.row, 1, label, self.styles["label" if style == "fact" else style])
        self.page.write_string(self.row, 2, words, self.styles[style])
        self.page.set_row(self.row, min(405, 18 * max(1, math.ceil(display_width(words) / (WIDTH - 4)))))
        self.row += 1


def _proof(page: Worksheet, styles: dict[str, Format], choices: dict[str, list[str]], sheet: PlanSheet) -> None:
    """Write reason and 今後の対応, then the evidence."""
    page.set_column(0, 0, 4, None, {"hidden": True})
    page.set_column(1, 1, 26)
    page.set_column(2, 2, WIDTH)
    page.set_column(3, 3, 40)
    page.set_column(4, 4, 14)
    texts = (("reason", "評価の理由", sheet.grade_reason), ("next_action", "今後の対応", sheet.next_action))
    for row, (key, label, words) in enumerate(texts):
        page.write_string(row, 0, key)
        page.write_string(row, 1, label, styles["label"])
        page.write_string(row, 2, words, styles["text"])
    for place, title in enumerate(("種類", "根拠の内容", "アドレス", "時点"), start=1):
        page.write_string(2, place, title, styles["label"])
    held = list(sheet.evidence.all())
    for row, proof in enumerate([*held, *[None] * (ROOM * 2)], start=3):
        values = (
            [str(proof.get_kind_display()), proof.title, proof.url, str(proof.dated_on or "")] if proof else [""] * 4
        )
        page.write_string(row, 0, f"evidence:{proof.pk}" if proof else "evidence:new")
        for place, value in enumerate(values, start=1):
            page.write_string(row, place, value, styles["text"])
    _offer(page, (3, 1, 3 + len(held) + ROOM * 2, 1), choices, "kind")
