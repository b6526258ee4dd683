"""Comparison, net, weeks and groups: the same rows, other questions."""

import re
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.analysis import analyses
from apps.analysis.background_analyses import answer
from apps.analysis.cloud_layout import PHONE, lay_out
from apps.analysis.forms import ChoiceForm
from apps.analysis.network import box_of
from apps.analysis.scope import Choice, Scope, scope_of
from apps.analysis.views.helpers import WordLinks, asked, label_of_counts, may_see_attributes, tabs
from apps.analysis.word_cloud import day
from apps.consultations.models import Channel

ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def both_forms(request: HttpRequest, scope: Scope) -> tuple[ChoiceForm, ChoiceForm]:
    """The two sides of a comparison, checked."""
    may = may_see_attributes(request, scope)
    forms = tuple(ChoiceForm(request.GET, scope=scope, attributes=may, prefix=side) for side in ("a", "b"))
    for form in forms:
        form.is_valid()
    return forms[0], forms[1]


@require_safe
def compare(request: HttpRequest, **where: Any) -> HttpResponse:
    """Two groups side by side, with what is distinctive of each."""
    scope = scope_of(**where)
    a, b = both_forms(request, scope)
    context: dict[str, Any] = {
        "scope": scope,
        "heading": _("ことばをくらべる"),
        "tabs": tabs(scope, "compare"),
        "page_url": scope.address("compare"),
        "forms": [a, b],
    }
    if a.errors or b.errors:
        return render(request, "analysis/compare.html", context, status=422)
    if a.choice.narrows or b.choice.narrows:
        found = answer(analyses.compare(scope, a.choice, b.choice))
        context |= {"answer": found}
        if found.data:
            context |= compared(scope, found.data, [a.choice, b.choice])
    return render(request, "analysis/compare.html", context)


def in_words(data: dict[str, Any]) -> dict[str, Any]:
    """The days of an analysis in the reader's language; what was frozen before they were data has them in words already."""
    days = ((name, data.get(name, "")) for name in ("first", "last", "as_of", "first_week"))
    return {**data, **{name: day(date.fromisoformat(kept)) for name, kept in days if ISO_DAY.fullmatch(kept)}}


def compared(scope: Scope, data: dict[str, Any], choices: list[Choice]) -> dict[str, Any]:
    """A comparison as it is drawn."""
    names = [said(scope, choice) for choice in choices]
    links = WordLinks(scope, () if data["only_counts"] else words_in(data["words"], data["contrasts"]))
    shown = []
    for number, choice in enumerate(choices):
        words = data["words"][number]
        layout = lay_out([(w["word"], w["kind"], w["uses"]) for w in words], PHONE)
        counts = {w["word"]: w for w in words}
        shown.append(
            {
                "name": names[number],
                "caption": _("「%(name)s」で目立つことば") % {"name": names[number]},
                "layout": layout,
                "marks": [
                    {"placed": p, "label": label_of_counts(counts[p.text]), "url": links.to(p.text, choice)}
                    for p in layout.words
                ],
                "contrasts": [
                    {**row, "z": abs(row["z"]), "url": links.to(row["word"], choice)}
                    for row in data["contrasts"][number]
                ],
                **data["sides"][number],
            }
        )
    return {"data": in_words(data), "sides": shown}


def words_in(*parts: list[list[dict[str, Any]]]) -> list[str]:
    """The words of an analysis' rows."""
    return [row["word"] for part in parts for rows in part for row in rows]


def said(scope: Scope, choice: Choice) -> str:
    """A side in words: 年代：20代 …; それ以外の意見 for a side that asks for nothing."""
    return ChoiceForm.said(scope, choice) or _("それ以外の意見")


@require_safe
def network(request: HttpRequest, **where: Any) -> HttpResponse:
    """Words that are used together."""
    scope, form = asked(request, where)
    context: dict[str, Any] = {
        "scope": scope,
        "form": form,
        "heading": _("ことばのつながり"),
        "tabs": tabs(scope, "network"),
        "page_url": scope.address("network"),
    }
    if form.errors or form.choice.attribute:
        context["needs_no_attribute"] = not form.errors
        return render(request, "analysis/network.html", context, status=422)
    found = answer(analyses.together(scope, form.choice))
    context |= {"answer": found}
    if found.data:
        context |= netted(scope, found.data, form.choice)
    return render(request, "analysis/network.html", context)


def netted(scope: Scope, data: dict[str, Any], choice: Choice) -> dict[str, Any]:
    """A net as it is drawn, for a desk and for a phone; what was frozen before there was one for phones has one sheet."""
    links = WordLinks(scope, words_in([data["nodes"]]))
    sheets = []
    for size, sheet in (("wide", data), ("phone", data["phone"])) if "phone" in data else (("only", data),):
        nodes = [{**node, "url": links.to(node["word"], choice)} for node in sheet["nodes"]]
        sheets.append({"size": size, "nodes": nodes, "edges": sheet["edges"], "box": box_of(nodes)})
    urls = {node["word"]: links.to(node["word"], choice) for node in data["nodes"]}
    return {
        "data": in_words(data),
        "nodes": data["nodes"],
        "sheets": sheets,
        "word_groups": [[(word, urls[word]) for word in group["words"]] for group in data["groups"]],
        "strongest": [{**edge, "urls": (urls[edge["a"]], urls[edge["b"]])} for edge in data["edges"][:15]],
    }


@require_safe
def weeks(request: HttpRequest, **where: Any) -> HttpResponse:
    """Words week by week, and those that rose."""
    scope, form = asked(request, where)
    context: dict[str, Any] = {
        "scope": scope,
        "form": form,
        "heading": _("ことばのうつりかわり"),
        "tabs": tabs(scope, "weeks"),
        "page_url": scope.address("weeks"),
    }
    if form.errors or form.choice.attribute:
        context["needs_no_attribute"] = not form.errors
        return render(request, "analysis/weeks.html", context, status=422)
    found = answer(analyses.weeks(scope, form.choice))
    context |= {"answer": found}
    if found.data:
        context |= drawn_weeks(scope, found.data, form.choice)
    return render(request, "analysis/weeks.html", context)


CHART = {"width": 300, "height": 90, "air": 8}


def drawn_weeks(scope: Scope, data: dict[str, Any], choice: Choice) -> dict[str, Any]:
    """Weeks as a small chart for each word, all on one scale, and as a table."""
    most = max((n for row in data["table"] for n in row["counts"]), default=0) or 1
    links = WordLinks(scope, words_in([data["table"], data["rising"]]))
    table = [{**row, "url": links.to(row["word"], choice)} for row in data["table"]]
    rising = [{**row, "url": links.to(row["word"], choice)} for row in data["rising"]]
    return {
        "data": in_words(data),
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
    """The line of a word's weeks."""
    step = CHART["width"] / max(len(counts) - 1, 1)
    return " ".join(
        f"{step * week:.1f},{CHART['air'] + CHART['height'] * (1 - n / most):.1f}" for week, n in enumerate(counts)
    )


@require_safe
def groups(request: HttpRequest, **where: Any) -> HttpResponse:
    """What is distinctive of each group, the smallest first; voices that few have reacted to; quotes from all channels."""
    scope = scope_of(**where)
    found = answer(analyses.groups(scope))
    context = {"scope": scope, "heading": _("グループごとのことば"), "tabs": tabs(scope, "groups"), "answer": found}
    if found.data:
        context |= grouped(scope, found.data, attributes=may_see_attributes(request, scope))
    return render(request, "analysis/groups.html", context)


def grouped(scope: Scope, data: dict[str, Any], *, attributes: bool) -> dict[str, Any]:
    """Groups as they are shown; the quotes are read anew from what is public.

    attributes: whether the reader may see the groups of persons (age bands, districts, relations).
    """
    channels = data["channels"]
    linked_rows = [data["quiet"], *(group["words"] for group in (channels or {"groups": []})["groups"])]
    links = WordLinks(scope, words_in(linked_rows))
    if channels:
        linked = [_with_links(links, group) for group in channels["groups"]]
        channels = {**channels, "groups": _labelled(linked, Channel)}
    kinds = dict(analyses.GROUPINGS)
    return {
        "data": in_words(data),
        "shows_attributes": attributes,
        "groupings": [
            {**g, "groups": _labelled(g["groups"], kinds[g["name"]])} for g in data["groupings"] if attributes
        ],
        "quiet": [{**row, "url": links.to(row["word"], Choice())} for row in data["quiet"]],
        "channels": channels,
        "quotes": scope.proposals().among(data["quotes"]).for_lists(),
    }


def _labelled(groups: list[dict[str, Any]], kinds: Any) -> list[dict[str, Any]]:
    """Groups with their names in the reader's language."""
    return [{**group, "label": kinds(group["value"]).label} for group in groups]


def _with_links(links: WordLinks, group: dict[str, Any]) -> dict[str, Any]:
    choice = Choice(channel=group["value"])
    return {**group, "words": [{**row, "url": links.to(row["word"], choice)} for row in group["words"]]}
