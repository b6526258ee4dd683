"""Check for personal data (個人情報らしい文字列): telephone numbers, e-mail addresses and house numbers. Knows no Django.

Found in whatever width and with whatever signs between the digits they are typed. Numbers of the city's own that may
stand in a text are `uncounted`: given as they are written, they are told by their digits (an address by its site).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from apps.core.text import UNSEEN

PHONE, MAIL, PLACE = "電話番号", "メールアドレス", "番地・部屋番号"
DASH = r"[-‐-―−ー－ｰ–~〜・.．_()（）の \u3000]"
GAP = f"{DASH}{{0,3}}"  # a dash with a blank on both sides
HYPHEN = r"\s?[-‐-―−ー－ｰ–の]\s?"
DIGIT = r"[\d〇一二三四五六七八九]"
PHONES = re.compile(
    rf"(?<![\d.])(?<!\d[-‐-―−–])(?:\+81{GAP}(?:0{GAP})?[1-9]|0[1-9])(?:{GAP}\d){{7,9}}(?!\d)"
    rf"|(?<!{DIGIT})〇[一二三五七八九](?:{GAP}[〇一二三四五六七八九]){{8,9}}(?!{DIGIT})"
)
LOCAL = re.compile(
    rf"(?:電話|でんわ|携帯|ケータイ|けいたい|tel|fax|ファクス)[^\d\n]{{0,6}}(\d{{2,4}}{DASH}{{1,3}}\d{{4}})(?!\d)"
)
AT = r"\s?(?:@|\(at\)|\[at\]|<at>|アットマーク|あっとまーく)\s?"
MAILS = re.compile(rf"[a-z0-9._%+-]{{1,64}}{AT}((?:[\w-]{{1,63}}(?:\.|\s?(?:ドット|dot)\s?)){{1,4}}[a-z]{{2,20}})")
PLACES = re.compile(
    rf"{DIGIT}{{1,4}}丁目の?{DIGIT}{{1,4}}(?:番地?|{DASH}){DASH}?{DIGIT}{{0,4}}"
    rf"|{DIGIT}{{1,4}}番地(?:{DASH}?{DIGIT}{{1,4}})?"
    rf"|{DIGIT}{{1,4}}番{DIGIT}{{1,4}}号"
    rf"|(?<=[町台丘島田野川山原谷里沢瀬堂給崎寺地水])\d{{1,2}}{HYPHEN}\d{{1,3}}{HYPHEN}\d{{1,4}}(?!\d)"
    r"|(?<!\d)\d{2,4}号室"
)
KANJI = {ord(kanji): str(number) for number, kanji in enumerate("〇一二三四五六七八九")}


def kinds(text: str, uncounted: Iterable[str] = ()) -> Counter[str]:
    """Return how many strings of each kind stand in the text."""
    plain = unicodedata.normalize("NFKC", UNSEEN.sub("", text)).casefold()
    known = {unicodedata.normalize("NFKC", line).casefold().strip() for line in uncounted}
    digits = {_digits(line) for line in known} - {""}
    phones = [match.group() for match in PHONES.finditer(plain)]
    phones += [match.group(1) for match in LOCAL.finditer(plain) if not PHONES.search(match.group())]
    places = [match.group() for match in PLACES.finditer(plain) if not PHONES.fullmatch(match.group())]
    mails = [match.group(1) for match in MAILS.finditer(plain)]
    return Counter(
        [PHONE for found in phones if _digits(found) not in digits]
        + [MAIL for site in mails if not any(site == own or site.endswith(f".{own}") for own in known)]
        + [PLACE for found in places if _digits(found) not in digits]
    )


def find(text: str, uncounted: Iterable[str] = (), *, least: int = 1) -> list[str]:
    """Return what was found, by kind and number, when there are `least` or more; never the strings themselves."""
    found = kinds(text, uncounted)
    return [f"{kind}らしい文字列{n}か所" for kind, n in found.items()] if found.total() >= least else []


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text.translate(KANJI).replace("+81", "0"))
