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


@pytest.mark.parametrize(
    "bad",
    [
        "\x00",
        "\x1b",
        "\x7f",
        "\u202e",
        "\u2066",
        "\ud800",
        "\ufdd0",
        "\ufdef",
        "\ufffe",
        "\uffff",
        "\U0001ffff",
        "\U0010fffe",
    ],
)
def test_characters_that_no_keyboard_types_are_refused_with_their_place(bad: str) -> None:
    with pytest.raises(text.UnwantedCharacter) as refused:
        text.clean(f"はじめの行\n前{bad}後")
    assert refused.value.place == text.Place(2, "前", "後", f"U+{ord(bad):04X}")
    assert text.without_unwanted(f"前{bad}後") == "前後"


@pytest.mark.parametrize("end", ["\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_every_line_end_of_slides_and_old_systems_is_one(end: str) -> None:
    assert text.clean(f"あ{end}い") == "あ\nい"
    assert text.count_characters(f"あ{end}い") == 3
    assert text.clean_line(f"あ{end}い") == "あ い"


@pytest.mark.parametrize("unseen", ["\ufeff", "\x08"])
def test_what_leaves_no_trace_goes_in_silence(unseen: str) -> None:
    assert text.clean(f"あ{unseen}い") == "あい"


@pytest.mark.parametrize(
    "nothing", ["\u200b", "\u3164", "\u2800", "\ufe0f", "\u00ad\u200d", "\u115f \uffa0", "\u0301", "\u2003\n\u3000"]
)
def test_a_text_of_nothing_to_see_is_empty(nothing: str) -> None:
    assert text.clean(nothing * 3) == ""


def test_letters_in_parts_are_put_together_and_letters_of_names_are_left_alone() -> None:
    assert text.clean("か\u3099\u1112\u1161\u11ab" * 31) == "が한" * 31
    assert text.clean("\ufa19\u845b\U000e0100") == "\ufa19\u845b\U000e0100"


def test_a_heap_of_marks_is_refused_and_an_emoji_family_is_not() -> None:
    with pytest.raises(text.UnwantedCharacter):
        text.clean("あ" + "\u0301" * 120_000)
    with pytest.raises(text.UnwantedCharacter):
        text.clean("👩" + "\u200d👩" * 40)
    assert text.clean(text.without_unwanted("あ" + "\u0301" * 120_000))
    for fine in ("👩🏻\u200d❤️\u200d💋\u200d👨🏻", "👨🏻\u200d👩🏻\u200d👧🏻\u200d👦🏻", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "ก็้", "שָּׁ", "ệ"):
        assert text.clean(fine)


def test_lines_are_unix_lines_and_ends_are_bare() -> None:
    assert text.clean("  一\r\n二　\r三\n\n\n\n\n四\n") == "一\n二\n三\n\n\n四"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("カフェ", "かふぇ"), ("ｶﾌｪ", "カフェ"), ("ＡＢＣ", "abc"), ("１２３", "123"), ("ヴァ", "ゔぁ"), ("コ‐ヒ–", "コーヒー"),
        ("葛\U000e0100城", "葛城"), ("葛城\u200b花\u00ad子", "葛城花子"), ("か\u200b\u3099", "が"), ("10〜20", "10～20"),
        ("髙橋", "高橋"), ("山﨑", "山崎"), ("𠮷野", "吉野"), ("渡邉", "渡辺"), ("齋藤", "斎藤"), ("廣澤", "広沢"),
        ("\ufa19", "神"),
    ],
)  # fmt: skip
def test_spellings_fold_together(one: str, other: str) -> None:
    assert text.fold(one) == text.fold(other)


@given(st.text(max_size=60))
def test_what_is_folded_stays_as_it_is(typed: str) -> None:
    assert text.fold(text.fold(typed)) == text.fold(typed)


@pytest.mark.parametrize(
    "typed", ["C26-0043", "C26ー0043", "Ｃ26-0043", "c26−0043", "ｃ２６‐００４３", " c26–00\u200b43"]
)
def test_a_number_is_one_however_it_is_typed(typed: str) -> None:
    assert text.as_number(typed) == "C26-0043"


@pytest.mark.parametrize(
    "name",
    [
        "葛城花子",
        "葛\U000e0100城花子",
        "葛城\u200b花子",
        "葛\u00ad城\ufe00花子",
        "葛城 花子",
        "葛城\u3000花子",
        "葛城\n花子",
    ],
)
def test_a_name_to_take_away_is_found_however_it_is_written(name: str) -> None:
    assert text.replace_part("葛城花子", f"となりの{name}さん", "●") == ("となりの●さん", 1)
    assert text.replace_part(name, "となりの葛城花子さん", "●") == ("となりの●さん", 1)
    assert text.replace_part("髙橋", "高橋と髙橋", "●") == ("●と●", 2)


def test_a_hit_is_marked_where_it_stands() -> None:
    typed = "となりの葛\U000e0100城\u200b花子さん"
    ((begin, end),) = search.hits(typed, [text.fold("葛城花子")])
    assert typed[begin:end] == "葛\U000e0100城\u200b花子"


def test_a_tag_has_a_letter_or_digit() -> None:
    assert text.split_tags("☆、🎉、ー、公\u200b園、髙尾 高尾 2025") == ["公園", "髙尾", "2025"]


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
