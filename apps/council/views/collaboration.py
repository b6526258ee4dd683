"""Views of 協働のかたち (methods, domains and their cross table) and of a project's agreement (協定書)."""

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

from apps.accounts.requests import AuthedRequest
from apps.consultations.models import ActionRefused
from apps.core.fiscal import wareki
from apps.core.types import StrOrPromise
from apps.council import explanations
from apps.council.forms.agreement import AgreementForm, SignForm, VersionForm
from apps.council.models import Agreement, Domain, Method, Project
from apps.council.models.agreement import drafted, missing_facts, write_agreement
from apps.council.services.project_pdf import with_qr_code
from apps.council.views.helpers import may_work_on


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


def _workable_project(request: HttpRequest, slug: str) -> Project:
    """Return a project that the signed-in person works on; raise 404 if it is not visible, 403 if it is another's."""
    project: Project = get_object_or_404(Project.objects.visible_to(request.user).for_page(), slug=slug)
    if not may_work_on(request, project):
        raise PermissionDenied(_("協定書は、取組に関わる団体と市の担当者だけが見られます。"))
    return project


def _requested_agreement(request: HttpRequest, project: Project) -> Agreement | None:
    """Return the version named in the query string, else the newest; None when there is none yet."""
    form = VersionForm(request.GET)
    wanted = form.cleaned_data.get("version") if form.is_valid() else None
    if wanted:
        return get_object_or_404(project.agreements, version=wanted)
    return project.agreements.newest().first()


def _texts_and_gaps(project: Project, agreement: Agreement | None) -> dict[str, Any]:
    """Return `texts` of a version, or of a draft from the project's data, and what is `missing`."""
    version = agreement or Agreement(project=project, version=0, clauses=drafted(project))
    return {"texts": version.texts(), "missing": [*version.missing(), *missing_facts(project)]}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agreement(request: AuthedRequest, slug: str) -> HttpResponse:
    """Show the agreement of a project with its versions and gaps; POST records the day of signing."""
    project = _workable_project(request, slug)
    agreement = _requested_agreement(request, project)
    form = SignForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and agreement and form.is_valid():
        try:
            agreement.sign(on=form.cleaned_data["signed_on"], by=request.user)
        except ActionRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("締結日を記録しました。"))
            return redirect(agreement)
    context = {"project": project, "agreement": agreement, "form": form, **_texts_and_gaps(project, agreement)}
    context["versions"] = project.agreements.newest().with_author()
    return render(request, "council/agreement.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_edit(request: AuthedRequest, slug: str) -> HttpResponse:
    """Edit the clauses; saving creates the next version."""
    project = _workable_project(request, slug)
    newest = project.agreements.newest().first()
    initial = newest.clauses if newest else drafted(project)
    form = AgreementForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        agreement = write_agreement(project, clauses=form.cleaned_data, by=request.user)
        messages.success(request, _("第%(n)d版として保存しました。") % {"n": agreement.version})
        return redirect(agreement)
    context = {"form": form, "project": project}
    return render(request, "council/agreement_edit.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def agreement_pdf(request: AuthedRequest, slug: str) -> HttpResponse:
    """Return the agreement as a PDF to print and sign; a draft lists what is missing."""
    project = _workable_project(request, slug)
    agreement = _requested_agreement(request, project)
    state = _texts_and_gaps(project, agreement)
    data = {
        "title": project.title,
        "version": _("第%(n)d版") % {"n": agreement.version} if agreement else _("下書き"),
        "missing": [] if agreement and agreement.signed_on else state["missing"],
        "clauses": [[str(clause.title), text] for clause, text in state["texts"]],
        "signed": wareki(agreement.signed_on) if agreement and agreement.signed_on else "",
        "parties": _parties(project),
    }
    pdf = with_qr_code("agreement.typ", data, url=f"{settings.SITE_URL}{project.get_absolute_url()}")
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="agreement-{project.slug}.pdf"'
    return response


def _parties(project: Project) -> list[str]:
    """Return the names of the signing parties: the city's department, then the organizations."""
    names = [row.organization.name for row in project.participations.all()]
    return [*([f"調布市 {project.department}"] if project.department else []), *names]
