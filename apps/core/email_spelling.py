"""Normalise e-mail addresses: one canonical spelling for each mailbox. Imports no Django.

Domain names by IDNA 2008 with the mapping of UTS 46, as browsers read them; so 例え.jp and xn--r8jz45g.jp are one, and
mail goes to exactly the name that was typed.
"""

import re
import unicodedata

import idna

# Letters that nobody sees: zero-width spaces and joiners, soft hyphen, byte order mark, variation selectors.
UNSEEN = re.compile("[\u00ad\u034f\u180b-\u180e\u200b-\u200d\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")
# What makes a line read in another order than it is stored, and control characters: nobody types them into an address.
MISLEADING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
DOTS = str.maketrans("。｡．", "...")
QUOTED = re.compile(r'"([^"\\\s]+)"')
# Japanese telephone companies gave out addresses with dots in a row and before the @, which no standard allows.
LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}\Z")


class InvalidEmail(ValueError):
    """The text cannot be an e-mail address."""


def canonical_email(typed: str) -> str:
    """Return the canonical spelling: half width, lower case, no invisible characters, the domain in IDNA (punycode).

    Raises InvalidEmail for what cannot be an e-mail address, and for bidirectional or control characters.
    """
    if MISLEADING.search(typed):
        raise InvalidEmail
    line = unicodedata.normalize("NFKC", UNSEEN.sub("", typed)).translate(DOTS).strip()
    local, at, domain = line.removeprefix("mailto:").rpartition("@")
    quoted = QUOTED.fullmatch(local)
    local = quoted[1] if quoted else local
    if not at or not LOCAL_PART.fullmatch(local):
        raise InvalidEmail
    return f"{local.lower()}@{_domain(domain.rstrip('.'))}"


def _domain(name: str) -> str:
    """Return the domain in lower case and IDNA; raises InvalidEmail."""
    name = name.lower()
    if name.isascii() and "xn--" not in name:
        return name
    try:
        return idna.encode(name, uts46=True).decode()
    except (idna.IDNAError, UnicodeError) as error:
        raise InvalidEmail from error


def comparable_email(email: str) -> str:
    """Return the spelling by which two e-mail addresses are compared; an invalid one is folded as it is."""
    try:
        return canonical_email(email)
    except InvalidEmail:
        return unicodedata.normalize("NFKC", email).casefold().strip()
