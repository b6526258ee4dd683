"""Submit pictures and logos: they wait with the revision that names them, like any other change."""

import uuid

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.consultations.models import ActionRefused
from apps.core.submission import content_key
from apps.council.actions.revisions import (
    add_revision,
    begin_editing,
    latest_content,
    repeated_revision,
    require_latest,
)
from apps.council.models import Organization, OrganizationRevision, Project, ProjectPicture, ProjectRevision

PICTURES_MAX = 8
LOGOS = "council/logos"


@transaction.atomic
def hand_in_pictures(
    *, project: Project, by: User, keep: list[int], file: "ContentFile[bytes] | None", description: str,
    note: str, submit_key: uuid.UUID, base: int,
) -> tuple[ProjectRevision, bool]:  # fmt: skip
    """Submit a revision of which pictures stand on a project's page, with a new one if `file` is given.

    Return the revision, and whether it is new (idempotent per submit key).
    """
    begin_editing(project, by=by)
    key = content_key(submit_key, project=project, keep=keep, file=file, description=description, note=note, base=base)
    repeated = repeated_revision(project, by=by, key=key)
    if repeated:
        return repeated, False
    require_latest(project, base, by=by)
    content = latest_content(project)
    pictures = [pair for pair in content.get("pictures", []) if pair[0] in keep]
    if file:
        if len(pictures) >= PICTURES_MAX:
            raise ActionRefused(_("画像は8枚までです。載せない画像を外してから追加してください。"))
        picture = ProjectPicture.objects.create(
            project=project, file=file, description=description, order=10 * (len(pictures) + 1), is_public=False
        )
        pictures.append([picture.pk, picture.description])
    return add_revision(project, {**content, "pictures": pictures}, by=by, note=note, key=key), True


@transaction.atomic
def hand_in_logo(
    *,
    organization: Organization,
    by: User,
    file: "ContentFile[bytes] | None",
    note: str,
    submit_key: uuid.UUID,
    base: int,
) -> tuple[OrganizationRevision, bool]:
    """Submit a revision with another logo, or none. Return it, and whether it is new (idempotent per submit key)."""
    begin_editing(organization, by=by)
    key = content_key(submit_key, organization=organization, file=file, note=note, base=base)
    repeated = repeated_revision(organization, by=by, key=key)
    if repeated:
        return repeated, False
    require_latest(organization, base, by=by)
    name = default_storage.save(f"{LOGOS}/{file.name}", file) if file else ""
    content = {**latest_content(organization), "logo": name}
    return add_revision(organization, content, by=by, note=note, key=key), True
