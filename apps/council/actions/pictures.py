"""Pictures and logos that members hand in: they wait with the wording that names them, like any other change."""

import uuid
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from apps.consultations.models import Refused
from apps.council.actions.editing import hand_in_organization, hand_in_project, latest_content
from apps.council.models import Organization, OrganizationRevision, Project, ProjectPicture, ProjectRevision

PICTURES_MAX = 8
LOGOS = "council/logos"


@transaction.atomic
def hand_in_pictures(
    *, project: Project, by: Any, keep: list[int], file: ContentFile | None, description: str,
    note: str, submit_key: uuid.UUID, base: int,
) -> tuple[ProjectRevision, bool]:  # fmt: skip
    """A member proposes which pictures stand on the page of a project, and perhaps a new one."""
    repeated = ProjectRevision.objects.filter(made_by=by, submit_key=submit_key).select_related("project").first()
    if repeated:
        return repeated, False
    pictures = [pair for pair in latest_content(project).get("pictures", []) if pair[0] in keep]
    if file:
        if len(pictures) >= PICTURES_MAX:
            raise Refused(_("画像は8枚までです。載せない画像を外してから追加してください。"))
        made = ProjectPicture.objects.create(
            project=project, file=file, description=description, order=10 * (len(pictures) + 1), is_public=False
        )
        pictures.append([made.pk, made.description])
    return hand_in_project(
        project=project, by=by, content={"pictures": pictures}, note=note, submit_key=submit_key, base=base
    )


@transaction.atomic
def hand_in_logo(
    *, organization: Organization, by: Any, file: ContentFile | None, note: str, submit_key: uuid.UUID, base: int
) -> tuple[OrganizationRevision, bool]:
    """A member proposes another logo, or none."""
    repeated = OrganizationRevision.objects.filter(made_by=by, submit_key=submit_key).first()
    if repeated:
        return repeated, False
    name = default_storage.save(f"{LOGOS}/{file.name}", file) if file else ""
    return hand_in_organization(
        organization=organization, by=by, content={"logo": name}, note=note, submit_key=submit_key, base=base
    )
