"""Pages of the other analyses: comparison, network, weeks and groups."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.analysis.cloud_layout import PHONE, lay_out
from apps.analysis.forms import WordFilterForm
from apps.analysis.network import box_of
from apps.analysis.services import analyses
from apps.analysis.services.background_analyses import Analysis, answer
from apps.analysis.services.comparisons import presets_of
from apps.analysis.services.scope import Scope, WordFilter, scope_of
from apps.analysis.services.word_cloud import day
from apps.analysis.views.helpers import (
    WordLinks,
    label_of_counts,
    may_see_attributes,
    scope_and_form,
    tabs,
    with_query,
)
from apps.consultations.models import Channel
from apps.core.types import JsonObject

ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def both_forms(request: HttpRequest, scope: Scope) -> tuple[WordFilterForm, WordFilterForm]:
    """Return the validated filter forms of both sides of a comparison."""
    may = may_see_attributes(request, scope)
    forms = tuple(WordFilterForm(request.GET, scope=scope, attributes=may, prefix=side) for side in ("a", "b"))
    for form in forms:
        form.is_valid()
    return forms[0], forms[1]


@require_safe
def compare(request: HttpRequest, **where: Any) -> HttpResponse:
    """Compare two groups, with the distinctive words of each."""
    scope = scope_of(**where)
    a, b = both_forms(request, scope)
    offered = presets(scope, request)
    context = _page_context(scope, "compare", _("ことばを比べる")) | {"forms": [a, b], "presets": offered}
    context["preset_is_chosen"] = any(preset["is_current"] for preset in offered)
    if a.errors or b.errors:
        return render(request, "analysis/compare.html", context, status=422)
    if a.word_filter.narrows or b.word_filter.narrows:
        result = answer(analyses.compare(scope, a.word_filter, b.word_filter))
        context |= {"answer": result}
        if result.data:
            context |= comparison_context(scope, result.data, [a.word_filter, b.word_filter])
    return render(request, "analysis/compare.html", context)


def presets(scope: Scope, request: HttpRequest) -> list[JsonObject]:
    """Return the comparisons that need one press, with their URLs."""
    given = {name: value for name, value in request.GET.items() if value}
    return [
        {
            "label": preset.label,
            "url": with_query(scope.url("compare"), preset.query),
            "is_current": preset.query == given,
        }
        for preset in presets_of(scope)
    ]


def with_readable_dates(data: JsonObject) -> dict[str, object]:
    """Return the data with ISO dates written out in the reader's language; older snapshots hold them written out already."""
    days = ((name, data.get(name, "")) for name in ("first", "last", "as_of", "first_week"))
    return {**data, **{name: day(date.fromisoformat(value)) for name, value in days if ISO_DAY.fullmatch(value)}}


def comparison_context(scope: Scope, data: JsonObject, filters: list[WordFilter]) -> dict[str, object]:
    """Return the context of a comparison."""
    names = [describe(scope, word_filter) for word_filter in filters]
    links = WordLinks(scope, () if data["only_counts"] else words_in(data["words"], data["contrasts"]))
    sides = []
    for number, word_filter in enumerate(filters):
        words = data["words"][number]
        layout = lay_out([(w["word"], w["kind"], w["uses"]) for w in words], PHONE)
        counts = {w["word"]: w for w in words}
        sides.append(
            {
                "name": names[number],
                "caption": _("「%(name)s」で目立つことば") % {"name": names[number]},
                "layout": layout,
                "marks": [
                    {"placed": p, "label": label_of_counts(counts[p.text]), "url": links.to(p.text, word_filter)}
                    for p in layout.words
                ],
                "contrasts": [
                    {**row, "z": abs(row["z"]), "url": links.to(row["word"], word_filter)}
                    for row in data["contrasts"][number]
                ],
                **data["sides"][number],
            }
        )
    return {"data": with_readable_dates(data), "sides": sides}


def words_in(*parts: list[list[JsonObject]]) -> list[str]:
    """Return the words in rows of an analysis."""
    return [row["word"] for part in parts for rows in part for row in rows]


def describe(scope: Scope, word_filter: WordFilter) -> str:
    """Return a side's filter as text; それ以外の意見 for a side without conditions."""
    return WordFilterForm.describe(scope, word_filter) or _("それ以外の意見")


@require_safe
def network(request: HttpRequest, **where: Any) -> HttpResponse:
    """Show the co-occurrence network."""
    return _filtered_page(request, where, "network", _("ことばのつながり"), analyses.together, network_context)


@require_safe
def weeks(request: HttpRequest, **where: Any) -> HttpResponse:
    """Show words week by week, and those that rose."""
    return _filtered_page(request, where, "weeks", _("ことばのうつりかわり"), analyses.weeks, weeks_context)


def _filtered_page(
    request: HttpRequest,
    where: dict[str, Any],
    name: str,
    heading: str,
    analyse: Callable[[Scope, WordFilter], Analysis],
    context_of: Callable[[Scope, JsonObject, WordFilter], JsonObject],
) -> HttpResponse:
    """Show the analysis of one filter; 422 if the filter is invalid or names an attribute of authors."""
    scope, form = scope_and_form(request, where)
    template, context = f"analysis/{name}.html", _page_context(scope, name, heading) | {"form": form}
    if form.errors or form.word_filter.attribute:
        context["needs_no_attribute"] = not form.errors
        return render(request, template, context, status=422)
    result = answer(analyse(scope, form.word_filter))
    context |= {"answer": result}
    if result.data:
        context |= context_of(scope, result.data, form.word_filter)
    return render(request, template, context)


def _page_context(scope: Scope, name: str, heading: str) -> dict[str, object]:
    """Return what every page of an analysis shows."""
    return {"scope": scope, "heading": heading, "tabs": tabs(scope, name), "page_url": scope.url(name)}


def network_context(scope: Scope, data: JsonObject, word_filter: WordFilter) -> dict[str, object]:
    """Return the context of a network, with a wide and a narrow drawing; older snapshots hold only one."""
    left_out = data.get("left_out", [])
    links = WordLinks(scope, [*words_in([data["nodes"]]), *left_out])
    drawings = []
    for size, drawing in (("wide", data), ("phone", data["phone"])) if "phone" in data else (("only", data),):
        nodes = [{**node, "url": links.to(node["word"], word_filter)} for node in drawing["nodes"]]
        drawings.append({"size": size, "nodes": nodes, "edges": drawing["edges"], "box": box_of(nodes)})
    urls = {node["word"]: links.to(node["word"], word_filter) for node in data["nodes"]}
    return {
        "data": with_readable_dates(data),
        "nodes": data["nodes"],
        "drawings": drawings,
        "left_out": [(word, links.to(word, word_filter)) for word in left_out],
        "word_groups": [[(word, urls[word]) for word in group["words"]] for group in data["groups"]],
        "strongest": [{**edge, "urls": (urls[edge["a"]], urls[edge["b"]])} for edge in data["edges"][:15]],
    }


CHART = {"width": 300, "height": 90, "air": 8}


def weeks_context(scope: Scope, data: JsonObject, word_filter: WordFilter) -> dict[str, object]:
    """Return the context of the weeks: a small chart per word, all on one scale, and a table."""
    most = max((n for row in data["table"] for n in row["counts"]), default=0) or 1
    links = WordLinks(scope, words_in([data["table"], data["rising"]]))
    table = [{**row, "url": links.to(row["word"], word_filter)} for row in data["table"]]
    rising = [{**row, "url": links.to(row["word"], word_filter)} for row in data["rising"]]
    return {
        "data": with_readable_dates(data),
        "charts": [
            {**row, "points": _points(row["counts"], most), "most": max(row["counts"], default=0)} for row in table
        ],
        "table": table,
        "rising": rising,
        "most": most,
        "last_week": data["weeks"][-1] if data["weeks"] else "",
        "has_weeks": len(data["weeks"]) > 1,
    }


def _points(counts: list[int], most: int) -> str:
    """Return the points of an SVG polyline for a word's weeks."""
    step = CHART["width"] / max(len(counts) - 1, 1)
    return " ".join(
        f"{step * week:.1f},{CHART['air'] + CHART['height'] * (1 - n / most):.1f}" for week, n in enumerate(counts)
    )


@require_safe
def groups(request: HttpRequest, **where: Any) -> HttpResponse:
    """Show the distinctive words of each group and of proposals with few reactions, and quotes from all channels."""
    scope = scope_of(**where)
    result = answer(analyses.groups(scope))
    context = _page_context(scope, "groups", _("グループごとのことば")) | {"answer": result}
    if result.data:
        context |= groups_context(scope, result.data, attributes=may_see_attributes(request, scope))
    return render(request, "analysis/groups.html", context)


def groups_context(scope: Scope, data: JsonObject, *, attributes: bool) -> dict[str, object]:
    """Return the context of the groups; quotes are read anew from what is public.

    attributes: whether the reader may see groups of authors (age bands, districts, relations).
    """
    channels = data["channels"]
    linked_rows = [data["quiet"], *(group["words"] for group in (channels or {"groups": []})["groups"])]
    links = WordLinks(scope, words_in(linked_rows))
    if channels:
        linked = [_with_links(links, group) for group in channels["groups"]]
        channels = {**channels, "groups": _labelled(linked, Channel)}
    kinds = dict(analyses.GROUPINGS)
    return {
        "data": with_readable_dates(data),
        "shows_attributes": attributes,
        "groupings": [
            {**g, "groups": _labelled(g["groups"], kinds[g["name"]])} for g in data["groupings"] if attributes
        ],
        "quiet": [{**row, "url": links.to(row["word"], WordFilter())} for row in data["quiet"]],
        "channels": channels,
        "quotes": scope.proposals().filter(pk__in=data["quotes"]).for_lists(),
    }


def _labelled(groups: list[JsonObject], kinds: type[TextChoices]) -> list[JsonObject]:
    """Return the groups with their labels in the reader's language."""
    return [{**group, "label": kinds(group["value"]).label} for group in groups]


def _with_links(links: WordLinks, group: JsonObject) -> dict[str, object]:
    word_filter = WordFilter(channel=group["value"])
    return {**group, "words": [{**row, "url": links.to(row["word"], word_filter)} for row in group["words"]]}
