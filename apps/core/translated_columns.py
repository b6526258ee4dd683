"""Words that staff keep as data in Japanese and English: which of the two a reader gets."""

from django.utils.translation import get_language

ENGLISH = "en"


def reads_english() -> bool:
    """Return whether the page is made for a reader of English."""
    return (get_language() or "").partition("-")[0] == ENGLISH


def in_english_or(japanese: str, english: str) -> str:
    """Return the English words for a reader of English if there are any, else the Japanese ones, which count."""
    return english if english and reads_english() else japanese
