"""View of 検索: full-text search over everything public, by kind."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.analysis.services.query_expansion import Widened, widen
from apps.core.code_lookup import find_numbered
from apps.core.pagination import PAGE_SIZE
from apps.portal.forms import SearchForm
from apps.portal.services.search import FIRST_ONES, KINDS, Found, find, hit


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
        context |= found_for(form, words)
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
