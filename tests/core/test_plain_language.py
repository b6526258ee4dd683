"""Hints for who writes for everybody."""

from apps.core.plain_language import hints_for


def test_a_sentence_of_more_than_fifty_letters_is_named() -> None:
    long = "あ" * 50 + "。"
    hints = hints_for(f"みじかい文です。{long}{'い' * 49}。\n- " + "う" * 60)
    assert hints.long_sentences == (long, "う" * 60)
    assert not hints_for("あ" * 49 + "。")


def test_words_with_kanji_beyond_the_common_ones_are_named_once_each() -> None:
    assert hints_for("市民の声。隘路と隘路、躊躇する人々。").hard_words == ("隘路", "躊躇")
    assert not hints_for("市民の匿名の投稿を閲覧する。")


def test_for_children_the_kanji_of_the_primary_school_are_the_measure() -> None:
    assert hints_for("市民の匿名の投稿を読む。人々。", for_children=True).hard_words == ("匿名", "投稿")


def test_markup_and_addresses_are_no_letters_of_a_sentence() -> None:
    assert not hints_for("## みだし\n\n**ことば** https://example.jp/" + "a" * 80)
