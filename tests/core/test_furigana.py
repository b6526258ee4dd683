"""Readings of words and numbers, and where a page shows them."""

import threading

import pytest

from apps.core.furigana import FuriganaReader, align
from apps.core.ruby import Text, add_ruby, to_html

CITY = [("布田", "ふだ"), ("入間町", "いりまちょう"), ("市", "し")]


@pytest.fixture(scope="module")
def reader() -> FuriganaReader:
    return FuriganaReader(CITY)


def written(reader: FuriganaReader, text: str, number: str = "") -> str:
    return "".join(f"{letters}({kana})" if kana else letters for letters, kana in reader.read(text, number))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("届けられた意見", "届(とど)けられた意見(いけん)"),
        ("取り組みの手続", "取(と)り組(く)みの手続(てつづき)"),
        ("登録のない方も", "登録(とうろく)のない方(かた)も"),
        ("調査を行った。", "調査(ちょうさ)を行(おこな)った。"),
        ("駅に行った。", "駅(えき)に行(い)った。"),
        ("他の人", "他(ほか)の人(ひと)"),
        ("日本の町", "日本(にほん)の町(まち)"),
        ("布田と入間町と都市", "布田(ふだ)と入間町(いりまちょう)と都市(とし)"),
        ("市の考えとその後", "市(し)の考(かんが)えとその後(ご)"),
        ("異議の申立て、全6件、〇", "異議(いぎ)の申立(もうした)て、全(ぜん)6件(けん)、〇"),
        ("かなだけ、ABC", "かなだけ、ABC"),
    ],
)
def test_words_are_read_and_kana_stay_outside(reader: FuriganaReader, text: str, read: str) -> None:
    assert written(reader, text) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("残り3日です", "残(のこ)り3日(みっか)です"),
        ("１０日まで", "１０日(とおか)まで"),
        ("1月1日", "1月(がつ)1日(ついたち)"),
        ("1日1回", "1日(いちにち)1回(かい)"),
        ("12日間", "12日(にち)間(かん)"),
        ("20歳以上", "20歳(さい)以上(いじょう)"),
        ("令和8年11月25日（水）", "令和(れいわ)8年(ねん)11月(がつ)25日(にち)（水(すい)）"),
        ("1人、2人、3人", "1人(ひとり)、2人(ふたり)、3人(にん)"),
        ("2分、10分", "2分(ふん)、10分(ぷん)"),
        ("1,000字以内", "1,000字(じ)以内(いない)"),
        ("2か月", "2か月(げつ)"),
        ("4年生", "4年生(ねんせい)"),
        ("3部会", "3部会(ぶかい)"),
    ],
)
def test_numbers_are_read_with_their_counters(reader: FuriganaReader, text: str, read: str) -> None:
    assert written(reader, text) == read


def test_a_counter_behind_another_element_is_read_with_its_number(reader: FuriganaReader) -> None:
    assert [written(reader, "日", number) for number in ("3", "12", "20", "1")] == [
        "日(か)",
        "日(にち)",
        "日(か)",
        "日(にち)",
    ]
    assert written(reader, "人が参加", "1") == "人(り)が参加(さんか)"


def test_a_reading_that_does_not_fit_stands_over_the_whole_word() -> None:
    assert align("今日", "キョウ") == (("今日", "きょう"),)
    assert align("食べ物", "キョウ") == (("食べ物", "きょう"),)
    assert align("緑ケ丘", "ミドリガオカ") == (("緑ケ丘", "みどりがおか"),)
    assert align("𠮟責", "") == (("𠮟責", ""),)


def test_threads_read_the_same_as_one_alone(reader: FuriganaReader) -> None:
    texts = [f"第{n}回の市民会議で、調布市の公園について{n}件の意見を聴きました。" for n in range(60)]
    alone = [FuriganaReader(CITY).read(text) for text in texts[:20]]
    found: dict[int, list[object]] = {}
    threads = [
        threading.Thread(target=lambda n=n: found.update({n: [reader.read(text) for text in texts]})) for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(found[n][:20] == alone for n in range(4))


def page(html: str, *, is_japanese: bool = True) -> str:
    asked: list[list[Text]] = []

    def read(texts: list[Text]) -> dict[Text, str]:
        asked.append(texts)
        return {text: to_html(((text[0], f"{text[1]}よ"),)) for text in texts}

    made = add_ruby(html, read, is_japanese=is_japanese)
    assert len(asked) <= 1
    return made.replace("<span><ruby>", "[").replace("</ruby></span>", "]").replace("<rt>", "|").replace("</rt>", "")


@pytest.mark.parametrize(
    ("html", "made"),
    [
        ("<h1> 公園 </h1>", "<h1> [公園|よ] </h1>"),
        ('<p dir="auto">公園<b>川</b></p><p>川</p>', '<p dir="auto">公園<b>川</b></p><p>[川|よ]</p>'),
        ("<title>公園</title><textarea>川</textarea><option>川</option>", None),
        ("<svg><text>川</text></svg><pre>川</pre><code>川</code><template><p>川</p></template>", None),
        ('<p translate="no">川</p><script>"川"</script><!-- 川 --><input value="川" aria-label="川">', None),
        ("<ruby>川<rt>かわ</rt></ruby>", "<ruby>川|かわ</ruby>"),
        ('<p lang="en">川</p><p lang="ja">川</p>', '<p lang="en">川</p><p lang="ja">[川|よ]</p>'),
        ("残り<b>3</b>日<p>日</p>", "[残り|よ]<b>3</b>[日|3よ]<p>[日|よ]</p>"),
        ('<a title="a>川" href="/x">川</a>', '<a title="a>川" href="/x">[川|よ]</a>'),
        ("<p>川<br>川</p></b>川", "<p>[川|よ]<br>[川|よ]</p></b>[川|よ]"),
    ],
)
def test_only_official_lines_of_text_are_read(html: str, made: str | None) -> None:
    assert page(html) == (made or html)


def test_a_page_in_another_language_has_readings_over_its_japanese_only() -> None:
    assert page('<html lang="en"><p>川 <span lang="ja">川</span></p></html>') == (
        '<html lang="en"><p>川 <span lang="ja">[川|よ]</span></p></html>'
    )
    assert page("<p>川</p>", is_japanese=False) == "<p>川</p>"
