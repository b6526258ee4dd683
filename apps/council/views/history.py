"""Views of the 変更の履歴: each revision compared with the one before, and the secretariat's decision."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import User
from apps.accounts.requests import AuthedRequest
from apps.consultations.models import ActionRefused
from apps.council import actions
from apps.council.forms.editing import DecisionForm
from apps.council.models import Organization, Project, ProjectUpdate, revision_content
from apps.council.models.revision import Revision
from apps.council.views.helpers import organization_to_edit, project_to_edit, require_publishing


@login_required
@require_safe
def project_history(request: AuthedRequest, slug: str) -> HttpResponse:
    """List the revisions of a project, for those who may edit it."""
    return _history(request, project_to_edit(request, slug))


@login_required
@require_safe
def organization_history(request: AuthedRequest, slug: str) -> HttpResponse:
    """List the revisions of an organization's page, for those who may edit it."""
    return _history(request, organization_to_edit(request, slug))


def _history(request: HttpRequest, subject: Organization | Project) -> HttpResponse:
    context = {"subject": subject, "revisions": subject.revisions.newest().without_content()}
    return render(request, "council/history.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def project_revision(request: AuthedRequest, slug: str, number: int) -> HttpResponse:
    """Show a revision of a project as a diff against what was public before; POST publishes or returns it."""
    return _revision(request, project_to_edit(request, slug), number)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def organization_revision(request: AuthedRequest, slug: str, number: int) -> HttpResponse:
    """Show a revision of an organization's page as a diff; POST publishes or returns it."""
    return _revision(request, organization_to_edit(request, slug), number)


def _revision(request: HttpRequest, subject: Organization | Project, number: int) -> HttpResponse:
    revision = get_object_or_404(subject.revisions, number=number)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        by = require_publishing(request)
        if form.is_valid() and _decide(request, revision, form, by=by):
            return redirect(revision)
    context = {
        "subject": subject,
        "revision": revision,
        "changes": revision_content.changes(type(subject), _content_before(subject, revision), revision.content),
        "pictures": subject.pictures.named_in(revision.content) if isinstance(subject, Project) else [],
        "form": form,
        "may_decide": revision.is_waiting and request.user.has_perm("council.publish"),
    }
    return render(request, "council/revision.html", context, status=422 if form.errors else 200)


def _content_before(subject: Organization | Project, revision: Revision) -> dict[str, object]:
    """Return the content that a revision is compared with: the last published one before it, else the public row.

    Empty when there is neither, and for a decided first revision.
    """
    earlier = subject.revisions.published().before(revision.number).first()
    if earlier:
        return dict(earlier.content)
    if not revision.is_waiting or (isinstance(subject, Project) and not subject.is_published):
        return {}
    return revision_content.content_of(subject)


def _decide(request: HttpRequest, revision: Revision, form: DecisionForm, *, by: User) -> bool:
    """Publish or return the revision. Return False, with an error in the form, when it is refused."""
    try:
        if form.cleaned_data["decision"] == "publish":
            actions.publish_revision(revision=revision, by=by)
            messages.success(request, _("公開しました。"))
        else:
            actions.return_revision(revision=revision, by=by, note=form.cleaned_data["note"])
            messages.success(request, _("差し戻しました。提出した人にお知らせが届きます。"))
    except ActionRefused as refused:
        form.add_error("note" if form.cleaned_data["decision"] == "return" else None, refused.sentence)
        return False
    return True


@login_required
@require_POST
def update_publish(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    """Publish an update (活動報告), for the secretariat."""
    require_publishing(request)
    update = get_object_or_404(ProjectUpdate.objects.waiting().select_related("project"), pk=pk, project__slug=slug)
    try:
        actions.publish_update(update=update, by=request.user)
    except ActionRefused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("活動報告を公開しました。"))
    return redirect("council:workspace")
