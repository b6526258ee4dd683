"""Spell words as people write them most, and tell words from what is none. Knows no Django."""

import re
import unicodedata

from apps.core.text import UNSEEN

LONGEST_TERM = 30


def listed(words: str) -> frozenset[str]:
    """Return the words of a text that are parted by blanks."""
    return frozenset(words.split())


# One character with its combining marks: half-width kana carry their ゛ as a character of its own.
LETTER = re.compile(r".[\uff9e\uff9f\u3099\u309a\u0300-\u036f]*", re.DOTALL)
JAPANESE = "ぁ-ゖァ-ヺー一-鿿々！？。、）」"
# What is no part of the text's words: addresses, laughter (www草, （笑）), abbreviations of a company's form.
NO_WORDS = re.compile(
    r"https?://[!-~]+|[A-Za-z0-9_.+-]+@[A-Za-z0-9_-]+\.[A-Za-z0-9_.-]+"
    r"|(?<![A-Za-z])[wWｗＷ]{2,}草*(?![A-Za-z])"
    rf"|(?<=[{JAPANESE}])[wｗ]+草*(?![A-Za-z0-9])"
    r"|[(（](?:笑|泣|爆|汗|苦笑|株|有|社|財|一社|公財|一財|公社|福|NPO)[)）]|㈱|㈲"
)
# NFKC makes ！（） half-width, which the dictionary takes for words; full width parts words again.
FULL_WIDTH = {ord(c): chr(ord(c) + 0xFEE0) for c in "!\"#$%&'()*,/:;<=>?@[\\]^`{|}~"}
# Names that are written neither in capitals nor with one at the beginning.
USUAL = {
    word.casefold(): word
    for word in listed(
        "IoT PayPay YouTube COVID-19 LGBTQ LGBTQ+ Wi-Fi ChatGPT TikTok iPhone iPad SDGs McDonald GitHub LinkedIn eSports PDF"
        " Zoom LINE Suica PASMO Uber Google Apple Amazon Netflix Instagram Facebook Twitter Android Windows Excel Word"
        " PTA NPO NGO SNS AED BBQ EV AI ICT DX QR GPS CO2 PCR DIY DV ADHD HP PC TV NHK JR UR URL App Web Note Meet Teams"
    )
}
FUNCTION_WORDS = listed("""
    the and are was were not but for with from this that these those there here have has had you your yours our ours they them
    their she her him his its who what when where why how can could will would should may might must shall did does done been
    being too also very more most much many some any all each other another than then into onto over under about after before
    because very just only even still yet per via etc let get got make made want need like please thank thanks hello yes
    is am be to of in on at by or if as an it we my me us so no do go up a i
    """)


def normalise(text: str) -> tuple[str, list[int]]:
    """Return the text NFKC-normalised, and for each of its characters the place in the original text."""
    hidden = NO_WORDS.sub(lambda found: " " * len(found[0]), text)
    letters: list[str] = []
    places: list[int] = []
    for found in LETTER.finditer(hidden):
        letter = unicodedata.normalize("NFKC", UNSEEN.sub("", found[0])).translate(FULL_WIDTH)
        if "\ud800" <= letter[:1] <= "\udfff":  # half of a letter: no file and no dictionary can hold it
            letter = " "
        letters.append(letter)
        places.extend([found.start()] * len(letter))
    return "".join(letters), [*places, len(text)]


def spell(word: str) -> str:
    """Return the spelling by which a word is counted: NFKC; Latin words as they are written most (IoT, PayPay, LGBTQ).

    Of unknown ones, capitals inside a word stay (OpenData), up to four letters are capitals, others begin with one.
    """
    plain = unicodedata.normalize("NFKC", word).strip()
    if not plain.isascii() or not any(letter.isalpha() for letter in plain):
        return plain
    if plain.casefold() in USUAL:
        return USUAL[plain.casefold()]
    if not plain.isalpha() or _has_inner_capital(plain):
        return plain
    return plain.upper() if len(plain) <= 4 or (plain.isupper() and len(plain) <= 6) else plain.capitalize()


def _has_inner_capital(word: str) -> bool:
    return not word.isupper() and any(letter.isupper() for letter in word[1:])


def is_word(term: str) -> bool:
    """Return False for tokens without letters, single kana, overlong tokens, one repeated character, English function words."""
    if not term or len(term) > LONGEST_TERM or not any(c.isalpha() for c in term):
        return False
    if len(term) == 1:
        return "一" <= term <= "鿿"
    return len(set(term.casefold())) > 1 and term.casefold() not in FUNCTION_WORDS
