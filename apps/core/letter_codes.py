"""Codes that are printed on a letter and typed once: twelve letters of which none looks like another."""

import secrets

from apps.core.text import fold

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
CODE_LENGTH, GROUP = 12, 4


def new_code() -> str:
    """Return a random code as it is printed: `7k3m-p9ad-x2hw`; nobody guesses one of its 60 bits."""
    letters = "".join(secrets.choice(LETTERS) for _number in range(CODE_LENGTH))
    return "-".join(letters[start : start + GROUP] for start in range(0, CODE_LENGTH, GROUP))


def read_code(typed: str) -> str:
    """Return a code however it was typed: without blanks and dashes, in lower case, half width."""
    return "".join(letter for letter in fold(typed) if letter in LETTERS)
