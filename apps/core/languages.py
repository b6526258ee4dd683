"""What a visitor chose: the language of the pages and ふりがな. Cookies of this browser, made by the switch on each page.

やさしい日本語 and こども are languages of the interface with private subtags: Japanese to programs, other words to people.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation.trans_real import parse_accept_lang_header

EASY, KIDS = "ja-x-easy", "ja-x-kids"
FURIGANA_COOKIE = "furigana"


def chosen_language(request: HttpRequest) -> str:
    """Return the language that somebody chose in this browser; an empty string before any choice."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else ""


def accepted_language(request: HttpRequest) -> str:
    """Return the first of our languages that the browser asks for (Accept-Language); Japanese when it names none."""
    for accepted, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        language = accepted.partition("-")[0]
        if language in dict(settings.LANGUAGES):
            return language
    return settings.LANGUAGE_CODE


def is_japanese(language: str) -> bool:
    """Return whether a language code is one of the Japanese ones."""
    return language.partition("-")[0] == "ja"


def wants_furigana(request: HttpRequest) -> bool:
    """Return whether official texts get readings: as chosen, and before any choice with the words for children."""
    return request.COOKIES.get(FURIGANA_COOKIE, str(int(chosen_language(request) == KIDS))) == "1"


def keep_language(response: HttpResponse, language: str) -> None:
    """Keep the language in this browser, as Django's own view does."""
    _keep(response, settings.LANGUAGE_COOKIE_NAME, language)


def keep_furigana(response: HttpResponse, wanted: str) -> None:
    """Keep the choice of ふりがな (1 or 0) in this browser, as long as the language."""
    _keep(response, FURIGANA_COOKIE, wanted)


def _keep(response: HttpResponse, name: str, value: str) -> None:
    age, secure = settings.LANGUAGE_COOKIE_AGE, settings.LANGUAGE_COOKIE_SECURE
    response.set_cookie(name, value, max_age=age, secure=secure, samesite="Lax")
