"""A project as a PDF of one A4 page, to hand out: what, who, how far, what came of it."""

from collections.abc import Mapping

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.fiscal import wareki
from apps.core.printing import typeset_once
from apps.council.models import Project, ProjectUpdate, ProjectViewpoint, Stage
from apps.council.services.unstated import unstated_names

TEMPLATES = settings.BASE_DIR / "templates" / "council"
ROOM = {"summary": 240, "body": 380, "result": 280, "lesson": 280}  # characters that fit on the page together
LINES = 7
FACT = 120
UPDATES = 3


def draw_project_pdf(project: Project, updates: list[ProjectUpdate], *, url: str) -> bytes:
    """Return the page as a tagged PDF. Texts are passed as data, so that none of them is read as markup.

    updates: newest first; url: the project's page, printed and drawn as a QR code.
    """
    data = {
        "title": project.title,
        "stage": "" if project.source and project.stage == Stage.UNKNOWN else str(project.get_stage_display()),
        "facts": facts_of(project),
        "texts": texts_of(project),
        "updates": [[wareki(row.happened_on), row.title] for row in updates[:UPDATES]],
        "source": project.source,
        "url": url,
        "made": wareki(timezone.localdate()),
    }
    return with_qr_code("project.typ", data, url=url)


def facts_of(project: Project) -> list[list[str]]:
    """Return name and value of each known fact, values cut to FACT characters; last, what the source does not say."""
    parts = [f"{row.organization.name}（{row.get_part_display()}）" for row in project.participations.all()]
    period = [wareki(day) if day else "" for day in (project.starts_on, project.ends_on)]
    facts = [
        (_("実施団体"), "、".join(parts)),
        (_("期間"), "〜".join(period) if any(period) else ""),
        (_("視点"), "、".join(_viewpoint(row) for row in project.placements.all())),
        (_("分野"), "、".join(str(field) for field in project.fields.all())),
        (_("協働の手法"), str(project.get_method_display())),
        (_("協働の領域"), str(project.get_domain_display())),
        (_("場所"), project.place),
        (_("市の担当課"), str(project.department or "")),
        (_("資料にない項目"), "、".join(unstated_names(project))),
    ]
    return [[str(name), shorten(str(value), FACT)] for name, value in facts if value]


def _viewpoint(placement: ProjectViewpoint) -> str:
    """Return the name of a viewpoint, marked 【再掲】 when it is not the project's main one."""
    return f"{placement.viewpoint}{_('【再掲】') if placement.position > 1 else ''}"


def texts_of(project: Project) -> list[list[str]]:
    """Return heading and text of each part that is not empty, cut so that all of them fit on one page."""
    parts = [("", "summary"), (_("くわしい内容"), "body"), (_("結果"), "result"), (_("次への生かし方"), "lesson")]
    return [[str(head), cut(getattr(project, name), ROOM[name])] for head, name in parts if getattr(project, name)]


def shorten(text: str, most: int) -> str:
    """Return a text cut to at most so many characters."""
    return text if len(text) <= most else f"{text[:most]}…"


def cut(text: str, most: int) -> str:
    """Return a text cut to at most so many characters and LINES lines; a cut one says where the rest is."""
    lines = text.split("\n")
    first_lines = "\n".join(lines[:LINES])
    if len(first_lines) <= most and len(lines) <= LINES:
        return first_lines
    return f"{first_lines[:most]}…{_('（続きはポータルのページへ）')}"


def with_qr_code(template: str, data: Mapping[str, object], *, url: str) -> bytes:
    """Return the PDF of one of the council's templates with these data, and the URL as a QR code. Cached by content."""
    return typeset_once(template, url, TEMPLATES / template, data, url=url)
