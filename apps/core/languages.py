"""What a visitor chose: the language of the pages and ふりがな. Cookies of this browser, made by the switch on each page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

FURIGANA_COOKIE = "furigana"


def chosen_language(request: HttpRequest) -> str:
    """Return the language that somebody chose in this browser; an empty string before any choice."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else ""


def is_japanese(language: str) -> bool:
    """Return whether a language code is one of the Japanese ones."""
    return language.partition("-")[0] == "ja"


def wants_furigana(request: HttpRequest) -> bool:
    """Return whether official texts get readings: as chosen."""
    return request.COOKIES.get(FURIGANA_COOKIE, "") == "1"


def keep_furigana(response: HttpResponse, wanted: str) -> None:
    """Keep the choice (1 or 0) in this browser, as long as Django keeps the language."""
    response.set_cookie(
        FURIGANA_COOKIE, wanted, max_age=settings.LANGUAGE_COOKIE_AGE, secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )  # fmt: skip
