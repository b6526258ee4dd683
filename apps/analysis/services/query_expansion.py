"""Expand a search query: synonyms of the city's dictionary, kana and kanji, other spellings, forms found in texts."""

import re
import unicodedata
from dataclasses import dataclass

from django.db.models import Q

from apps.analysis.kana import spellings
from apps.analysis.models.dictionary import Synonym
from apps.analysis.models.reading import Term
from apps.analysis.segmentation import cut, pieces_of
from apps.analysis.text import spell
from apps.core.text import fold

MOST = 12
QUOTES = str.maketrans(dict.fromkeys('"＂“”「」『』', " "))
MOST_WORDS, MOST_TERMS = 10, 120
KANJI, SHORT_KANA = re.compile("[一-鿿]"), re.compile("[ぁ-ゖー]{1,2}")
VERB_ENDS = dict(zip("うくぐすつぬぶむる", "いきぎしちにびみり", strict=True))
NOUN_ENDS = {noun: verb for verb, noun in VERB_ENDS.items()}
# Ways to write the same that folding leaves apart (folded: ケ is け, ヶ is ゖ). All are tried for what stands on one side.
ALIKE = (
    (re.compile("ゖ|(?<=[一-鿿])[けが](?=[一-鿿])|(?<=じ)[けが](?=丘)"), ("け", "ゖ", "が")),
    (re.compile("づ|ず"), ("づ", "ず")),
    (re.compile("ぢ|じ"), ("ぢ", "じ")),
    (re.compile("障害|障がい|障碍"), ("障害", "障がい", "障碍")),
    (re.compile("子供|子ども|こども"), ("子供", "子ども", "こども")),
    (re.compile("・"), ("", "・")),
    (re.compile("(?<=[ぁ-ゖ])ー$"), ("",)),
)
MOST_SPELLINGS = 6


@dataclass(frozen=True)
class Widened:
    """A word of a query: as typed (folded), all its variants (folded), the synonyms that a page may name, and as typed."""

    typed: str
    variants: tuple[str, ...]
    joined: tuple[str, ...]
    shown: str = ""


def widen(query: str, *, apart: bool = False) -> list[Widened]:
    """Return the words of a query with their variants; 「公園で遊べる場所」 is three. Two queries, however many words.

    apart: words that touch without kana are parted too.
    """
    query = query.translate(QUOTES)
    typed = dict.fromkeys(unicodedata.normalize("NFKC", query).split())
    raw = [word for word in typed if fold(word)][:MOST_WORDS]
    if not raw:
        return []
    parts = [*raw, *query.split()[:MOST_WORDS], *(piece for word in raw for piece in pieces_of(word, apart=apart))]
    folded_forms = {form: fold(word) for word in parts for form in (word, spell(word), fold(word), *_written(word))}
    joins = Synonym.objects.with_relatives(list(folded_forms))
    names = {*folded_forms, *joins, *joins.values()}
    terms = list(
        Term.objects.filter(Q(text__in=names) | Q(forms__overlap=list(folded_forms))).order_by("pk")[:MOST_TERMS]
    )
    term_forms = {fold(form) for term in terms for form in (term.text, *term.forms)} | {fold(word) for word in joins}
    term_forms |= {fold(part) for part in parts if part in spellings()}
    words: dict[str, str] = {}
    for word in raw:
        for piece in cut(word, term_forms, apart=apart):
            words.setdefault(fold(piece), piece)
    return [
        _widened(word, shown, [form for form, folded in folded_forms.items() if folded == word], joins, terms)
        for word, shown in words.items()
    ]


def any_of(words: list[Widened]) -> Widened:
    """Return the words of a query as one, of which a text must hold any."""
    variants = dict.fromkeys(variant for word in words for variant in word.variants)
    joined = dict.fromkeys(name for word in words for name in word.joined)
    return Widened(words[0].typed, tuple(variants), tuple(joined), words[0].shown)


def _written(word: str) -> list[str]:
    """Return how else a word may be written or stand in a text: in kana or kanji, with other kana, as a verb or its noun."""
    folded = fold(word)
    others = [*spellings().get(word, ()), *spellings().get(folded, ())]
    for pattern, ways in ALIKE:
        if pattern.search(folded):
            others += [pattern.sub(way, folded) for way in ways]
    if len(folded) > 1:
        stem, end = folded[:-1], folded[-1]
        others += [stem + ends[end] for ends in (VERB_ENDS, NOUN_ENDS) if end in ends and KANJI.search(stem)]
    return [other for other in dict.fromkeys(others) if other not in (word, folded)][:MOST_SPELLINGS]


def _widened(typed: str, shown: str, forms: list[str], joins: dict[str, str], terms: list[Term]) -> Widened:
    """Return one word with its variants."""
    own = [term for term in terms if term.text in forms or set(term.forms) & set(forms)]
    term_words = {*forms, *(joins[form] for form in forms if form in joins), *(term.text for term in own)}
    spellings = {*term_words, *(written for written, of in joins.items() if of in term_words)}
    inflected = {form for term in terms if term.text in term_words for form in term.forms}
    folded = dict.fromkeys(fold(word) for word in [typed, *sorted(spellings), *sorted(inflected)])
    candidates = [word for word in folded if word == typed or not (len(word) == 1 or SHORT_KANA.fullmatch(word))]
    shortest = [word for word in candidates if word == typed or not any(w != word and w in word for w in candidates)]
    variants = shortest[:MOST]
    named = sorted(word for word in spellings if fold(word) != typed and (word in joins or word in joins.values()))
    return Widened(typed, tuple(variants), tuple(named), shown)
