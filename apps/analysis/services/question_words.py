"""Find the words that a theme itself uses in its title and questions, and those that nearly every voice uses."""

from collections.abc import Iterable

from apps.analysis.draft_words import found_words, written_forms
from apps.analysis.models import Term
from apps.analysis.services.scope import Scope

COMMON = 0.4  # share of the voices that use a word from which on it no longer tells them apart
FEWEST_VOICES = 10


def question_words(scope: Scope) -> set[str]:
    """Return the words of a theme's title and questions that voices use too; none for a viewpoint."""
    if scope.consultation is None:
        return set()
    texts = [scope.consultation.title, *(question.text for question in scope.consultation.questions.all())]
    found = set[str]()
    for text in texts:
        written = written_forms(text)
        bases = {base for forms in written.values() for base in forms}
        by_form = {form: term.text for term in Term.objects.written_as(bases) for form in {term.text, *term.forms}}
        known = {part for part, forms in written.items() if any(form in by_form for form in forms)}
        for part, stands_alone in found_words(text, known):
            if stands_alone:
                found |= {by_form[form] for form in written[part] if form in by_form}
    return found


def untelling_words(scope: Scope, counts: Iterable[tuple[str, int]], proposals: int) -> set[str]:
    """Return the words that do not tell the voices of a theme apart: those of its question, and common ones.

    counts: (word, proposals). In fewer than FEWEST_VOICES voices every word tells something.
    """
    if proposals < FEWEST_VOICES:
        return set()
    return question_words(scope) | common_words(counts, proposals)


def common_words(counts: Iterable[tuple[str, int]], proposals: int) -> set[str]:
    """Return the words that more than COMMON of the voices use. counts: (word, proposals)."""
    return {word for word, n in counts if n > COMMON * proposals}
