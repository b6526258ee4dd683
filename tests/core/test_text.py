"""Text as people type it."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core import search, text


@pytest.mark.parametrize(
    ("typed", "seen"),
    [("あいう", 3), ("か\u3099", 1), ("👨‍👩‍👧‍👦", 1), ("葛󠄀", 1), ("𠮷野家", 3), ("a\r\nb", 3), ("", 0), ("ｶﾞ", 1)],
)
def test_characters_are_counted_as_seen(typed: str, seen: int) -> None:
    assert text.count_characters(typed) == seen


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=200))
def test_cleaning_twice_changes_nothing_more(typed: str) -> None:
    try:
        once = text.clean(typed)
    except text.UnwantedCharacter:
        return
    assert text.clean(once) == once


@pytest.mark.parametrize("bad", ["\x00", "\x08", "\x0b", "\x1b", "\x7f", "\u202e", "\u2066", "\ud800", "\ufeff"])
def test_characters_that_no_keyboard_types_are_refused(bad: str) -> None:
    with pytest.raises(text.UnwantedCharacter):
        text.clean(f"前{bad}後")


def test_lines_are_unix_lines_and_ends_are_bare() -> None:
    assert text.clean("  一\r\n二　\r三\n\n\n\n\n四\n") == "一\n二\n三\n\n\n四"


@pytest.mark.parametrize(
    ("one", "other"), [("カフェ", "かふぇ"), ("ｶﾌｪ", "カフェ"), ("ＡＢＣ", "abc"), ("１２３", "123"), ("ヴァ", "ゔぁ")]
)
def test_spellings_fold_together(one: str, other: str) -> None:
    assert text.fold(one) == text.fold(other)


def test_tags_are_split_as_people_part_them() -> None:
    assert text.split_tags("公園、子育て，ＤＸ #防災　公園;dx") == ["公園", "子育て", "DX", "防災"]


@given(st.text(alphabet="公園で遊ぶカフェかふぇ " + string.ascii_letters, max_size=40))
def test_every_part_of_a_text_is_found_by_its_pairs(body: str) -> None:
    pairs = set(search.bigrams(body))
    for word in search.query_words(body):
        assert set(search.query_bigrams(word)) <= pairs


def test_alike_texts_are_more_similar_than_others() -> None:
    def pairs(body: str) -> set[str]:
        return set(search.bigrams(body))

    bench = pairs("公園に木陰のベンチがほしい")
    assert search.similarity(bench, pairs("公園に木陰のあるベンチを増やしてほしい")) > 0.5
    assert search.similarity(bench, pairs("交通の便が良い街")) < 0.2
    assert search.similarity(bench, set()) == 0.0
