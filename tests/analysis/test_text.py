"""Which words a text is read as having: quality on labelled sentences, places in the text, threads, hostile texts."""

import threading

import pytest

from apps.analysis.text import LONGEST_TEXT, Lexicon, Reader, WrongThread, is_word, keywords, normalise, reader_for
from tests.analysis.quality import first_lexicon, score, score_of, voices

# Reached on hand-labelled sentences; a change of rules or dictionary may not fall below.
REACHED = {"seen": (0.97, 0.96), "held": (0.94, 0.94)}
PEOPLE = {
    ("citizen", "seen"): 0.98, ("citizen", "unseen"): 0.95, ("child", "seen"): 0.98, ("child", "unseen"): 0.92,
    ("nonnative", "seen"): 0.98, ("nonnative", "unseen"): 0.97, ("formal", "seen"): 0.98, ("formal", "unseen"): 0.92,
}  # fmt: skip


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return first_lexicon()


@pytest.mark.parametrize("half", ["seen", "held"])
def test_quality_does_not_fall(half: str, lexicon: Lexicon) -> None:
    reached = score(half, lexicon)
    assert reached.sentences == 33
    assert reached.precision >= REACHED[half][0]
    assert reached.recall >= REACHED[half][1]


@pytest.mark.parametrize(("kind", "half"), PEOPLE)
def test_quality_does_not_fall_for_anybody(kind: str, half: str, lexicon: Lexicon) -> None:
    """Citizens, children, who learns Japanese and who writes officially: F of what each writes."""
    assert score_of(voices(kind, half), lexicon).f >= PEOPLE[kind, half]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("田園調布と上布田と布田", ["田園調布", "上布田", "布田"]),
        ("ｽﾏﾎ教室が欲しい", ["スマートフォン", "教室"]),
        ("障がいのある人の居場所", ["障がい", "居場所"]),
        ("見守りネットワークと子育て世代", ["見守りネットワーク", "子育て世代"]),
        ("調布スマートシティ協議会", ["調布スマートシティ協議会"]),
        ("こどもと子供と子ども", ["子ども"]),
        ("多世代が集える、防犯力の高い街", ["多世代", "集う", "防犯力", "高い", "まち"]),
        ("ちょうふliqlidとちょうふLIQLID", ["ちょうふLiqlid"]),
        ("（子ども元気！）", ["子ども元気"]),
        ("https://example.jp/kouen?x=1 と someone@example.jp", []),
        ("つつじヶ丘とつつじケ丘", ["つつじケ丘"]),
    ],
)
def test_words_are_what_people_say(text: str, words: list[str], lexicon: Lexicon) -> None:
    assert keywords(text, lexicon) == words


def test_a_word_of_the_city_never_tears_a_longer_one_apart() -> None:
    own = (("スマートシティ", "noun"), ("調布スマートシティ協議会", "noun"), ("布田", "place"))
    assert keywords("調布スマートシティ協議会", Lexicon(own)) == ["調布スマートシティ協議会"]
    assert keywords("上布田の田園調布店", Lexicon((*own, ("上布田", "place"))))[0] == "上布田"
    short = Lexicon((("図書", "noun"), ("京都", "place")))
    assert keywords("図書館と東京都と図書", short) == ["図書館", "東京都", "図書"], "nor one that the city never named"
    assert keywords("田園調布から調布へ", Lexicon((("調布", "place"),))) == ["田園調布", "調布"]


def test_names_of_persons_are_no_words_and_a_long_text_is_read_to_its_bound() -> None:
    assert keywords("山田太郎さんの公園と佐藤さんの畑", Lexicon()) == ["公園", "畑"]
    assert max(use.end for use in Reader().read("公園、" * LONGEST_TEXT)) == LONGEST_TEXT


def test_places_are_counted_in_the_text_as_typed() -> None:
    text = "①ｶﾞｲﾄﾞと㌔の公園"
    uses = {use.term: text[use.start : use.end] for use in Reader().read(text)}
    assert uses["ガイド"] == "ｶﾞｲﾄﾞ"
    assert uses["公園"] == "公園"


def test_normalising_keeps_a_place_for_every_letter() -> None:
    plain, places = normalise("ｶﾞ㌔!")
    assert plain == "ガキロ！"
    assert places == [0, 2, 2, 3, 4]


HOSTILE = [
    "あ" * 10_000,
    "w" * 10_000,
    "😀👨‍👩‍👧🎉" * 300,
    "!#$%&'()=~|{}`*+?><,./\\;:]@[^-" * 60,
    "ｱｶﾞﾊﾟﾝ" * 400,
    "مرحبا بالعالم שלום עולם",
    "\u202eevil\u2066 公園 \u200b\u200d",
    "aあア亜𠮷ｱ1１①Ⅳ㍻♪" * 100,
    "",
    " \n\u3000\n ",
    "\ud83d",
    "\x00\x01",
    "か\u3099き\u3099" * 500,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_breaks_the_reader(text: str, lexicon: Lexicon) -> None:
    uses = reader_for(lexicon.own_words).read(text)
    for use in uses:
        assert 0 <= use.start < use.end <= len(text)
        assert is_word(use.term)
    assert reader_for(lexicon.own_words).read("公園のベンチ")[0].term == "公園"


def test_runs_and_symbols_are_no_words() -> None:
    assert [word for word in ("あああ", "ｗ", "wwww", "1234", "♪♪", "か", "心", "公園", "x" * 31) if is_word(word)] == [
        "心",
        "公園",
    ]


def test_a_reader_refuses_another_thread() -> None:
    """janome's Tokenizer, shared, gives wrong words in silence."""
    reader, refused = Reader(), []

    def other() -> None:
        try:
            reader.read("公園")
        except WrongThread as error:
            refused.append(error)

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert refused


def test_threads_with_readers_of_their_own_agree(lexicon: Lexicon) -> None:
    texts = [f"公園{n}丁目の図書館で子どもが遊び、高齢者が交流する場をつくる。" for n in range(60)]
    expected = [keywords(text, lexicon) for text in texts]
    found: dict[int, list[list[str]]] = {}

    def read(number: int) -> None:
        found[number] = [keywords(text, lexicon) for text in texts]

    threads = [threading.Thread(target=read, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(found[number] == expected for number in range(4))
