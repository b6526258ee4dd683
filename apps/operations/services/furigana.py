"""Readings of a page's texts: cached by text in this process and in the cache, with the city's words in force."""

import hashlib

from django.core.cache import cache

from apps.core.database_errors import is_unavailable
from apps.core.furigana import HAS_KANJI, RECIPE, furigana_reader
from apps.core.ruby import Text, around_entities, to_html
from apps.operations.models import FuriganaWord

MOST_FRESH = 40_000  # letters of a page that are read at once; a longer rest has no readings until it is asked again
KEPT_SECONDS = 30 * 24 * 3600
KNOWN_MOST = 20_000
Words = tuple[tuple[str, str], ...]

_known: dict[str, str] = {}
_last_words: Words = ()


def read_texts(texts: list[Text]) -> dict[Text, str]:
    """Return the HTML with readings of each text. Costs a query, a question to the cache, and the reading of what is new."""
    words = _words_in_force()
    page = "\n".join(letters for letters, _number in texts)
    own = [pair for pair in words if pair[0] in page]
    keys = {text: _key(text, own) for text in texts}
    if len(_known) > KNOWN_MOST:
        _known.clear()
    missing = {text: key for text, key in keys.items() if key not in _known}
    found: dict[str, str] = cache.get_many(missing.values()) if missing else {}
    fresh, room = {}, MOST_FRESH
    for text, key in missing.items():
        if key not in found and room > 0:
            room -= len(text[0])
            fresh[key] = _read(text, words)
    if fresh:
        cache.set_many(fresh, KEPT_SECONDS)
    _known.update(found | fresh)
    return {text: _known[key] for text, key in keys.items() if key in _known}


def _words_in_force() -> Words:
    """Return the city's words, read for each page so that a change shows at once; the last ones while there is no database."""
    global _last_words
    try:
        _last_words = FuriganaWord.objects.as_pairs()
    except Exception as error:
        if not is_unavailable(error):
            raise
    return _last_words


def _read(text: Text, words: Words) -> str:
    letters, number = text
    reader, marked = furigana_reader(words), []
    for place, part in enumerate(around_entities(letters)):
        is_text = place % 2 == 0 and HAS_KANJI.search(part)
        marked.append(to_html(reader.read(part, number if place == 0 else "")) if is_text else part)
    return "".join(marked)


def _key(text: Text, words: list[tuple[str, str]]) -> str:
    """Return the cache key: the rules' version, the text, and those of the city's words that stand in it."""
    own = [pair for pair in words if pair[0] in text[0]]
    return "furigana:" + hashlib.sha256(repr((RECIPE, text, own)).encode()).hexdigest()[:40]
