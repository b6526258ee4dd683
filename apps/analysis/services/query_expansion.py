"""Expand a search query with synonyms of the city's dictionary and written forms found in texts."""

import unicodedata
from dataclasses import dataclass

from django.db.models import Q

from apps.analysis.models.dictionary import Synonym
from apps.analysis.models.reading import Term
from apps.analysis.segmentation import cut, pieces_of
from apps.analysis.text import spell
from apps.core.text import fold

MOST = 12
QUOTES = str.maketrans(dict.fromkeys('"＂“”「」『』', " "))
MOST_WORDS, MOST_TERMS = 10, 120


@dataclass(frozen=True)
class Widened:
    """A word of a query: as typed (folded), all its variants (folded), and the synonyms that a page may name."""

    typed: str
    variants: tuple[str, ...]
    joined: tuple[str, ...]


def widen(query: str) -> list[Widened]:
    """Return the words of a query with their variants; 「公園で遊べる場所」 is three. Two queries, however many words."""
    query = query.translate(QUOTES)
    typed = dict.fromkeys(unicodedata.normalize("NFKC", query).split())
    raw = [word for word in typed if fold(word)][:MOST_WORDS]
    if not raw:
        return []
    parts = [*raw, *query.split()[:MOST_WORDS], *(piece for word in raw for piece in pieces_of(word))]
    folded_forms = {form: fold(word) for word in parts for form in (word, spell(word), fold(word))}
    joins = Synonym.objects.with_relatives(list(folded_forms))
    names = {*folded_forms, *joins, *joins.values()}
    terms = list(
        Term.objects.filter(Q(text__in=names) | Q(forms__overlap=list(folded_forms))).order_by("pk")[:MOST_TERMS]
    )
    term_forms = {fold(form) for term in terms for form in (term.text, *term.forms)} | {fold(word) for word in joins}
    words = dict.fromkeys(fold(piece) for word in raw for piece in cut(word, term_forms))
    return [
        _widened(word, [form for form, folded in folded_forms.items() if folded == word], joins, terms)
        for word in words
    ]


def _widened(typed: str, forms: list[str], joins: dict[str, str], terms: list[Term]) -> Widened:
    """Return one word with its variants."""
    own = [term for term in terms if term.text in forms or set(term.forms) & set(forms)]
    term_words = {*forms, *(joins[form] for form in forms if form in joins), *(term.text for term in own)}
    spellings = {*term_words, *(written for written, of in joins.items() if of in term_words)}
    inflected = {form for term in terms if term.text in term_words for form in term.forms}
    folded = dict.fromkeys(fold(word) for word in [typed, *sorted(spellings), *sorted(inflected)])
    candidates = [word for word in folded if word == typed or len(word) > 1]
    shortest = [word for word in candidates if word == typed or not any(w != word and w in word for w in candidates)]
    variants = shortest[:MOST]
    named = sorted(word for word in spellings if fold(word) != typed and (word in joins or word in joins.values()))
    return Widened(typed, tuple(variants), tuple(named))
