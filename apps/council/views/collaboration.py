"""The view of 協働のかたち: methods, domains and their cross table."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core.types import StrOrPromise
from apps.council import explanations
from apps.council.models import Domain, Method, Project


@require_safe
def collaboration(request: HttpRequest) -> HttpResponse:
    """Explain methods and domains, with a cross table of how many public projects use them."""
    public = Project.objects.public()
    counts = public.cross_table()
    methods: list[tuple[str, StrOrPromise]] = [*Method.choices, ("", _("決まっていない"))]
    domains = [*explanations.SHORT.items(), ("", _("決まっていない"))]
    context = {
        "table": [_row(domain, label, methods, counts) for domain, label in domains],
        "head": [label for _method, label in methods],
        "total": sum(counts.values()),
        "domains": [(Domain(key).label, text) for key, text in explanations.DOMAINS.items()],
        "methods": [(Method(key).label, text) for key, text in explanations.METHODS.items()],
        "outside": explanations.OUTSIDE,
        "source": explanations.SOURCE,
    }
    return render(request, "council/collaboration.html", context)


def _row(
    domain: str, label: StrOrPromise, methods: list[tuple[str, StrOrPromise]], counts: dict[tuple[str, str], int]
) -> dict[str, object]:
    """Return one row of the cross table: label, cells (count and query string of the filtered list), total."""
    counted = [counts.get((domain, method), 0) for method, _label in methods]
    cells = [
        {
            "count": count,
            "query": urlencode({"domain": domain, "method": method}) if domain and method else "",
        }
        for (method, _label), count in zip(methods, counted, strict=True)
    ]
    return {"label": label, "cells": cells, "total": sum(counted)}
