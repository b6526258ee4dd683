"""Views in which a member edits the organization's page, a project, an update: input, preview, submission."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.requests import AuthedRequest
from apps.consultations.models import ActionRefused
from apps.core.form_steps import form_step
from apps.core.htmx_parts import is_part_wanted
from apps.council import actions
from apps.council.forms.editing import MethodForm, NewProjectForm, OrganizationEditForm, ProjectEditForm, UpdateForm
from apps.council.models import (
    Agreement,
    Challenge,
    CheckSheet,
    Match,
    Offer,
    Organization,
    OrganizationRevision,
    Project,
    ProjectRevision,
    ProjectUpdate,
    revision_content,
)
from apps.council.models.revision import Revision
from apps.council.views.helpers import (
    organization_to_edit,
    project_to_edit,
    refused_form,
    require_work,
    require_workspace,
)

LESSONS = 5
SHEETS = 30


@login_required
@require_safe
def workspace(request: AuthedRequest) -> HttpResponse:
    """Show the 作業ページ: one's organizations, projects and check sheets; for the secretariat, what waits for it."""
    require_workspace(request)
    organizations = Organization.objects.for_user(request.user)
    projects = Project.objects.of_organizations(organizations).newest().for_workspace()
    context: dict[str, object] = {
        "organizations": organizations.for_workspace(),
        "projects": projects,
        "updates": ProjectUpdate.objects.waiting().in_projects(projects.values("pk")).newest().for_lists(),
        "check_sheets": CheckSheet.objects.of_person(request.user).waiting_first().for_lists()[:SHEETS],
        "matches": Match.objects.waiting_for(request.user).newest().for_lists(),
        "agreements": Agreement.objects.waiting_for(request.user).for_workspace(),
        "half_signed": Agreement.objects.waiting_for_others(request.user).for_workspace(),
        "publishes": request.user.has_perm("council.publish"),
        "may_start": request.user.has_perm("council.work"),
    }
    if context["publishes"]:
        context["waiting"] = ProjectRevision.objects.waiting().for_workspace()
        context["waiting_pages"] = OrganizationRevision.objects.waiting().for_workspace()
        context["waiting_challenges"] = Challenge.objects.waiting()
        context["waiting_offers"] = Offer.objects.waiting()
        context["waiting_updates"] = ProjectUpdate.objects.waiting().newest().for_lists()
    return render(request, "council/workspace.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def organization_edit(request: AuthedRequest, slug: str) -> HttpResponse:
    """Edit the page of one's organization."""
    organization = organization_to_edit(request, slug)
    base = actions.latest_number(organization)
    initial = {**actions.latest_content(organization), "base": base}
    form = OrganizationEditForm(request.POST if request.method == "POST" else None, initial=initial)
    context = {"form": form, "organization": organization, "waits": _has_waiting_revision(organization)}
    step = form_step(request, form)
    if step == "input":
        return _form(request, "council/organization_edit.html", context)
    if step == "preview":
        preview = Organization(**{**_columns(organization), **form.content})
        logo = _waiting_logo(organization)
        return render(request, "council/organization_preview.html", {**context, "preview": preview, "logo": logo})
    try:
        revision, _new = actions.hand_in_organization(
            organization=organization, by=request.user, content=form.content, **form.handed_in
        )
    except ActionRefused as refused:
        return refused_form(request, "council/organization_edit.html", context, refused)
    return _redirect_to_revision(request, revision)


def _columns(organization: Organization) -> dict[str, object]:
    """Return the values of an organization's card that its page shows and the form does not ask."""
    names = ("slug", "name", "sector", "kind", "is_member", "joined_on", "source", "logo")
    return {name: getattr(organization, name) for name in names} | {"pk": organization.pk}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def project_edit(request: AuthedRequest, slug: str) -> HttpResponse:
    """Edit a project of one's organization."""
    project = project_to_edit(request, slug)
    base = actions.latest_number(project)
    initial = {**ProjectEditForm.initial_of(actions.latest_content(project)), "base": base}
    data = request.POST if request.method == "POST" else None
    form = ProjectEditForm(data, initial=initial, project=project)
    context = {"form": form, "project": project, "waits": _has_waiting_revision(project)}
    step = form_step(request, form)
    if step == "input":
        return _form(request, "council/project_edit.html", context)
    if step == "preview":
        return _preview(
            request, context, revision_content.preview(project, {**actions.latest_content(project), **form.content})
        )
    try:
        revision, _new = actions.hand_in_project(
            project=project, by=request.user, content=form.content, **form.handed_in
        )
    except ActionRefused as refused:
        return refused_form(request, "council/project_edit.html", context, refused)
    return _redirect_to_revision(request, revision)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def project_new(request: AuthedRequest) -> HttpResponse:
    """Register a project. Lessons of closed projects of the same 手法 stand beside the form."""
    require_work(request)
    initial = _from_match(request)
    data, is_final = (request.POST if request.method == "POST" else None), request.POST.get("step") == "save"
    form = NewProjectForm(data, user=request.user, is_final=is_final, initial=initial)
    context = {"form": form, **_lessons(request)}
    step = form_step(request, form)
    if step == "input":
        return _form(request, "council/project_new.html", context)
    if step == "preview":
        draft = revision_content.preview(Project(), form.content)
        return _preview(request, context, draft)
    typed = form.handed_in
    try:
        project, _new = actions.start_project(
            organization=form.cleaned_data["organization"], slug=form.cleaned_data["slug"], by=request.user,
            content=form.content, match=form.cleaned_data["match"],
            note=typed["note"], submit_key=typed["submit_key"],
        )  # fmt: skip
    except actions.SlugTaken as refused:
        form.add_error("slug", refused.sentence)
    except ActionRefused as refused:
        form.add_error(None, refused.sentence)
    if form.errors:
        return _form(request, "council/project_new.html", context)
    messages.success(request, _("取組を登録しました。事務局の確認が済むと公開されます。"))
    return redirect("council:project_revision", project.slug, actions.latest_number(project))


def _from_match(request: AuthedRequest) -> dict[str, object]:
    """Return the initial values of a project that starts from the match in the query string; empty without one."""
    form = MethodForm(request.GET)
    pk = form.cleaned_data.get("match") if form.is_valid() else None
    match = Match.objects.startable_by(request.user).for_lists().filter(pk=pk).first() if pk else None
    if match is None:
        return {}
    return {
        "match": match.pk,
        "title": match.challenge.title,
        "summary": match.challenge.body[:400],
        "organization": match.offer.organization.slug,
        "fields": [field.slug for field in match.challenge.fields.all()],
    }


def _lessons(request: HttpRequest) -> dict[str, object]:
    """Return the lessons of closed projects of the chosen 手法, with the form that chose it."""
    form = MethodForm(request.POST if request.method == "POST" else request.GET)
    form.is_valid()
    method = form.cleaned_data.get("method", "")
    lessons = Project.objects.lessons(method)[:LESSONS] if method else []
    return {"lessons": lessons, "method": method, "method_form": form}


@login_required
@require_safe
def lessons(request: AuthedRequest) -> HttpResponse:
    """Show the lessons of a 手法: a fragment for htmx, a page of its own without JavaScript."""
    require_work(request)
    template = "council/_lessons.html" if is_part_wanted(request) else "council/lessons.html"
    return render(request, template, _lessons(request))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def update_edit(request: AuthedRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """Write an update (活動報告) of a project, or change one that is not published yet."""
    project = project_to_edit(request, slug)
    update = get_object_or_404(ProjectUpdate.objects.for_project(project).waiting(), pk=pk) if pk else None
    initial: dict[str, object] = {"happened_on": timezone.localdate()}
    if update:
        initial = {"title": update.title, "body": update.body, "happened_on": update.happened_on}
    form = UpdateForm(request.POST if request.method == "POST" else None, initial=initial)
    context = {"form": form, "project": project, "update": update}
    step = form_step(request, form)
    if step == "input":
        return _form(request, "council/update_edit.html", context)
    if step == "preview":
        return render(request, "council/update_preview.html", {**context, "cleaned_data": form.cleaned_data})
    actions.write_update(project=project, by=request.user, update=update, **form.cleaned_data)
    messages.success(request, _("活動報告を提出しました。事務局の確認が済むと公開されます。"))
    return redirect("council:workspace")


def _has_waiting_revision(subject: Organization | Project) -> bool:
    """Return whether a revision already waits for the secretariat."""
    return subject.revisions.waiting().exists()


def _waiting_logo(organization: Organization) -> str:
    """Return the URL of the logo in the revision that waits; empty when there is none."""
    revision = organization.revisions.waiting().first()
    if revision is None or not revision.content.get("logo"):
        return ""
    return reverse("council:revision_logo", args=[organization.slug, revision.number])


def _form(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Render the form with what was typed; 422 when it has errors."""
    return render(request, template, context, status=422 if context["form"].errors else 200)


def _preview(request: HttpRequest, context: dict[str, object], preview: dict[str, object]) -> HttpResponse:
    """Render the page of a project as it will look."""
    return render(request, "council/project_preview.html", {**context, "preview": preview})


def _redirect_to_revision(request: HttpRequest, revision: Revision) -> HttpResponse:
    """Redirect to the revision that was submitted, with a message."""
    messages.success(request, _("変更を提出しました。事務局の確認が済むと公開されます。"))
    return redirect(revision)
