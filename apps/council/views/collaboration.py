"""協働のかたち: the methods and domains with their cross table, and the agreement of a project."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.consultations.models import ActionRefused
from apps.core.fiscal import wareki
from apps.council import explanations
from apps.council.forms.agreement import AgreementForm, SignForm, VersionForm
from apps.council.models import Agreement, Domain, Method, Project
from apps.council.models.agreement import drafted, missing_facts, write_agreement
from apps.council.project_pdf import with_qr_code
from apps.council.views.helpers import workable_project


@require_safe
def collaboration(request: HttpRequest) -> HttpResponse:
    """What the methods and domains mean, and how many projects stand where."""
    public = Project.objects.public()
    counts = public.cross_table()
    methods = [*Method.choices, ("", _("決まっていない"))]
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


def _row(domain: str, label: Any, methods: list[Any], counts: dict[tuple[str, str], int]) -> dict[str, Any]:
    """One line of the cross table; each number leads to the list behind it."""
    cells = [
        {
            "count": counts.get((domain, method), 0),
            "query": urlencode({"domain": domain, "method": method}) if domain and method else "",
        }
        for method, _label in methods
    ]
    return {"label": label, "cells": cells, "total": sum(cell["count"] for cell in cells)}


def _project(request: HttpRequest, slug: str) -> Project:
    """A project on which this person works; its agreement is nobody else's."""
    shown = get_object_or_404(Project.objects.visible_to(request.user).for_page(), slug=slug)
    if not workable_project(request, shown):
        raise PermissionDenied(_("協定書は、取組に関わる団体と市の担当者だけが見られます。"))
    return shown


def _version(request: HttpRequest, shown: Project) -> Agreement | None:
    """The version that the address names, else the newest."""
    form = VersionForm(request.GET)
    wanted = form.cleaned_data.get("version") if form.is_valid() else None
    if wanted:
        return get_object_or_404(shown.agreements, version=wanted)
    return shown.agreements.newest().first()


def _state(shown: Project, found: Agreement | None) -> dict[str, Any]:
    """The texts of a version, or of a draft from the project's data, and what is missing."""
    stated = found or Agreement(project=shown, version=0, clauses=drafted(shown))
    return {"texts": stated.texts(), "missing": [*stated.missing(), *missing_facts(shown)]}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agreement(request: HttpRequest, slug: str) -> HttpResponse:
    """The agreement of a project, its versions, what is missing; recording the day of signing."""
    shown = _project(request, slug)
    found = _version(request, shown)
    form = SignForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and found and form.is_valid():
        try:
            found.sign(on=form.cleaned_data["signed_on"], by=request.user)
        except ActionRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("締結日を記録しました。"))
            return redirect(found)
    context = {"project": shown, "agreement": found, "form": form, **_state(shown, found)}
    context["versions"] = shown.agreements.newest().with_author()
    return render(request, "council/agreement.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The clauses; saving makes the next version."""
    shown = _project(request, slug)
    last = shown.agreements.newest().first()
    initial = last.clauses if last else drafted(shown)
    form = AgreementForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = write_agreement(shown, clauses=form.cleaned_data, by=request.user)
        messages.success(request, _("第%(n)d版として保存しました。") % {"n": made.version})
        return redirect(made)
    context = {"form": form, "project": shown}
    return render(request, "council/agreement_edit.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def agreement_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """The agreement to print and sign; a draft says what is missing."""
    shown = _project(request, slug)
    found = _version(request, shown)
    state = _state(shown, found)
    data = {
        "title": shown.title,
        "version": _("第%(n)d版") % {"n": found.version} if found else _("下書き"),
        "missing": [] if found and found.signed_on else state["missing"],
        "clauses": [[str(clause.title), text] for clause, text in state["texts"]],
        "signed": wareki(found.signed_on) if found and found.signed_on else "",
        "parties": _parties(shown),
    }
    paper = with_qr_code("agreement.typ", data, address=f"{settings.SITE_URL}{shown.get_absolute_url()}")
    response = HttpResponse(paper, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="agreement-{shown.slug}.pdf"'
    return response


def _parties(shown: Project) -> list[str]:
    """Who signs."""
    names = [row.organization.name for row in shown.participations.all()]
    return [*([f"調布市 {shown.department}"] if shown.department else []), *names]
