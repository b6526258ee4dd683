"""Bulleted text, as it comes from keyboards, Word, Excel and PDF."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.text import UnwantedCharacter
from apps.plans.line_parser import read_lines, same_lines, write_lines

LETTERS = st.text(st.sampled_from("あ漢カＡａ１1，。「（ "), min_size=1, max_size=20).map(str.strip).filter(bool)
LINES = st.lists(st.tuples(st.sampled_from(["○", "〇", "◆", "※", "※１"]), LETTERS), max_size=6)


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("○一つ目\n○二つ目", [("○", "一つ目"), ("○", "二つ目")]),
        ("○紙の端で\n折れた行\n○次", [("○", "紙の端で折れた行"), ("○", "次")]),
        ("○英語の Smart\nCity も", [("○", "英語の Smart City も")]),
        ("記号なし\n二行目", [("○", "記号なし"), ("○", "二行目")]),
        ("○一つ目\n\n記号のない段落", [("○", "一つ目"), ("○", "記号のない段落")]),
        ("\uf0b7\tワードの点\r\n•もう一つ", [("○", "ワードの点"), ("○", "もう一つ")]),
        ("〇漢数字のゼロ\n◆ひし形", [("〇", "漢数字のゼロ"), ("◆", "ひし形")]),
        ('"○セルの中の\n○二行"\t○隣のセル', [("○", "セルの中の"), ("○", "二行"), ("○", "隣のセル")]),
        ("○\t記号が別のセル", [("○", "記号が別のセル")]),
        ("※１　注の文", [("※１", "注の文")]),
        ("　○字下げした行", [("○", "字下げした行")]),
        ("○全角，（かっこ）１２％ＡＩ　空白", [("○", "全角，（かっこ）１２％ＡＩ　空白")]),
        ("○\n\n", []),
        ("", []),
    ],
)  # fmt: skip
def test_reading(typed: str, lines: list[tuple[str, str]]) -> None:
    assert read_lines(typed, mark="○") == lines


def test_control_characters_are_refused() -> None:
    with pytest.raises(UnwantedCharacter):
        read_lines("○制御\x1b文字", mark="○")


@given(LINES)
def test_what_was_read_is_read_again(lines: list[tuple[str, str]]) -> None:
    assert read_lines(write_lines(lines), mark="○") == lines


def test_a_changed_or_moved_line_stays_the_same_line() -> None:
    old = [("○", "一つ目"), ("○", "二つ目"), ("○", "三つ目")]
    assert same_lines(old, [("○", "前に入れた"), *old]) == [None, 0, 1, 2]
    assert same_lines(old, [("○", "一つ目"), ("○", "二つ目を直した"), ("○", "三つ目")]) == [0, 1, 2]
    assert same_lines(old, [old[0], old[2]]) == [0, 2]
