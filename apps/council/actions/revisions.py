"""Submit, publish and return revisions of projects and organizations' pages; write and publish updates."""

import uuid
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.consultations.models import ActionRefused
from apps.core.submission import ContentKey, content_key
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
from apps.council.models.revision import Revision
from apps.council.models.revision_content import Content, completed, content_of, enter_stage
from apps.operations.models import AuditEntry, Notification

NOT_YOURS = gettext_lazy("編集できるのは、ご自分の団体のページと、ご自分の団体が代表・共同実施の取組だけです。")

MATCH_TAKEN = gettext_lazy("このマッチングからは、取組を始められないか、すでに登録されています。")
SLUG_TAKEN = gettext_lazy("このアドレス名は使われています。ほかの名前にしてください。")


def _require_edit(editable: QuerySet[Organization] | QuerySet[Project], subject: Organization | Project) -> None:
    """Raise ActionRefused for what belongs to another organization."""
    if not editable.filter(pk=subject.pk).exists():
        raise ActionRefused(NOT_YOURS)


class Outdated(ActionRefused):
    """Optimistic lock conflict: another revision (`newest`) was submitted since the form was opened."""

    def __init__(self, newest: Revision, *, by: User) -> None:
        self.newest = newest
        if newest.made_by_id == by.pk:
            sentence = _(
                "この画面を開いた後に、あなたは別の内容を提出しています。違いを確かめて、"
                "今の内容でよければ、もう一度提出してください。"
            )
        else:
            sentence = _(
                "編集している間に、ほかの人が変更を提出しました。違いを確かめて、"
                "今の内容でよければ、もう一度提出してください。"
            )
        super().__init__(sentence)


class SlugTaken(ActionRefused):
    """The slug of a new project is taken."""


def begin_editing(subject: Organization | Project, *, by: User) -> None:
    """Lock the person and what they edit until the end of the transaction; refuse what belongs to another organization."""
    by.begin_writing()
    _require_edit(type(subject).objects.editable_by(by), subject)
    type(subject).objects.select_for_update(of=("self",)).get(pk=subject.pk)


def latest_number(subject: Organization | Project) -> int:
    """Return the number of the newest revision, 0 when there is none."""
    newest = subject.revisions.newest().first()
    return newest.number if newest else 0


def repeated_revision(subject: Organization | Project, *, by: User, key: ContentKey) -> Any:
    """Return the revision with the same submit key, if any: makes the submission idempotent."""
    return subject.revisions.filter(made_by=by, submit_key=key).first()


def require_latest(subject: Organization | Project, base: int, *, by: User) -> None:
    """Apply the optimistic lock: raise Outdated when `base` is not the number of the newest revision."""
    newest = subject.revisions.newest().first()
    if newest and newest.number != base:
        raise Outdated(newest, by=by)


@transaction.atomic
def add_revision(subject: Organization | Project, content: Content, *, by: User, note: str, key: ContentKey) -> Any:
    """Create a revision that waits, in place of one that still waits. The caller holds the lock of `begin_editing`."""
    number = latest_number(subject)
    if number == 0 and subject.is_published:
        number = _create_first_revision(subject)
    subject.revisions.waiting().update(state=RevisionState.REPLACED)
    revision = subject.revisions.create(number=number + 1, content=content, note=note, made_by=by, submit_key=key)
    AuditEntry.record("hand_in_revision", subject, by=by, number=revision.number)
    return revision


@transaction.atomic
def _hand_in(
    subject: Organization | Project, *, by: User, content: Content, note: str, submit_key: uuid.UUID, base: int
) -> tuple[Any, bool]:
    """Submit a revision of texts. Return it, and whether it is new (idempotent per submit key)."""
    begin_editing(subject, by=by)
    key = content_key(submit_key, subject=subject, content=content, note=note, base=base)
    repeated = repeated_revision(subject, by=by, key=key)
    if repeated:
        return repeated, False
    require_latest(subject, base, by=by)
    return add_revision(subject, {**latest_content(subject), **content}, by=by, note=note, key=key), True


def _create_first_revision(subject: Organization | Project) -> int:
    """Create revision 1 from what the page said when it was registered, before the first change. Return its number."""
    subject.revisions.create(
        number=1,
        content=content_of(subject),
        state=RevisionState.PUBLISHED,
        note=_("登録時の内容"),
        decided_at=timezone.now(),
    )
    return 1


def latest_content(subject: Organization | Project) -> Content:
    """Return the content that a change builds on: the revision that waits, else the public page."""
    revision = subject.revisions.waiting().first()
    return completed(subject, revision.content if revision else {})


def hand_in_organization(
    *, organization: Organization, by: User, content: Content, note: str, submit_key: uuid.UUID, base: int
) -> tuple[OrganizationRevision, bool]:
    """Submit a revision of the own organization's page; what `content` does not name stays. See `_hand_in`."""
    return _hand_in(organization, by=by, content=content, note=note, submit_key=submit_key, base=base)


def hand_in_project(
    *, project: Project, by: User, content: Content, note: str, submit_key: uuid.UUID, base: int
) -> tuple[ProjectRevision, bool]:
    """Submit a revision of a project of the own organization; what `content` does not name stays. See `_hand_in`.

    Raises ActionRefused for one that closes the project while an evaluation (事業後の評価) is missing.
    """
    project.require_reviews(content.get("stage", ""), domain=content.get("domain"))
    return _hand_in(project, by=by, content=content, note=note, submit_key=submit_key, base=base)


@transaction.atomic
def start_project(
    *,
    organization: Organization,
    by: User,
    slug: str,
    content: Content,
    note: str,
    submit_key: uuid.UUID,
    match: Match | None = None,
) -> tuple[Project, bool]:
    """Register a project that the organization leads, as a first revision that waits for the secretariat.

    One that starts from a match keeps the link to it, to its proposal and its department. Return the project, and
    whether it is new (idempotent per submit key). Raises SlugTaken, or ActionRefused when the match is taken.
    """
    by.begin_writing()
    _require_edit(Organization.objects.editable_by(by), organization)
    key = content_key(submit_key, organization=organization, slug=slug, content=content, note=note, match=match)
    repeated = ProjectRevision.objects.filter(made_by=by, submit_key=key).select_related("project").first()
    if repeated:
        return repeated.project, False
    content = _with_partners(content, organization, match)
    project = _register(slug, content, match, by=by)
    enter_stage(project, content, by=by)
    Participation.objects.create(project=project, organization=organization, part=Part.LEAD)
    add_revision(project, content, by=by, note=note, key=key)
    return project, True


def _with_partners(content: Content, leader: Organization, match: Match | None) -> Content:
    """Return the content of a new project with its leader, and with the department whose challenge it starts from."""
    others = [partner for partner in content.get("partners", []) if partner[0] != leader.slug]
    city = match.challenge.department if match else None
    departments = content.get("departments") or ([city.code] if city else [])
    return {**content, "partners": [[leader.slug, Part.LEAD.value, ""], *others], "departments": departments}


def _register(slug: str, content: Content, match: Match | None, *, by: User) -> Project:
    """Create the row of a project. Raises SlugTaken, or ActionRefused when the match has a project by now."""
    if Project.objects.filter(slug=slug).exists():
        raise SlugTaken(SLUG_TAKEN)
    origin = {}
    if match and not Match.objects.startable_by(by).filter(pk=match.pk).exists():
        raise ActionRefused(MATCH_TAKEN)
    if match:
        origin = {"match": match, "proposal": match.challenge.proposal, "department": match.challenge.department}
    words = {name: content[name] for name in ("title", "summary", "result", "lesson")}
    try:
        with transaction.atomic():
            return Project.objects.create(slug=slug, **words, **origin)
    except IntegrityError as error:  # somebody registered one at the same moment
        if Project.objects.filter(slug=slug).exists():
            raise SlugTaken(SLUG_TAKEN) from error
        raise ActionRefused(MATCH_TAKEN) from error


@transaction.atomic
def publish_revision(*, revision: Revision, by: User) -> None:
    """Publish a revision, as the secretariat; notify its author."""
    _require_publishing(by)
    revision.publish(by=by)
    _notify_author(revision, _("「%(title)s」の変更を公開しました"))


@transaction.atomic
def return_revision(*, revision: Revision, by: User, note: str) -> None:
    """Return a revision to its author with a note, as the secretariat; notify the author."""
    _require_publishing(by)
    revision.return_to_author(by=by, note=note)
    _notify_author(revision, _("「%(title)s」の変更に、事務局から修正のお願いがあります"))


def _require_publishing(by: User) -> None:
    """Raise ActionRefused for everybody but the secretariat."""
    if not by.has_perm("council.publish"):
        raise ActionRefused(_("公開と差し戻しは、事務局の職員だけが行えます。"))


def _notify_author(revision: Revision, title: str) -> None:
    """Notify who submitted the revision of the decision on it."""
    if revision.made_by_id:
        Notification.objects.notify(
            revision.made_by_id,
            kind="revision",
            key=f"{revision._meta.model_name}:{revision.pk}",
            title=title % {"title": revision.subject},
            body=revision.decision_note,
            url=revision.get_absolute_url(),
        )


@transaction.atomic
def write_update(
    *,
    project: Project,
    by: User,
    title: str,
    body: str,
    happened_on: date,
    submit_key: uuid.UUID | None = None,
    update: ProjectUpdate | None = None,
) -> ProjectUpdate:
    """Create an update (活動報告) of a project, or change one that is not published. Idempotent per submit key."""
    by.hold()
    _require_edit(Project.objects.editable_by(by), project)
    by.require_may_write()
    if update is not None and update.published_at:
        raise ActionRefused(_("公開された活動報告は変更できません。誤りがあるときは事務局へご連絡ください。"))
    if update is None:
        key = content_key(submit_key or uuid.uuid4(), project=project, title=title, body=body, happened_on=happened_on)
        repeated: ProjectUpdate | None = ProjectUpdate.objects.filter(written_by=by, submit_key=key).first()
        if repeated:
            return repeated
        update = ProjectUpdate(project=project, submit_key=key)
    update.title, update.body, update.happened_on, update.written_by = title, body, happened_on, by
    update.full_clean(validate_constraints=False, exclude=["project", "written_by"])
    update.save()
    AuditEntry.record("write_update", update, by=by, project=project.slug)
    return update


@transaction.atomic
def publish_update(*, update: ProjectUpdate, by: User) -> None:
    """Publish an update, as the secretariat; notify its author."""
    _require_publishing(by)
    update.publish(by=by)
    if update.written_by_id:
        Notification.objects.notify(
            update.written_by_id,
            kind="update",
            key=str(update.pk),
            title=_("活動報告「%(title)s」を公開しました") % {"title": update.title},
            url=f"{reverse('council:project', args=[update.project.slug])}#update-{update.pk}",
        )
