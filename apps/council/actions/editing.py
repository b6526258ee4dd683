"""What members of the council hand in, and what the secretariat decides: several rows at once."""

import uuid
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.consultations.models import Refused
from apps.council.models import (
    Match,
    Organization,
    OrganizationRevision,
    Part,
    Participation,
    Project,
    ProjectRevision,
    ProjectUpdate,
    RevisionState,
)
from apps.council.models.content import completed, enter_stage, of_organization, of_project
from apps.operations.models import AuditEntry, Notification

NOT_YOURS = gettext_lazy("編集できるのは、ご自分の団体のページと、ご自分の団体が代表・共同実施の取組だけです。")


def _require_edit(editable: Any, subject: Any) -> None:
    """Refuse what belongs to another organization."""
    if not editable.filter(pk=subject.pk).exists():
        raise Refused(NOT_YOURS)


def latest_number(subject: Any) -> int:
    """The number of the newest revision of an organization or project, 0 when there is none."""
    newest = subject.revisions.newest().first()
    return newest.number if newest else 0


@transaction.atomic
def _hand_in(
    subject: Any, link: str, content: dict[str, Any], *, by: Any, note: str, submit_key: uuid.UUID, base: int | None
) -> tuple[Any, bool]:
    """Add a revision that waits; an earlier one that still waits gives way. The revision, and whether it is new."""
    model = subject.revisions.model
    repeated = model.objects.filter(made_by=by, submit_key=submit_key).first()
    if repeated:
        return repeated, False
    by.require_may_write()
    type(subject).objects.select_for_update().get(pk=subject.pk)
    number = latest_number(subject)
    if base is not None and base != number:
        raise Refused(
            _("編集している間に、ほかの人が変更を提出しました。履歴で内容を確かめてから、もう一度提出してください。")
        )
    if number == 0 and subject.is_published:
        number = _keep_first_wording(subject, link)
    subject.revisions.waiting().update(state=RevisionState.REPLACED)
    made = model.objects.create(
        **{link: subject}, number=number + 1, content=content, note=note, made_by=by, submit_key=submit_key
    )
    AuditEntry.record("hand_in_revision", subject, by=by, number=made.number)
    return made, True


def _keep_first_wording(subject: Any, link: str) -> int:
    """Before the first change: what the page said when it was registered becomes revision 1. Its number."""
    read = of_project if link == "project" else of_organization
    subject.revisions.create(
        number=1,
        content=read(subject),
        state=RevisionState.PUBLISHED,
        note=_("登録時の内容"),
        decided_at=timezone.now(),
    )
    return 1


def latest_content(subject: Any) -> dict[str, Any]:
    """What a change builds on: the wording that waits, else what the public page says."""
    waiting = subject.revisions.waiting().first()
    return completed(subject, waiting.content if waiting else {})


def _with_kept(subject: Any, content: dict[str, Any]) -> dict[str, Any]:
    """What the form of the words does not ask stays as it was: pictures, the logo."""
    return {**latest_content(subject), **content}


def hand_in_organization(
    *, organization: Organization, by: Any, content: dict[str, Any], note: str, submit_key: uuid.UUID, base: int
) -> tuple[OrganizationRevision, bool]:
    """A member proposes other words for the own organization's page."""
    _require_edit(Organization.objects.editable_by(by), organization)
    content = _with_kept(organization, content)
    return _hand_in(organization, "organization", content, by=by, note=note, submit_key=submit_key, base=base)


def hand_in_project(
    *, project: Project, by: Any, content: dict[str, Any], note: str, submit_key: uuid.UUID, base: int
) -> tuple[ProjectRevision, bool]:
    """A member proposes other words for a project of the own organization."""
    _require_edit(Project.objects.editable_by(by), project)
    content = _with_kept(project, content)
    return _hand_in(project, "project", content, by=by, note=note, submit_key=submit_key, base=base)


@transaction.atomic
def start_project(
    *,
    organization: Organization,
    by: Any,
    slug: str,
    content: dict[str, Any],
    note: str,
    submit_key: uuid.UUID,
    match: Match | None = None,
) -> tuple[Project, bool]:
    """An organization registers a project, which it leads; public once the secretariat has looked at it.

    One that starts from a match keeps the link to it, to the voice behind it and to the department that asked.
    """
    _require_edit(Organization.objects.editable_by(by), organization)
    repeated = ProjectRevision.objects.filter(made_by=by, submit_key=submit_key).select_related("project").first()
    if repeated:
        return repeated.project, False
    by.require_may_write()
    origin = {}
    if match:
        origin = {"match": match, "proposal": match.challenge.proposal, "department": match.challenge.department}
    words = {name: content[name] for name in ("title", "summary", "result", "lesson")}
    project = Project.objects.create(slug=slug, **words, **origin)
    enter_stage(project, content, by=by)
    Participation.objects.create(project=project, organization=organization, part=Part.LEAD)
    _hand_in(project, "project", content, by=by, note=note, submit_key=submit_key, base=None)
    return project, True


@transaction.atomic
def publish_revision(*, revision: Any, by: Any) -> None:
    """The secretariat publishes a wording; who handed it in is told."""
    _require_publishing(by)
    revision.publish(by=by)
    _tell(revision, _("「%(title)s」の変更を公開しました"))


@transaction.atomic
def return_revision(*, revision: Any, by: Any, note: str) -> None:
    """The secretariat asks for another wording; who handed it in is told."""
    _require_publishing(by)
    revision.return_to_author(by=by, note=note)
    _tell(revision, _("「%(title)s」の変更に、事務局から修正のお願いがあります"))


def _require_publishing(by: Any) -> None:
    if not by.has_perm("council.publish"):
        raise Refused(_("公開と差し戻しは、事務局の職員だけが行えます。"))


def _tell(revision: Any, title: str) -> None:
    if revision.made_by_id:
        Notification.objects.tell(
            revision.made_by_id,
            kind="revision",
            key=f"{revision._meta.model_name}:{revision.pk}",
            title=title % {"title": revision.subject},
            body=revision.decision_note,
            address=revision.get_absolute_url(),
        )


@transaction.atomic
def write_update(
    *, project: Project, by: Any, title: str, body: str, happened_on: date, update: ProjectUpdate | None = None
) -> ProjectUpdate:
    """A member writes news of a project, or changes it while the secretariat has not published it."""
    _require_edit(Project.objects.editable_by(by), project)
    by.require_may_write()
    if update is not None and update.published_at:
        raise Refused(_("公開された活動報告は変更できません。誤りがあるときは事務局へご連絡ください。"))
    update = update or ProjectUpdate(project=project)
    update.title, update.body, update.happened_on, update.written_by = title, body, happened_on, by
    update.full_clean(validate_constraints=False, exclude=["project", "written_by"])
    update.save()
    AuditEntry.record("write_update", update, by=by, project=project.slug)
    return update


@transaction.atomic
def publish_update(*, update: ProjectUpdate, by: Any) -> None:
    """The secretariat publishes news; its author is told."""
    _require_publishing(by)
    update.publish(by=by)
    if update.written_by_id:
        Notification.objects.tell(
            update.written_by_id,
            kind="update",
            key=str(update.pk),
            title=_("活動報告「%(title)s」を公開しました") % {"title": update.title},
            address=f"{reverse('council:project', args=[update.project.slug])}#update-{update.pk}",
        )
