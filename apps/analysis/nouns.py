"""Join nouns to the words that people say: affixes glued, neighbours joined, long runs cut. Knows no Django."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.analysis.spelling import listed
from apps.analysis.tokens import Token

JOINING = {"一般", "サ変接続", "形容動詞語幹", "固有名詞", "ナイ形容詞語幹"}
JOINED_AT_MOST = 2
NAME_UNITS = 3  # of a name, or of a pair with one letter before it (公契約条例)
LONGEST_RUN = 4  # nouns; where a longer run would be cut is anybody's guess
ADVERBIAL = "副詞可能"
# Nouns of time that say what a voice is about; the others (今後, 結局, 一部) only say when or how much.
TIMES = listed("""
    平日 休日 週末 土曜 日曜 土曜日 日曜日 月曜日 火曜日 水曜日 木曜日 金曜日 朝 早朝 昼 お昼 昼間 昼休み 夕方 夜
    夜間 夜中 真夜中 深夜 夕暮れ 朝夕 冬季 冬期 真夏 真冬 初夏 年末 新年 月末 将来 生涯 日常 時間 長期 長時間
    短時間 長期間 古代 中世 現代 戦時 戦後 産後 死後 老後 術後 陸路 空路 道中 全日 終日 半額 少量 津々浦々 世界一
    席上 満面 春先 車中 全体 春夏秋冬
    """)
DROPPED_PREFIXES = {"ご", "御", "お", "各", "当", "本", "同", "約", "第", "毎", "貴", "某"}
DROPPED_SUFFIXES = {
    "たち", "達", "さん", "様", "さま", "ら", "等", "方々", "ごと", "毎", "氏", "君", "くん", "ちゃん", "殿", "内", "中", "上",
    "向け", "がた", "ども", "自身", "自体", "以外", "以内", "以上", "以下", "側", "ぶり", "だらけ", "づけ", "用",
}  # fmt: skip
PERSON_SUFFIXES = {"さん", "氏", "様", "さま", "君", "くん", "ちゃん", "先生", "議員", "市長", "知事", "選手"}
PLACE_ENDS = ("町", "丁目", "台", "丘", "橋", "坂", "村", "島", "浜", "沼", "池")
PLACES = {
    "駅",
    "町",
    "通り",
    "橋",
    "店",
    "線",
    "公園",
    "地区",
    "小学校",
    "中学校",
    "図書館",
    "団地",
    "商店街",
    "沿い",
    "周辺",
    "方面",
    "駅前",
}
TAKEN_BY_OWN = {
    "駅",
    "町",
    "線",
    "通り",
    "橋",
    "沿い",
    "店",
    "者",
    "時",
    "性",
    "化",
    "率",
    "員",
    "費",
    "料",
    "代",
    "症",
    "型",
    "館",
    "園",
    "課",
}
LAST_PARTS = {
    "時間",
    "結果",
    "全体",
    "時期",
    "当日",
    "期間",
    "途中",
}  # nouns of time that end compounds: 開館時間, 投票結果


# What is called by a whole name: 議会基本条例, スポーツ推進計画, 適応指導教室.
NAMED = listed("""
    条例 計画 制度 法 憲章 要綱 指針 戦略 プラン ビジョン 構想 宣言 協定 協議会 審議会 委員会 連絡会 教室 センター システム 基金
    """)


@dataclass
class Unit:
    """A noun with its affixes, before neighbours are joined."""

    text: str
    start: int
    end: int
    joins: bool
    is_own: bool = False
    is_compound: bool = False
    minor: str = "一般"  # part of speech of its last noun


def is_noun(token: Token) -> bool:
    """Return True for nouns that may be words or parts of words."""
    return token.kind[0] == "名詞" and token.kind[1] in {"接尾", ADVERBIAL, *JOINING}


def is_katakana(word: str) -> bool:
    """Return True if a word is written in katakana."""
    return all("ァ" <= letter <= "ヺ" or letter in "ー・" for letter in word)


def is_person(tokens: list[Token], at: int) -> bool:
    """Return True for the name of a person; False for what the dictionary only knows as one (スマート, 西町, 柴崎駅)."""
    token = tokens[at]
    if token.kind[2] != "人名":
        return False
    following = tokens[at + 1] if at + 1 < len(tokens) and tokens[at + 1].start == token.end else None
    if following is not None and (following.surface in PERSON_SUFFIXES or following.kind[2] == "人名"):
        return not is_katakana(token.surface + following.surface)
    if at and tokens[at - 1].kind[2] == "人名" and tokens[at - 1].end == token.start:
        return not is_katakana(tokens[at - 1].surface)
    if is_katakana(token.surface) or (len(token.surface) > 1 and token.surface.endswith(PLACE_ENDS)):
        return False
    return following is None or following.surface not in PLACES


def glue(suffix: Token, unit: Unit) -> bool:
    """Return True if a suffix belongs to the word: 高齢者, 多様性, 災害時, but not 市民たち."""
    if suffix.surface in DROPPED_SUFFIXES or suffix.kind[2] in {"人名", "助数詞", "助動詞語幹"}:
        return False
    if suffix.kind[2] == ADVERBIAL:
        return suffix.surface == "時" and not unit.is_own
    return not unit.is_own or suffix.surface in TAKEN_BY_OWN or suffix.kind[2] == "地域"


def words_of(run: list[Unit]) -> Iterator[Unit]:
    """Yield the words of a run of nouns: known words (of the city, compounds) by themselves, two neighbours as one."""
    part: list[Unit] = []
    for unit in run:
        if unit.is_own or unit.is_compound:
            yield from _joined(part)
            yield unit
            part = []
        else:
            part.append(unit)
    yield from _joined(part)


def _joined(run: list[Unit]) -> Iterator[Unit]:
    """Yield a run in pairs from its end, since the last word of a compound is mostly what the one before specifies."""
    if len(run) > LONGEST_RUN:
        yield from run
        return
    if len(run) == NAME_UNITS and (run[-1].text in NAMED or len(run[0].text) == 1):
        yield Unit("".join(unit.text for unit in run), run[0].start, run[-1].end, True, minor=run[-1].minor)
        return
    first = len(run) % JOINED_AT_MOST
    yield from run[:first]
    for at in range(first, len(run), JOINED_AT_MOST):
        pair = run[at : at + JOINED_AT_MOST]
        if _is_one_word(*pair):
            yield Unit(pair[0].text + pair[1].text, pair[0].start, pair[1].end, True, minor=pair[1].minor)
        else:
            yield from pair


def _is_one_word(first: Unit, second: Unit) -> bool:
    """Return False where two neighbours only happen to stand together: 質 and 向上, ふりがな and お願い."""
    if first.text == second.text or second.text.startswith(("お", "ご", "御")):
        return False
    return not (len(first.text) == 1 and second.minor == "サ変接続")
