"""Page of a word: the voices that use it, what stands beside it, its negation, and when the voices were given."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.analysis.forms import WordFilterForm, WordForm
from apps.analysis.models import ProposalTerm, Reading, Synonym, Term
from apps.analysis.services.counting import WordCount, count_joined, count_negated, count_words
from apps.analysis.services.scope import Scope
from apps.analysis.services.word_neighbours import Side, days_of, neighbours_of
from apps.analysis.views.helpers import WordLinks, scope_and_form, with_query
from apps.core.pagination import Order, read_page
from apps.core.types import JsonObject

NEWEST = Order(("published_at", "pk"))
SIDES = ("before", "after")


@require_safe
def word(request: HttpRequest, term: int, **where: Any) -> HttpResponse:
    """List the proposals that use a word, with its context."""
    scope, form = scope_and_form(request, where)
    is_family = WordForm(request.GET).is_family
    rows = scope.proposals()
    used = Term.objects.held_in(rows, term) if is_family else Term.objects.used_in(rows, pk=term)
    if used is None:  # a word that only non-public texts use is not revealed by its id
        context = {"scope": scope, "word": _("このことば"), "form": form, "back_url": scope.cloud_url}
        return render(request, "analysis/word.html", context, status=404)
    return word_page(request, scope, form, used.text, used)


@require_safe
def word_by_letters(request: HttpRequest, written: str, **where: Any) -> HttpResponse:
    """Serve the older URLs of word pages, which hold the word instead of its id."""
    scope, form = scope_and_form(request, where)
    return word_page(request, scope, form, written, Term.objects.used_in(scope.proposals(), text=written))


def word_page(
    request: HttpRequest, scope: Scope, form: WordFilterForm, written: str, term: Term | None
) -> HttpResponse:
    """Render the page of a word; without a term it only says that no public text uses it."""
    context: dict[str, object] = {"scope": scope, "word": written, "form": form, "back_url": scope.cloud_url}
    if not form.offers_attributes and form.non_field_errors():
        return render(request, "analysis/word.html", {**context, "refusal": form.non_field_errors()[0]}, status=422)
    if form.errors or form.word_filter.attribute:
        sentence = _("年代・地域・調布市との関わりで絞り込んだときは、件数だけを表示します。意見の一覧は表示しません。")
        return render(request, "analysis/word.html", {**context, "refusal": sentence}, status=422)
    context["back_url"] = with_query(scope.url("cloud"), form.word_filter.query)
    return render(request, "analysis/word.html", context | (uses_of(request, scope, form, term) if term else {}))


def uses_of(request: HttpRequest, scope: Scope, form: WordFilterForm, term: Term) -> dict[str, object]:
    """Return the context of a word: one page of the proposals that use it, counts, neighbours and other spellings."""
    rows = form.word_filter.apply(scope.proposals())
    page_form = WordForm(request.GET)
    page_form.is_valid()
    is_family = page_form.is_family
    counted = count_words(rows, terms=[term.pk], limit=1)
    beside, neighbours = page_form.beside, neighbours_of(term, rows)
    links = WordLinks(scope, neighbours.words)
    using = rows.filter(pk__in=ProposalTerm.objects.proposals_using(term, family=is_family)).for_lists()
    if beside:
        using = using.filter(pk__in=neighbours.side(beside[0]).voices.get(beside[1], set()))
    name = f"word:{scope.key}:{term.pk}:{is_family}:{beside}:{sorted(form.word_filter.query.items())!s}"
    page = read_page(using, NEWEST, name=name, cursor=page_form.cleaned_data.get("cursor", ""))
    spellings = [term.text, *Synonym.objects.spellings_of(term.text)]
    family = family_in(scope, form, term)
    members = [*spellings, *(row["word"].text for row in family["members"])] if is_family else spellings
    contexts = Reading.objects.contexts(page.rows, members)
    query = {key: value for key, value in form.word_filter.query.items() if key != "measure"}
    kept = {**query, **page_form.kept}
    return {
        "counted": counted[0] if counted else None,
        "family": family,
        "is_family": is_family,
        "negated": negated_in(scope, form, term),
        "neighbours": {}
        if beside or is_family
        else {side: list_of(neighbours.side(side), side, links, query) for side in SIDES},
        "beside": beside and {"side": beside[0], "word": beside[1], "all_url": with_query(request.path, query)},
        "days": [] if beside or is_family else days_of(term, rows),
        "spellings": spellings[1:],
        "page": page,
        "proposals": [(row, contexts.get(row.pk, [])) for row in page.rows],
        "older_url": with_query("", {**kept, "cursor": page.older}) if page.older else "",
        "newer_url": with_query("", {**kept, "cursor": page.newer}) if page.newer else "",
    }


def family_in(scope: Scope, form: WordFilterForm, term: Term) -> JsonObject:
    """Return the compounds that hold a word, with the voices of all of them, and the words that it is itself made of."""
    rows = form.word_filter.apply(scope.proposals())
    compounds = list(Term.objects.compounds_of(term).values_list("pk", flat=True))
    members = count_words(rows, terms=compounds, by="proposals") if compounds else []
    parts = list(Term.objects.filter(text__in=term.parts or ())) if term.parts else []
    links = WordLinks(
        scope, [*(word.text for word in members), *(part.text for part in parts)], [p.text for p in parts]
    )
    one, whole = replace(form.word_filter, measure="uses"), replace(form.word_filter, measure="families")
    return {
        "members": [{"word": word, "url": links.to(word.text, one)} for word in members],
        "proposals": count_joined(rows, [term.pk, *compounds]),
        "parts": [{"word": part.text, "url": links.to(part.text, whole)} for part in parts],
        "url": with_query(scope.url("word", term=term.pk), {**one.query, "family": "1"}),
        "own_url": with_query(scope.url("word", term=term.pk), one.query),
    }


def negated_in(scope: Scope, form: WordFilterForm, term: Term) -> list[JsonObject]:
    """Return the commonest negation of a word with its URL and how many voices negate the word; empty if none does."""
    rows = form.word_filter.apply(scope.proposals())
    found = count_negated(rows, [WordCount(term.pk, term.text, term.kind, 0, 0, 0)])
    return [
        {"text": text, "n": n, "url": WordLinks(scope, [text]).to(text, form.word_filter)} for _id, text, n in found
    ]


def list_of(side: Side, name: str, links: WordLinks, query: JsonObject) -> list[JsonObject]:
    """Return the words of one side with their counts, and the URLs of the voices in which they stand there."""
    return [
        {"word": word, "n": n, "url": with_query("", {**query, name: links.numbers[word]})}
        for word, n in side.most_used()
        if word in links.numbers
    ]
