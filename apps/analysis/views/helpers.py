"""Helpers of the pages about words: scope and filter of a request, links and labels of words."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.analysis.cloud_layout import Layout
from apps.analysis.forms import WordFilterForm
from apps.analysis.models import Term
from apps.analysis.services.counting import WordCount
from apps.analysis.services.scope import Scope, WordFilter, scope_of
from apps.analysis.services.word_cloud import TABLE_ROWS, CloudResult
from apps.core.types import JsonObject

TABS = (
    ("cloud", pgettext_lazy("pages about words", "ことば")),
    ("compare", gettext_lazy("比べる")),
    ("network", gettext_lazy("つながり")),
    ("weeks", gettext_lazy("うつりかわり")),
    ("groups", gettext_lazy("グループごと")),
)


def scope_and_form(request: HttpRequest, where: dict[str, Any]) -> tuple[Scope, WordFilterForm]:
    """Return the scope of a URL and its validated filter form."""
    scope = scope_of(**where)
    form = WordFilterForm(request.GET, scope=scope, attributes=may_see_attributes(request, scope))
    form.is_valid()
    return scope, form


def may_see_attributes(request: HttpRequest, scope: Scope) -> bool:
    """Return True if this reader may see live counts by age band, district and relation: staff of the consultation."""
    reader = request.user
    return bool(reader.has_perm("analysis.view_attributes", scope.consultation))


def with_query(url: str, query: JsonObject) -> str:
    """Return the URL with a query string, if there is one."""
    return f"{url}?{urlencode(query)}" if query else url


class WordLinks:
    """URLs of the pages of words. They hold the id of a word, never the text that somebody wrote."""

    def __init__(self, scope: Scope, words: Iterable[str], heads: Iterable[str] = ()) -> None:
        """heads: words that lead to the voices of their whole family."""
        self.scope, self.numbers, self.heads = scope, Term.objects.numbers_of(words), frozenset(heads)

    def to(self, word: str, word_filter: WordFilter) -> str:
        """Return the URL of a word with this filter; empty for a word that no text uses any more, as in a snapshot."""
        query = {name: value for name, value in word_filter.query.items() if name != "measure"}
        if word_filter.measure == "families" and word in self.heads:
            query["family"] = "1"
        number = self.numbers.get(word)
        return with_query(self.scope.url("word", term=number), query) if number else ""


def links_of(result: CloudResult, scope: Scope) -> WordLinks:
    """Return the links of a result's words; none if it is filtered by an attribute."""
    words = [word.text for word in result.words[:TABLE_ROWS]] + [text for _term, text, _n in result.negated]
    words += [word.text for family in result.families for word in family.members]
    return WordLinks(scope, () if result.only_counts else words, result.family_heads)


def marks(layout: Layout, result: CloudResult, links: WordLinks, word_filter: WordFilter) -> list[JsonObject]:
    """Return the placed words with the URL of each and its label for screen readers."""
    counts = {word.text: word for word in result.words}
    return [
        {"placed": placed, "label": label_of(counts[placed.text]), "url": links.to(placed.text, word_filter)}
        for placed in layout.words
    ]


def label_of(word: WordCount) -> str:
    """Return a word's label: 公園：12回、9件の意見、8人."""
    return label_of_counts({"word": word.text, "uses": word.uses, "proposals": word.proposals, "people": word.people})


def label_of_counts(counts: JsonObject) -> str:
    """Return the label of counts that are stored as a dictionary."""
    numbers = {
        "word": counts["word"],
        "uses": counts["uses"],
        "proposals": counts["proposals"],
        "people": counts["people"],
    }
    return _("%(word)s：%(uses)d回、%(proposals)d件の意見、%(people)d人") % numbers


def tabs(scope: Scope, here: str) -> list[JsonObject]:
    """Return the tabs of a scope's pages."""
    return [{"label": label, "url": scope.url(name), "is_current": name == here} for name, label in TABS]
