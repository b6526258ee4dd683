"""The rules by which words are read, one by one; their quality on whole sentences is in test_text.py."""

import pytest

from apps.analysis.kana import kana_words
from apps.analysis.text import Lexicon, keywords
from apps.analysis.tokens import compounds
from tests.analysis.quality import first_lexicon


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return first_lexicon()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("席が足りない", ["席", "足りない"]),
        ("席が足りていませんでした", ["席", "足りない"]),
        ("サイトが使いにくい", ["サイト", "使いにくい"]),
        ("説明がわからなかった", ["説明", "わからない"]),
        ("車いすで通れません", ["車いす", "通れない"]),
        ("案に賛成できない", ["案", "賛成できない"]),
        ("案に賛成はできません", ["案", "賛成できない"]),
        ("窓口を利用することができない", ["窓口", "利用できない"]),
        ("道を渡ることができません", ["道", "渡れない"]),
        ("意見が反映されていない", ["意見", "反映されない"]),
        ("夜道は安全ではありません", ["夜道", "安全でない"]),
        ("問題はありません", ["問題ない"]),
        ("橋を渡りきれない", ["橋", "渡りきれない"]),
        ("家賃は高くない", ["家賃", "高くない"]),
        ("先生が話を聞いてくれない", ["先生", "話", "聞かない"]),
        ("夜は歩きたくない", ["夜", "歩きたくない"]),
        ("八割の基準に達していない", ["基準", "達しない"]),
        ("趣旨に反しない", ["趣旨", "反しない"]),
        ("書類を出さない", ["書類", "出さない"]),
        ("古い木を愛さない", ["古い", "木", "愛さない"]),
    ],
)
def test_a_negated_word_never_counts_for_its_opposite(text: str, words: list[str], lexicon: Lexicon) -> None:
    assert keywords(text, lexicon) == words


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("街灯を増やさなければならない", "増やす"),
        ("街灯を増やさないといけない", "増やす"),
        ("街灯を増やしてくれませんか", "増やす"),
        ("街灯を増やせないでしょうか", "増やす"),
    ],
)
def test_a_request_in_the_negative_is_no_negation(text: str, word: str, lexicon: Lexicon) -> None:
    assert keywords(text, lexicon) == ["街灯", word]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ここで遊べて泳げて焼ける", ["遊ぶ", "泳ぐ", "焼ける"]),
        ("場所を見つけて片付けて知らせる", ["場所", "見つける", "片付ける", "知らせる"]),
        ("子どもに習わせる", ["子ども", "習う"]),
    ],
)
def test_a_potential_form_counts_for_its_verb(text: str, words: list[str], lexicon: Lexicon) -> None:
    assert keywords(text, lexicon) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("騒音の問題と違いと間違い", ["騒音", "問題", "違い", "間違い"]),
        ("スマートなアリーナと西町とマイナンバー", ["スマート", "アリーナ", "西町", "マイナンバー"]),
        ("アンケート結果と開館時間と災害時", ["アンケート結果", "開館時間", "災害時"]),
        ("自動運転技術と再生可能エネルギーの導入", ["自動運転", "技術", "再生可能エネルギー", "導入"]),
        ("防災行政無線と男女共同参画", ["防災行政無線", "男女共同参画"]),
        ("女性専用スペース", ["女性", "専用スペース"]),
        ("議会基本条例と適応指導教室", ["議会基本条例", "適応指導教室"]),
        ("公契約条例の適用", ["公契約条例", "適用"]),
        ("生活困窮世帯", ["生活", "困窮世帯"]),
        ("日よけが少ない", ["日よけ", "少ない"]),
        ("電動キックボードのレンタルスペース", ["電動キックボード", "レンタルスペース"]),
        ("サービスの質向上", ["サービス", "質", "向上"]),
        ("通ったあとカラスが騒ぐ", ["通る", "カラス", "騒ぐ"]),
        ("餌やりと草むしりとボール遊びが好き", ["餌やり", "草むしり", "ボール遊び", "好き"]),
        ("野川沿いと国領駅の休み時間", ["野川沿い", "国領駅", "休み時間"]),
        ("お客任せと人任せ", ["お客任せ", "人任せ"]),
    ],
)
def test_nouns_are_joined_as_people_say_them(text: str, words: list[str], lexicon: Lexicon) -> None:
    assert keywords(text, lexicon) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("こうえんに ぶらんこが ほしいです。", ["公園", "ブランコ"]),
        ("がっこうの ひるやすみが みじかい。", ["学校", "昼休み", "短い"]),
        ("びょういんの かんばんが よめません", ["病院", "看板", "読めない"]),
        ("わたしは あるく みちが こわい", ["歩く", "道", "怖い"]),
        ("クーラーがないから、たいいくかんがあつい。", ["クーラー", "体育館", "暑い"]),
        ("子どもの よぼうせっしゅの 説明", ["子ども", "予防接種", "説明"]),
    ],
)
def test_words_written_in_kana_are_the_words_they_are(text: str, words: list[str], lexicon: Lexicon) -> None:
    assert keywords(text, lexicon) == words


def test_kana_spellings_are_for_texts_in_kana_alone(lexicon: Lexicon) -> None:
    assert keywords("公園で遊具のはしを持つ係を決めた", lexicon)[:2] == ["公園", "遊具"]
    assert "橋" not in keywords("図書館前の道路工事期間中、歩道のはしを歩いた", lexicon)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("IoTとiotとIOT", ["IoT"]),
        ("paypayとPayPay", ["PayPay"]),
        ("youtubeとLGBTQとcovid-19", ["YouTube", "LGBTQ", "COVID-19"]),
        ("The bus is too late and we need more", ["BUS", "LATE"]),
        ("楽しいwww草 公園だったw（笑）", ["楽しい", "公園"]),
        ("（株）調布サービスと㈱", ["調布サービス"]),
        ("#公園 ＃まちづくり", ["公園", "まちづくり"]),
        ("交流を通じて、少子化に伴い、教えてくださる", ["交流", "少子化", "教える"]),
        ("わしの遊ぶとこ", ["遊ぶ"]),
    ],
)
def test_spelling_and_grammar(text: str, words: list[str], lexicon: Lexicon) -> None:
    assert keywords(text, lexicon) == words


def test_no_verb_is_made_of_kanji_without_kana() -> None:
    assert "去る" not in keywords("我想去公园", Lexicon())


def test_words_that_carry_a_complaint_are_counted(lexicon: Lexicon) -> None:
    assert keywords("坂が多く、席が少なく、保育園に入れない", lexicon) == [
        "坂",
        "多い",
        "席",
        "少ない",
        "保育園",
        "入れない",
    ]


def test_the_lists_hold_each_word_once() -> None:
    assert len(compounds()) == len(set(compounds())) > 700
    assert all(len(reading) > 1 for readings in kana_words().nouns.values() for reading in readings)
    assert kana_words().inflected["あそぶ", "五段"] == "遊ぶ"
