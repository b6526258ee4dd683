"""The six sheets of 令和5年度 stand in the portal as on paper: every sentence once for each time it is printed, each block
in its place."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from apps.plans.models import Block, LineAnswer, Metric, PlanSheet, Report, SheetLine
from tests.plans.blocks_2023 import FIRST_WORDS

pytestmark = pytest.mark.django_db
SEED = (Path(__file__).parent / "seed_2023.txt").read_text(encoding="utf-8")
# What the paper prints on every sheet, and is not a sentence of a department.
FORM = re.compile(
    r"^(?:総\u3000括|前\u3000期|後\u3000期|年次評価|年度別計画|令和５年度|方針 １|基本的取組 １－[１-３]|【取組計画】（ＰＬＡＮ）"
    r"|【取組実績及び取組による成果・効果】（ＤＯ・ＣＨＥＣＫ）\u3000?|【後期における取組の方向】（ＡＣＴＩＯＮ）"
    r"|【今年度の総括，次年度以降の取組の方向】|（ＣＨＥＣＫ・ＡＣＴＩＯＮ）"
    r"|【年度別計画に対する今年度の進捗見込】（ＣＨＥＣＫ）\u3000 ○|(?:年次評価 )?[ＡＢ]（[概ね]*計画どおりに進捗）(?:年次評価)?)$",
    re.M,
)


def printed(page: str) -> Counter[str]:
    """The sentences of a page of the seed, their hard line ends joined."""
    text = page.replace("。【取組実績", "。\n【取組実績")
    text = re.sub(r"プラン$", "", text, flags=re.M)  # the word of the form's cell, glued to the title
    text = FORM.sub("\n", text)
    text = re.sub(r"(※[１-９])\u3000", r"\1", text)
    text = re.sub(r"(?<=。)(?=※[１-９])", "\n", text)
    rows = re.sub(r"\n(?![○〇◆※\n])(?=.)", "", re.sub(r"\n{2,}(?=う，)", "\n", text)).split("\n")
    return Counter(row.strip() for row in rows if row.strip())


def stored(sheet: PlanSheet) -> Counter[str]:
    """The sentences of a stored sheet with what stands in its head."""
    return Counter(str(line) for line in sheet.lines.all())


def head_of(sheet: PlanSheet) -> list[str]:
    """What is printed without a mark: overview, departments, title, the branches above."""
    facts = sheet.facts
    number = str(sheet.number).translate(str.maketrans("123456", "１２３４５６"))
    branches = [facts["policy"]["title"], facts["measure"]["title"]]
    return [facts["overview"], f"担当課 {sheet.departments_shown}", f"{number} {facts['title']}", *branches]


@pytest.mark.usefixtures("first_day")
def test_every_sentence_is_there_as_often_as_it_is_printed() -> None:
    for sheet in PlanSheet.objects.public().in_year(2023).for_page():
        compare_with_seed(sheet, SEED.split("\n\n\n\n")[sheet.number - 1])


def compare_with_seed(sheet: PlanSheet, page: str) -> None:
    rows = printed(page)
    assert stored(sheet) == Counter({row: n for row, n in rows.items() if row[0] in "○〇◆※"})
    for row in (row for row in rows if row[0] not in "○〇◆※"):
        rest = row
        for words in sorted(head_of(sheet), key=len, reverse=True):
            rest = rest.replace(words, "")
        assert not rest.strip(), (sheet.number, row)
    grade = sheet.facts["grade"]
    assert f"{grade['code'].translate(str.maketrans('AB', 'ＡＢ'))}（{grade['words']}）" in page


@pytest.mark.usefixtures("first_day")
def test_sentences_that_stand_twice_stand_twice() -> None:
    twice = "国や東京都等の事業を活用したデジタルデバイド対策を実施します。"
    lines = SheetLine.objects.public().filter(text=twice)
    assert sorted(line.block for line in lines) == ["direction", "plan_first", "plan_second"]


@pytest.mark.usefixtures("first_day")
def test_each_block_stands_in_its_place() -> None:
    sheets = list(PlanSheet.objects.public().in_year(2023))
    assert len(sheets) == 6
    for sheet, block in ((sheet, block) for sheet in sheets for block in Block.values):
        found = [str(line) for line in sheet.lines.in_block(block)]
        expected = FIRST_WORDS.get((sheet.number, block), [])
        assert len(found) == len(expected), (sheet.number, block)
        for line, first_words in zip(found, expected, strict=True):
            assert line.startswith(first_words), (sheet.number, block)


@pytest.mark.usefixtures("first_day")
def test_grades_are_those_of_the_paper_and_nothing_is_made_up() -> None:
    sheets = list(PlanSheet.objects.public().in_year(2023).for_page())
    assert [sheet.facts["grade"]["code"] for sheet in sheets] == ["A", "A", "A", "A", "A", "B"]
    assert {sheet.facts["outlook"]["mark"] for sheet in sheets} == {"○"}
    for sheet in sheets:
        assert sheet.source == "調布市 令和5年度 個別プランPDCAシート"
        assert (sheet.grade_reason, sheet.next_action) == ("", "")
        assert not sheet.evidence.exists()
        assert sheet.answers.count() == (1 if sheet.number == 1 else 0), "the one that the demonstration makes"


@pytest.mark.usefixtures("first_day")
def test_the_share_of_electronic_decisions_is_a_series() -> None:
    metric = Metric.objects.of_plan(PlanSheet.objects.public().get(number=6).plan).get()
    assert [(value.year, value.shown) for value in metric.shown_values] == [(2019, "54.4"), (2023, "64.2")]
    assert {value.line.block for value in metric.shown_values} == {"summary"}


def test_the_fixture_holds_no_line_end_inside_a_line() -> None:
    rows = json.loads((settings.BASE_DIR / "fixtures" / "plans_2023.json").read_text(encoding="utf-8"))
    assert not [row for row in rows if row["model"] == "plans.sheetline" and "\n" in row["fields"]["text"]]


@pytest.mark.usefixtures("first_day")
def test_the_demonstration_has_a_report_and_drafts_of_the_next_year() -> None:
    report = Report.objects.public().get()
    assert (report.year, report.edition, len(report.content["sheets"])) == (2023, 1, 6)
    drafts = PlanSheet.objects.in_work().in_year(2024)
    assert [sheet.number for sheet in drafts] == [1, 2, 3, 4, 5, 6]
    promised = PlanSheet.objects.public().get(number=1).lines.in_block("summary")
    assert [line.text for line in drafts[0].lines.in_block("plan_first")] == [line.text for line in promised]


@pytest.mark.usefixtures("first_day")
def test_the_demonstration_shows_a_promise_that_was_not_kept_beside_an_a(client: Any) -> None:
    page = client.get("/plans/2023/1/").content.decode()
    assert "未実施" in page
    assert "対応する実績の登録はありません" not in page, "the paper ties nothing"
    sheet = PlanSheet.objects.public().in_year(2023).get(number=1)
    answer = LineAnswer.objects.get(sheet=sheet)
    assert "協議会は開催せず" in answer.result_line.text
    assert sheet.grade.code == "A"
