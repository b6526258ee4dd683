"""What several pages need: the scope and choice of an address, the links and words on a drawing."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.analysis.cloud_layout import Layout
from apps.analysis.forms import ChoiceForm
from apps.analysis.models import Term
from apps.analysis.scope import Choice, Scope, scope_of
from apps.analysis.word_cloud import TABLE, Run

TABS = (
    ("cloud", pgettext_lazy("pages about words", "ことば")),
    ("compare", gettext_lazy("くらべる")),
    ("network", gettext_lazy("つながり")),
    ("weeks", gettext_lazy("うつりかわり")),
    ("groups", gettext_lazy("グループごと")),
)


def asked(request: HttpRequest, where: dict[str, Any]) -> tuple[Scope, ChoiceForm]:
    """The scope of an address and its filter, checked."""
    scope = scope_of(**where)
    form = ChoiceForm(request.GET, scope=scope, attributes=may_see_attributes(request, scope))
    form.is_valid()
    return scope, form


def may_see_attributes(request: HttpRequest, scope: Scope) -> bool:
    """Whether this reader may see live counts by age band, district and relation: staff of the consultation only."""
    reader: Any = request.user
    return bool(reader.has_perm("analysis.view_attributes", scope))


def with_query(address: str, query: dict[str, Any]) -> str:
    """An address with a choice."""
    return f"{address}?{urlencode(query)}" if query else address


class WordLinks:
    """The pages of the proposals that use a word. An address has the word's number, never what somebody typed."""

    def __init__(self, scope: Scope, words: Iterable[str]) -> None:
        self.scope, self.numbers = scope, Term.objects.numbers_of(words)

    def to(self, word: str, choice: Choice) -> str:
        """The page of a word under this choice; empty for a word that no text uses any more, as in a frozen page."""
        query = {name: value for name, value in choice.query.items() if name != "measure"}
        number = self.numbers.get(word)
        return with_query(self.scope.address("word", term=number), query) if number else ""


def links_of(run: Run, scope: Scope) -> WordLinks:
    """Where the words of a run lead; of a group of persons nowhere."""
    return WordLinks(scope, () if run.only_counts else (word.text for word in run.words[:TABLE]))


def marks(layout: Layout, run: Run, links: WordLinks, choice: Choice) -> list[dict[str, Any]]:
    """The words of a drawing with the address of each and the sentence that a screen reader says."""
    counts = {word.text: word for word in run.words}
    return [
        {"placed": placed, "label": label_of(counts[placed.text]), "url": links.to(placed.text, choice)}
        for placed in layout.words
    ]


def label_of(word: Any) -> str:
    """公園：12回、9件の意見、8人."""
    return label_of_counts({"word": word.text, "uses": word.uses, "proposals": word.proposals, "people": word.people})


def label_of_counts(counts: dict[str, Any]) -> str:
    """The same for counts that are kept as a dictionary."""
    numbers = {
        "word": counts["word"],
        "uses": counts["uses"],
        "proposals": counts["proposals"],
        "people": counts["people"],
    }
    return _("%(word)s：%(uses)d回、%(proposals)d件の意見、%(people)d人") % numbers


def tabs(scope: Scope, here: str) -> list[dict[str, Any]]:
    """The pages about one scope."""
    return [{"label": label, "url": scope.address(name), "is_current": name == here} for name, label in TABS]
