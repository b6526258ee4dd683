"""Comparing texts by words, and sections by their keys; plain Python, no database."""

import time

import pytest

from apps.core.markdown import plain_blocks
from apps.documents.comparison import ADDED, REMOVED, Block, compare_blocks, compare_words, moved_keys, words_in
from apps.documents.text_splitter import split_sections


def ops(before: str, after: str) -> list[tuple[str, str]]:
    return [(run.op, run.text) for run in compare_words(before, after) if run.op in {ADDED, REMOVED}]


def test_words_are_runs_of_a_script_and_lose_nothing() -> None:
    text = "市民の声を、ＤＸで1,200件 聴きます。\nLiqlidは2025年"
    assert "".join(words_in(text)) == text
    assert words_in("市民の声を聴く") == ["市民", "の", "声", "を", "聴", "く"]


def test_words_are_marked_and_not_lines() -> None:
    assert ops("公園は朝に開きます。", "公園は朝から夜まで開きます。") == [
        (REMOVED, "に"),
        (ADDED, "から"),
        (ADDED, "夜まで"),
    ] or ops("公園は朝に開きます。", "公園は朝から夜まで開きます。") == [(REMOVED, "に"), (ADDED, "から夜まで")]


@pytest.mark.parametrize(
    ("before", "after"), [("", "新しい文"), ("古い文", ""), ("同じ文", "同じ文"), ("あ" * 50, "い" * 50)]
)
def test_both_texts_can_be_read_from_the_runs(before: str, after: str) -> None:
    runs = compare_words(before, after)
    assert "".join(run.text for run in runs if run.op != ADDED) == before
    assert "".join(run.text for run in runs if run.op != REMOVED) == after


def test_paragraphs_are_compared_with_the_one_they_resemble() -> None:
    before = [Block("paragraph", "川を守ります。"), Block("paragraph", "公園は朝に開きます。")]
    after = [Block("paragraph", "道を直す予定はありません。"), Block("paragraph", "公園は朝から開きます。")]
    passages = compare_blocks(before, after)
    assert [run.op for run in passages[0].runs] == [ADDED]
    changed = passages[-1]
    assert "".join(run.text for run in changed.before) == "公園は朝に開きます。"
    assert "".join(run.text for run in changed.after) == "公園は朝から開きます。"


@pytest.mark.parametrize(
    ("after", "moved"),
    [("abcd", ""), ("acbd", "b"), ("dabc", "d"), ("axbyc", ""), ("cd", ""), ("", ""), ("bcda", "a")],
)
def test_as_few_sections_moved_as_explain_the_order(after: str, moved: str) -> None:
    found = moved_keys(list("abcd"), list(after))
    assert len(found) == len(moved)
    if len(moved) == 1 and moved in "da":
        assert found == set(moved)


def test_long_texts_are_compared_in_time() -> None:
    before = [
        Block("paragraph", f"第{n}の段落では、市民の参加と協働についての考え方{n * 7}を述べています。")
        for n in range(300)
    ]
    after = [Block("paragraph", block.text.replace("参加", "参画")) for block in before]
    begin = time.perf_counter()
    passages = compare_blocks(before, after)
    assert time.perf_counter() - begin < 3
    assert all(passage.is_changed for passage in passages)
    one = [Block("paragraph", "".join(block.text for block in before))]
    other = [Block("paragraph", "".join(block.text for block in after))]
    assert compare_blocks(one, other)


def test_markdown_is_read_as_blocks_of_words() -> None:
    table = "| 年 | 数 |\n| --- | --- |\n| 5 | 6 |"
    source = f"## 見出し\n\n**強い**文\n二行目\n\n- 一つ\n- [二つ](/x/)\n\n{table}\n\n> 引用\n\n    code"
    assert list(plain_blocks(source)) == [
        ("heading", "見出し"), ("paragraph", "強い文\n二行目"), ("item", "一つ"), ("item", "二つ"),
        ("row", "年｜数"), ("row", "5｜6"), ("quote", "引用"), ("code", "code\n"),
    ]  # fmt: skip


def test_a_text_is_split_by_its_headings() -> None:
    found = split_sections("# 第1章 はじめに\n文\n\n## 1-1 目的\n- 一つ\n\n### ことば\n")
    assert [(draft.level, draft.number, draft.heading, draft.body) for draft in found] == [
        (1, "第1章", "はじめに", "文"), (2, "1-1", "目的", "- 一つ"), (3, "", "ことば", ""),
    ]  # fmt: skip


def test_a_printed_text_is_split_by_its_numbers() -> None:
    found = split_sections(
        "第１章　総則\n第1 目的\nこの計画は、次のとおりです。\n１－２ 対象\n（1）市民\n2025年の人口は23万人です。"
    )
    assert [(draft.level, draft.number, draft.heading) for draft in found][:1] == [(1, "第1章", "総則")]
    assert [draft.heading for draft in found][-2:] == ["対象", "市民"]
    assert found[-1].body == "2025年の人口は23万人です。"


def test_what_stands_before_the_first_heading_is_not_lost() -> None:
    assert [(draft.heading, draft.body) for draft in split_sections("前書き\n# 一\n文")] == [
        ("", "前書き"),
        ("一", "文"),
    ]
