"""Comparison, net, weeks and groups: the same rows, other questions."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.analysis import more
from apps.analysis.cloud import PHONE, lay_out
from apps.analysis.drawings import answer
from apps.analysis.forms import ChoiceForm
from apps.analysis.network import box_of
from apps.analysis.scope import Choice, Scope, scope_of
from apps.analysis.views.shared import asked, label_of_counts, tabs, word_address


def both_forms(request: HttpRequest, scope: Scope) -> tuple[ChoiceForm, ChoiceForm]:
    """The two sides of a comparison, checked."""
    forms = ChoiceForm(request.GET, scope=scope, prefix="a"), ChoiceForm(request.GET, scope=scope, prefix="b")
    for form in forms:
        form.is_valid()
    return forms


@require_safe
def compare(request: HttpRequest, **where: Any) -> HttpResponse:
    """Two groups side by side, with what is distinctive of each."""
    scope = scope_of(**where)
    a, b = both_forms(request, scope)
    context: dict[str, Any] = {
        "scope": scope,
        "heading": _("ことばをくらべる"),
        "tabs": tabs(scope, "compare"),
        "forms": [a, b],
    }
    if a.errors or b.errors:
        return render(request, "analysis/compare.html", context, status=422)
    if a.choice.narrows or b.choice.narrows:
        found = answer(more.compare(scope, a.choice, b.choice))
        context |= {"answer": found}
        if found.data:
            context |= compared(scope, found.data, [a.choice, b.choice])
    return render(request, "analysis/compare.html", context)


def compared(scope: Scope, data: dict[str, Any], choices: list[Choice]) -> dict[str, Any]:
    """A comparison as it is drawn."""
    names = [said(scope, choice) for choice in choices]
    shown = []
    for number, choice in enumerate(choices):
        words = data["words"][number]
        layout = lay_out([(w["word"], w["kind"], w["uses"]) for w in words], PHONE)
        counts = {w["word"]: w for w in words}
        shown.append(
            {
                "name": names[number],
                "layout": layout,
                "marks": [_mark(scope, choice, placed, counts[placed.text], data) for placed in layout.words],
                "contrasts": [
                    {**row, "url": "" if data["only_counts"] else word_address(scope, Choice(), row["word"])}
                    for row in data["contrasts"][number]
                ],
                **data["sides"][number],
            }
        )
    return {"data": data, "sides": shown}


def _mark(scope: Scope, choice: Choice, placed: Any, counts: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    url = "" if data["only_counts"] else word_address(scope, choice, placed.text)
    return {"placed": placed, "label": label_of_counts(counts), "url": url}


def said(scope: Scope, choice: Choice) -> str:
    """A side in words: 年代：20代 …; それ以外の意見 for a side that asks for nothing."""
    return ChoiceForm.said(scope, choice)


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
    found = answer(more.together(scope, form.choice))
    context |= {"answer": found}
    if found.data:
        context |= netted(scope, found.data, form.choice)
    return render(request, "analysis/network.html", context)


def netted(scope: Scope, data: dict[str, Any], choice: Choice) -> dict[str, Any]:
    """A net as it is drawn, for a desk and for a phone; what was frozen before there was one for phones has one sheet."""
    sheets = []
    for size, sheet in (("wide", data), ("phone", data["phone"])) if "phone" in data else (("only", data),):
        nodes = [{**node, "url": word_address(scope, choice, node["word"])} for node in sheet["nodes"]]
        sheets.append({"size": size, "nodes": nodes, "edges": sheet["edges"], "box": box_of(nodes)})
    return {"data": data, "nodes": data["nodes"], "sheets": sheets, "strongest": data["edges"][:15]}


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
    found = answer(more.weeks(scope, form.choice))
    context |= {"answer": found}
    if found.data:
        context |= drawn_weeks(scope, found.data, form.choice)
    return render(request, "analysis/weeks.html", context)


CHART = {"left": 40, "top": 12, "width": 900, "height": 220}
DASHES = ("", "8 4", "2 3", "12 4 2 4", "4 4", "1 4")


def drawn_weeks(scope: Scope, data: dict[str, Any], choice: Choice) -> dict[str, Any]:
    """Weeks as lines and as a table. A line is told from another by its dashes and its name at the end, not by colour."""
    most = max((n for row in data["table"] for n in row["counts"]), default=0) or 1
    steps = max(len(data["weeks"]) - 1, 1)
    lines = []
    for row, dash in zip(data["table"], DASHES, strict=False):
        places = [
            (CHART["left"] + CHART["width"] * i / steps, CHART["top"] + CHART["height"] * (1 - n / most))
            for i, n in enumerate(row["counts"])
        ]
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        lines.append(
            {"word": row["word"], "points": points, "dash": dash, "y": round(places[-1][1], 1) if places else 0}
        )
    table = [{**row, "url": word_address(scope, choice, row["word"])} for row in data["table"]]
    rising = [{**row, "url": word_address(scope, choice, row["word"])} for row in data["rising"]]
    return {
        "data": data,
        "lines": _apart(lines),
        "table": table,
        "rising": rising,
        "most": most,
        "has_weeks": len(data["weeks"]) > 1,
    }


def _apart(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Names at the ends of lines, pushed apart so that none lies on another."""
    last = -100.0
    for line in sorted(lines, key=lambda line: line["y"]):
        line["label_y"] = round(max(line["y"] + 5, last + 18), 1)
        last = line["label_y"]
    return lines


@require_safe
def groups(request: HttpRequest, **where: Any) -> HttpResponse:
    """What is distinctive of each group, the smallest first; voices that few have reacted to; quotes from all sides."""
    scope = scope_of(**where)
    found = answer(more.groups(scope))
    context = {"scope": scope, "heading": _("グループごとのことば"), "tabs": tabs(scope, "groups"), "answer": found}
    if found.data:
        context |= grouped(scope, found.data)
    return render(request, "analysis/groups.html", context)


def grouped(scope: Scope, data: dict[str, Any]) -> dict[str, Any]:
    """Groups as they are shown; the quotes are read anew from what is public."""
    channels = data["channels"]
    if channels:
        channels = {**channels, "groups": [_with_links(scope, group) for group in channels["groups"]]}
    return {
        "data": data,
        "quiet": [{**row, "url": word_address(scope, Choice(), row["word"])} for row in data["quiet"]],
        "channels": channels,
        "quotes": scope.proposals().among(data["quotes"]).for_lists(),
    }


def _with_links(scope: Scope, group: dict[str, Any]) -> dict[str, Any]:
    choice = Choice(channel=group["value"])
    return {**group, "words": [{**row, "url": word_address(scope, choice, row["word"])} for row in group["words"]]}
