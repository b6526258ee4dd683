"""Views of a project's agreement (協定書): read, written and signed by its parties; public once they agree or it ended."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.requests import AuthedRequest
from apps.consultations.models import ActionRefused
from apps.core.fiscal import wareki
from apps.core.uploads import send_upload
from apps.council import actions
from apps.council.forms.agreement import AgreementForm, SignForm, VersionForm
from apps.council.models import Agreement, AgreementSignature, Project
from apps.council.models.agreement import Party, drafted, missing_facts, parties_of
from apps.council.services.project_pdf import with_qr_code
from apps.council.views.helpers import may_work_on


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


def _signing(request: AuthedRequest, agreement: Agreement | None) -> tuple[list[dict[str, Any]], list[Party]]:
    """Return each party with its signature of a version, and the parties for which the person may still sign it.

    The secretariat may record the signature of any party, on paper.
    """
    if agreement is None:
        return [], []
    signed = list(AgreementSignature.objects.visible_to(request.user).filter(agreement=agreement).for_lists())
    by_party = {(row.department_id, row.organization_id): row for row in signed}
    rows: list[dict[str, Any]] = [
        {"party": party, "signature": by_party.get((_pk(party.department), _pk(party.organization)))}
        for party in parties_of(agreement.project)
    ]
    waiting = [row["party"] for row in rows if row["signature"] is None]
    if agreement.signed_on or agreement.lacking():
        return rows, []
    own = [party for party in waiting if party.is_spoken_for_by(request.user)]
    others = [party for party in waiting if party not in own] if request.user.has_perm("council.publish") else []
    return rows, [*own, *others]


def _pk(row: Any) -> int | None:
    return row.pk if row else None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agreement(request: AuthedRequest, slug: str) -> HttpResponse:
    """Show the agreement of a project with its versions, gaps and signatures; POST signs it for one party."""
    project = _workable_project(request, slug)
    agreement = _requested_agreement(request, project)
    signatures, open_parties = _signing(request, agreement)
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = SignForm(*data, parties=open_parties)
    if request.method == "POST" and agreement and form.is_valid() and _sign(request, agreement, form):
        return redirect(agreement)
    context = {"project": project, "agreement": agreement, "form": form, **_texts_and_gaps(project, agreement)}
    former = project.agreements.before(agreement) if agreement else None
    return render(
        request,
        "council/agreement.html",
        {
            **context,
            "signatures": signatures,
            "may_sign": bool(open_parties),
            "former": former,
            "changes": agreement.changes_from(former.clauses) if agreement and former else [],
            "versions": project.agreements.newest().with_author(),
            "is_public": Agreement.objects.public().filter(project=project).exists(),
        },
        status=422 if form.errors else 200,
    )


def _sign(request: AuthedRequest, agreement: Agreement, form: SignForm) -> bool:
    """Sign the agreement. Return False, with the reason in the form, when it is refused."""
    typed = form.cleaned_data
    try:
        is_concluded = actions.sign_agreement(
            agreement=agreement, party=typed["party"], on=typed["signed_on"], agrees=typed["agrees"], file=typed["file"],
            by=request.user,
        )  # fmt: skip
    except ActionRefused as refused:
        form.add_error(None, refused.sentence)
        return False
    messages.success(
        request, _("協定を締結しました。") if is_concluded else _("署名しました。ほかの団体・課の署名を待っています。")
    )
    return True


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_edit(request: AuthedRequest, slug: str) -> HttpResponse:
    """Edit the clauses; saving creates the next version. Status 409 when somebody else saved one meanwhile."""
    project = _workable_project(request, slug)
    newest = project.agreements.newest().first()
    initial = {**(newest.clauses if newest else drafted(project)), "base": newest.version if newest else 0}
    form = AgreementForm(request.POST if request.method == "POST" else None, initial=initial)
    context: dict[str, Any] = {"form": form, "project": project}
    if request.method == "POST" and form.is_valid():
        try:
            agreement = actions.write_agreement(
                project=project, clauses=form.clauses, base=form.cleaned_data["base"] or 0, by=request.user
            )
        except actions.NewerDraft as refused:
            return _newer_draft(request, context, refused)
        messages.success(request, _("第%(n)d版として保存しました。") % {"n": agreement.version})
        return redirect(agreement)
    return render(request, "council/agreement_edit.html", context, status=422 if form.errors else 200)


def _newer_draft(request: HttpRequest, context: dict[str, Any], refused: actions.NewerDraft) -> HttpResponse:
    """Render the form with what was typed, compared with the version that was saved meanwhile, and rebased on that."""
    form = context["form"]
    form.add_error(None, refused.sentence)
    form.rebase_on(refused.newest.version)
    changes = Agreement(project=context["project"], clauses=form.clauses).changes_from(refused.newest.clauses)
    return render(
        request, "council/agreement_edit.html", {**context, "newer": refused.newest, "changes": changes}, status=409
    )


@login_required
@require_safe
def agreement_file(request: AuthedRequest, slug: str, version: int, pk: int) -> FileResponse:
    """Return the signed paper of one party, for those who work on the project."""
    project = _workable_project(request, slug)
    rows = AgreementSignature.objects.visible_to(request.user).with_file()
    signature = get_object_or_404(rows, agreement__project=project, agreement__version=version, pk=pk)
    return send_upload(signature.file)


@require_safe
def agreement_text(request: HttpRequest, slug: str) -> HttpResponse:
    """Show everybody the text of the newest agreement that is public."""
    project = get_object_or_404(Project.objects.public(), slug=slug)
    agreement = Agreement.objects.public().filter(project=project).newest().first()
    if agreement is None:
        raise Http404
    return render(request, "council/agreement_text.html", {"project": project, "agreement": agreement})


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
    """Return the names of the signing parties: see `parties_of`."""
    return [party.name for party in parties_of(project)]
