"""View of 検索: full-text search over everything public, by kind."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.analysis.services.query_expansion import Widened, any_of, widen
from apps.analysis.services.spelling_suggestion import nearest_word
from apps.core.code_lookup import find_numbered
from apps.core.pagination import PAGE_SIZE
from apps.portal.forms import SearchForm
from apps.portal.services.search import FIRST_ONES, KINDS, Found, find, hit

MOST_RELAXED = 4  # words of a search of which some may be left out when nothing holds all of them


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Search: the first hits of each kind, or all of one kind page by page."""
    form = SearchForm(request.GET)
    form.is_valid()
    typed = form.cleaned_data.get("q", "")
    context: dict[str, object] = {"form": form, "q": typed}
    if form.errors:
        return render(request, "portal/search.html", context, status=422)
    context["numbered"] = find_numbered(typed)
    words = widen(form.cleaned_data["q"])
    if words:
        context |= best_for(form, words, typed)
    return render(request, "portal/search.html", context)


def found_for(form: SearchForm, words: list[Widened]) -> dict[str, object]:
    """Return the context of the hits: the groups of all kinds, or one page of the chosen kind."""
    kind_key = form.kind_chosen
    kinds = [kind for kind in KINDS if not kind_key or kind.key == kind_key]
    groups = []
    for kind in kinds:
        narrow = form.narrow if kind.key == "proposals" else None
        size = PAGE_SIZE if kind_key else FIRST_ONES
        found = find(
            kind, words, narrow=narrow, newest=form.is_newest, cursor=form.cursor_given if kind_key else "", size=size
        )
        if found.count:
            groups.append(group_of(form, found, words))
    joined = [name for word in words for name in word.joined]
    return {"groups": groups, "joined": joined, "kind_key": kind_key, "was_searched": True}


def best_for(form: SearchForm, words: list[Widened], typed: str) -> dict[str, object]:
    """Return the context of a search: what holds all words, else what holds most of them, and the words looked for."""
    found = found_for(form, words)
    if not found["groups"]:
        if len(words) == 1:
            words = widen(typed, apart=True)
        if 1 < len(words) <= MOST_RELAXED:
            found = found_for(form, words)
            found = found if found["groups"] else nearest_for(form, words)
    is_cut = len(words) > len(typed.split())
    searched = [word.shown for word in words] if is_cut else []
    return {"searched": searched, "suggested": suggested_for(form, found, words, typed), **found}


def suggested_for(form: SearchForm, found: dict[str, Any], words: list[Widened], typed: str) -> list[tuple[str, str]]:
    """Return (query, its URL) with a word that was not found changed to the nearest known one; empty if all were found."""
    missing = found.get("missing") or ([] if found["groups"] else [word.shown for word in words])
    pairs = [(word, nearest_word(word)) for word in list(missing)[:MOST_RELAXED]]
    queries = [typed.replace(word, nearest) for word, nearest in pairs if nearest and word in typed]
    return [(query, f"?{form.query(q=query)}") for query in queries]


def nearest_for(form: SearchForm, words: list[Widened]) -> dict[str, object]:
    """Return the context of a search that found nothing with all words: what holds the others, which are nowhere."""
    missing = [word for word in words if not is_anywhere(form, word)]
    others = [word for word in words if word not in missing]
    if not others:
        return found_for(form, words)
    found = found_for(form, others) if missing else {"groups": []}
    if not found["groups"]:
        found = {**found_for(form, [any_of(others)]), "is_any": len(others) > 1}
    return {**found, "missing": [word.shown for word in missing], "searched": [word.shown for word in others]}


def is_anywhere(form: SearchForm, word: Widened) -> bool:
    """Return whether any of the kinds that are searched holds a word; the first that does is the last that is asked."""
    kinds = (kind for kind in KINDS if form.kind_chosen in {"", kind.key})
    return any(
        find(kind, [word], narrow=form.narrow if kind.key == "proposals" else None, size=1).count for kind in kinds
    )


def group_of(form: SearchForm, found: Found, words: list[Widened]) -> dict[str, object]:
    """Return the hits of one kind with the URLs of its pages."""
    kind, page = found.kind.key, found.page
    urls = page.urls({**form.kept, "kind": kind}) if form.kind_chosen else {"older_url": "", "newer_url": ""}
    return {
        "found": found,
        "hits": [hit(found.kind, row, words) for row in page.rows],
        "all_url": f"?{form.query(kind=kind)}" if not form.kind_chosen and found.count > len(page.rows) else "",
        **urls,
        "was_broken": page.was_broken,
    }
