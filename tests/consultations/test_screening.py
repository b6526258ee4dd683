"""What the portal looks for in a text by itself: evasions are found, harmless words are not, a long text stalls nothing."""

import time
from collections.abc import Callable

import pytest

from apps.consultations.screening import links, ng_words, repeated, too_fast

BAKA = ng_words.WordList.read("ばか\n死ね\nspam\n!ばかり\n!しばかり\n!ばかし\n!そばかつ\n!必死")
EVASIONS = [
    "ばか", "バカ", "ﾊﾞｶ", "ば★か", "バ*カ", "ば_か", "ば\u200bか", "ば か", "（ばか）", "おまえはばかだ", "ﾊﾞ★ｶ",
    "バ-カ", "ば🙂か", "死ね", "死★ね", "死 ね", "死\u200dね", "死_ね", "SPAM", "ｓｐａｍ", "s p a m", "s.p.a.m", "Spam!",
    "これはspamです", "バ\ufe00カ", "ばか\n", "「ばか」", "ば~か", "ば=か", "死|ね",
]  # fmt: skip
HARMLESS = [
    "木ばかりの公園", "そばかつ丼", "そば、かつ丼", "そば・かつ丼", "そば かつ丼", "しばかりをする", "花ばかし",
    "spamming", "antispam",
    "was pam here", "ねぎと死", "必死ねらい", "ばんかつ", "かば", "しばらくかかる", "言葉、かんたん", "わかば、かりがね", "芝刈り",
    "ば。かな", "ステーキ",
]  # fmt: skip


@pytest.mark.parametrize("text", EVASIONS)
def test_an_evasion_is_found(text: str) -> None:
    assert ng_words.find(text, BAKA)


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_text_is_not(text: str) -> None:
    assert ng_words.find(text, BAKA) == []


def test_the_list_is_read_line_by_line_with_what_is_harmless() -> None:
    assert BAKA.words == ("ばか", "死ね", "spam")
    assert BAKA.harmless == ("ばかり", "しばかり", "ばかし", "そばかつ", "必死")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("見てください https://a.example/ と http://b.example/x と www.c.example", 3),
        ("hxxp://a.example hxxps://b.example ｈｔｔｐ：／／ｃ．ｅｘａｍｐｌｅ／", 3),
        ("https://www.city.chofu.lg.jp/a https://city.chofu.lg.jp/b", 0),
        ("https://attacker-city.chofu.lg.jp.evil.example/", 1),
        ("https://xcity.chofu.lg.jp/", 1),
        ("https://[broken", 1),
        ("http は通信のことばです", 0),
    ],
)
def test_links_are_counted_by_their_site(text: str, number: int) -> None:
    assert len(links.find(text, most=0, uncounted=["city.chofu.lg.jp"])) == number


def test_only_more_links_than_allowed_are_too_many() -> None:
    text = "https://a.example https://b.example"
    assert links.find(text, most=2, uncounted=[]) == []
    assert links.find(text, most=1, uncounted=[]) == ["a.example", "b.example"]


def test_speed_and_repetition() -> None:
    assert too_fast.find(5, most=5) == []
    assert too_fast.find(6, most=5) == ["6件"]
    old = ["公園に木陰のあるベンチがほしいです", "図書館の開館時間を延ばしてほしい"]
    assert repeated.find("公園に木陰のあるベンチがほしいです。", old, least=0.9)
    assert repeated.find("公園にトイレがほしいです", old, least=0.9) == []
    assert repeated.find("あ", ["あ"], least=1.0) == ["100%"]
    assert repeated.find("あ", [], least=0.1) == []


LONG = ["a" * 100_000, " " * 100_000, "<" * 100_000, "(" * 100_000, "http://" * 14_000, "ば" * 100_000, "ば★" * 50_000,
        "www." * 25_000, "ばか" * 50_000]  # fmt: skip


@pytest.mark.parametrize("text", LONG)
@pytest.mark.parametrize(
    "look",
    [
        lambda text: ng_words.find(
            text, ng_words.WordList.read("\n".join(f"ばか{n}" for n in range(200)) + "\n!ばかり")
        ),
        lambda text: links.find(text, most=1, uncounted=["a.example"]),
        lambda text: repeated.find(text[:2000], [text[:2000]] * 50, least=0.99),
    ],
    ids=["ng_words", "links", "repeated"],
)
def test_no_text_stalls_a_rule(look: Callable[[str], list[str]], text: str) -> None:
    started = time.process_time()
    look(text)
    assert time.process_time() - started < 1.0
