"""Read numbers with their counters: 3日 みっか, 10分 ぷん, 1人 ひとり. Plain Python, for `core.furigana`."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

DIGITS = r"[0-9０-９]+(?:[,，.．][0-9０-９]+)*"
DAYS = {
    1: "いちにち", 2: "ふつか", 3: "みっか", 4: "よっか", 5: "いつか", 6: "むいか", 7: "なのか", 8: "ようか", 9: "ここのか",
    10: "とおか", 14: "じゅうよっか", 20: "はつか", 24: "にじゅうよっか",
}  # fmt: skip
PEOPLE = {1: "ひとり", 2: "ふたり"}
COUNTERS = {
    "日": "にち", "人": "にん", "年": "ねん", "年度": "ねんど", "年生": "ねんせい", "年代": "ねんだい", "月": "がつ",
    "週": "しゅう", "時": "じ", "分": "ふん", "秒": "びょう", "歳": "さい", "才": "さい", "名": "めい", "件": "けん", "回": "かい",
    "個": "こ", "番": "ばん", "号": "ごう", "条": "じょう", "項": "こう", "点": "てん", "円": "えん", "万": "まん", "億": "おく",
    "割": "わり", "倍": "ばい", "位": "い", "版": "はん", "期": "き", "本": "ほん", "枚": "まい", "通": "つう", "票": "ひょう",
    "校": "こう", "園": "えん", "社": "しゃ", "者": "しゃ", "団体": "だんたい", "世帯": "せたい", "丁目": "ちょうめ",
    "番地": "ばんち", "文字": "もじ", "字": "じ", "語": "ご", "行": "ぎょう", "章": "しょう", "節": "せつ", "部": "ぶ",
    "課": "か", "段階": "だんかい", "階": "かい", "代": "だい", "種類": "しゅるい", "項目": "こうもく", "案": "あん", "問": "もん",
    "分野": "ぶんや", "視点": "してん", "か月": "げつ", "カ月": "げつ", "ヶ月": "かげつ", "ケ月": "かげつ", "箇月": "かげつ",
    "か所": "しょ", "カ所": "しょ", "ヶ所": "かしょ", "箇所": "かしょ", "つ": "",
}  # fmt: skip
# What may follow a counter and be read with it; words that may follow and are read alone.
ENDINGS = {"後": "ご", "前": "まえ", "間": "かん", "目": "め", "中": "ちゅう", "内": "ない", "末": "まつ", "頃": "ごろ"}
FOLLOWERS = "以上|以下|以内|以降|以後|以前|未満|時点|現在|午前|午後|予定|公開|締切|開始|終了|"
_COUNTER = "|".join(sorted(COUNTERS, key=len, reverse=True))
KANJI = "\u3005-\u3007\u3400-\u9fff"
REST = f"(?P<counter>{_COUNTER})(?P<ending>[{''.join(ENDINGS)}]?)(?=(?:{FOLLOWERS[:-1]})|[^{KANJI}]|$)"
NUMBER = re.compile(f"(?P<number>{DIGITS})(?P<gap>[ \u00a0]?){REST}")
COUNTER = re.compile(REST)


@dataclass(frozen=True)
class Number:
    """A number with its counter: pieces of letters and reading, and where it ends in its text."""

    pieces: tuple[tuple[str, str], ...]
    end: int


def read_numbers(text: str) -> Iterator["str | Number"]:
    """Yield the counted numbers of a text, and what stands between them as it is."""
    at = 0
    for found in NUMBER.finditer(text):
        if found.start() > at:
            yield text[at : found.start()]
        is_date = text[: found.start()].rstrip().endswith("月")
        yield Number(_pieces(found["number"], found, is_date=is_date, gap=found["gap"]), found.end())
        at = found.end()
    if at < len(text):
        yield text[at:]


def read_counter(number: str, text: str) -> Number | None:
    """Return the counter at the beginning of a text whose number stands before it in another element (<b>3</b>日)."""
    found = COUNTER.match(text)
    return Number(_pieces(number, found, is_date=False, gap=None), found.end()) if found else None


def _pieces(number: str, found: re.Match[str], *, is_date: bool, gap: str | None) -> tuple[tuple[str, str], ...]:
    """Return number, counter and ending with their readings. gap: what stands between; None: the number is elsewhere."""
    digits = unicodedata.normalize("NFKC", number).replace(",", "")
    value = int(digits) if digits.isdigit() else -1
    counter, ending = found["counter"], found["ending"]
    whole = DAYS.get(value) if counter == "日" else PEOPLE.get(value) if counter == "人" else None
    if whole and is_date and value == 1:
        whole = "ついたち"
    last = (ending, ENDINGS.get(ending, ""))
    if whole and gap == "":
        parts = ((f"{number}{counter}", whole), last)
    else:
        reading = _sound(counter, value)
        if whole and gap is None:
            reading = {"日": "か", "人": "り"}[counter] if value > 1 or counter == "人" else reading
        kana = counter[0] if counter[0] in "かカ" else ""
        before = "" if gap is None else f"{number}{gap}"
        parts = ((before + kana, ""), (counter[len(kana) :], reading), last)  # type: ignore[assignment]
    return tuple(part for part in parts if part[0])


def _sound(counter: str, value: int) -> str:
    """Return a counter's reading after this number: 2分 ふん, 3分 ぷん; 1本 ぽん, 3本 ぼん."""
    end = value % 10
    if counter == "分":
        return "ぷん" if end in {0, 1, 3, 4, 6, 8} else "ふん"
    if counter in {"本", "票"} and end in {0, 1, 3, 6, 8}:
        soft, hard = {"本": ("ぼん", "ぽん"), "票": ("びょう", "ぴょう")}[counter]
        return soft if end == 3 else hard
    return "がい" if counter == "階" and end == 3 else COUNTERS[counter]
