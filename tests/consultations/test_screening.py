"""What the portal looks for in a text by itself: evasions are found, harmless words are not, a long text stalls nothing."""

import time
from collections.abc import Callable

import pytest

from apps.consultations.screening import links, ng_words, personal, repeated, same_text, too_fast

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


PERSONAL = {
    personal.PHONE: [
        "090-1234-5678", "０９０ー１２３４ー５６７８", "09012345678", "042-481-0000", "042(481)0000", "電話481-0000",
        "TEL：042 481 0000", "+81 90-1234-5678", "〇九〇の一二三四の五六七八", "090の1234の5678", "0120-000-000",
        "０４２−４８１−００００", "090・1234・5678", "090.1234.5678",
        "090 - 1234 - 5678", "０９０　－　１２３４　－　５６７８", "090_1234_5678", "090\u200b1234\u200b5678",
        "+81 (0)90-1234-5678", "(042)481-0000", "090 1234 5678まで",
    ],
    personal.MAIL: [
        "a.b@example.com", "ａ＠ｅｘａｍｐｌｅ．ｃｏｍ", "foo(at)example.com", "fooアットマークdocomo.ne.jp", "foo@example dot com",
        "foo\u200b@example.com", "foo@例え.jp",
    ],
    personal.PLACE: [
        "小島町2-35-2", "小島町２丁目３５番地１", "二丁目三番五号", "国領町3の8の15", "35番地", "12番3号", "203号室",
        "仙川町1-2-3 ハイツ", "多摩川1丁目2-3", "深大寺元町5-1-1", "柴崎1－2－3", "小島町2 - 35 - 2",
    ],
}  # fmt: skip
IMPERSONAL = [
    "2026-11-25", "令和8年11月25日", "平成30-11-25", "17:00から", "2丁目の公園", "予算は1,000,000円", "0.5パーセント", "10時30分",
    "1〜3歳", "https://example.com/2026/11/25", "C26-0043", "第2条第3項", "100-200-300", "午前9時〜12時", "公園@調布",
    "2023-2027年度", "0歳から100歳まで", "人口 240,000 人", "三丁目", "1番2番", "計画 2023-4-1", "0時から1時、2時から3時",
    "2025-01-02 - 2026-03-04", "08.30 - 17.15",
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in PERSONAL.items() for text in texts])
def test_what_looks_like_personal_data_is_found_and_not_repeated(kind: str, text: str) -> None:
    assert personal.find(f"連絡は{text}へ") == [f"{kind}らしい文字列1か所"]


@pytest.mark.parametrize("text", IMPERSONAL)
def test_what_only_has_numbers_is_not(text: str) -> None:
    assert personal.find(text) == []


def test_numbers_and_sites_of_the_city_are_not_counted() -> None:
    own = ["042-481-7111", "city.chofu.lg.jp", "小島町2-35-1"]
    assert personal.find("市役所（小島町２ー３５ー１、０４２（４８１）７１１１、koho@w2.city.chofu.lg.jp）", own) == []
    assert personal.find("090-1111-2222 と a@notcity.chofu.lg.jp.example", own, least=2)
    assert personal.find("090-1111-2222", own, least=2) == []


def test_the_same_text_of_others_is_named_and_a_short_one_is_not() -> None:
    text = "公園の木をもっと増やしてほしいです。日陰が少なすぎます。"
    others = [("C26-0001", "公園の木をもっと増やしてほしいです  日陰が少なすぎます"), ("C26-0002", "ちがう文")]
    assert same_text.find(text, others, letters=20) == ["1件（C26-0001）"]
    assert same_text.find("賛成です", [("C26-0001", "賛成です")], letters=20) == []
    assert same_text.find(text, [(str(n), text) for n in range(7)], letters=20) == ["7件（0、1、2、3、4ほか）"]


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
        lambda text: personal.find(text[:20_000]),
        lambda text: same_text.find(text, [("C", text)] * 3, letters=20),
    ],
    ids=["ng_words", "links", "repeated", "personal", "same_text"],
)
def test_no_text_stalls_a_rule(look: Callable[[str], list[str]], text: str) -> None:
    started = time.process_time()
    look(text)
    assert time.process_time() - started < 1.0
