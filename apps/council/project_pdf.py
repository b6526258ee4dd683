"""One project on one A4 page, to hand out: what, who, how far, what came of it."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.fiscal import wareki
from apps.core.printing import typeset_once
from apps.council.models import Project

TEMPLATES = settings.BASE_DIR / "templates" / "council"
ROOM = {"summary": 240, "body": 380, "result": 280, "lesson": 280}  # letters that fit on the page together
LINES = 7
FACT = 120
UPDATES = 3


def draw_sheet(project: Project, updates: list[Any], *, address: str) -> bytes:
    """The page as a tagged PDF; the texts go in as data, so that nothing in them is read as markup."""
    data = {
        "title": project.title,
        "stage": str(project.get_stage_display()),
        "facts": facts_of(project),
        "texts": texts_of(project),
        "updates": [[wareki(row.happened_on), row.title] for row in updates[:UPDATES]],
        "source": project.source,
        "address": address,
        "made": wareki(timezone.localdate()),
    }
    return with_qr_code("project.typ", data, address=address)


def facts_of(project: Project) -> list[list[str]]:
    """Name and value of each fact that is known."""
    parts = [f"{row.organization.name}（{row.get_part_display()}）" for row in project.participations.all()]
    period = [wareki(day) if day else "" for day in (project.starts_on, project.ends_on)]
    shown = [
        (_("実施団体"), "、".join(parts) or _("実施団体は資料に記載なし")),
        (_("期間"), "〜".join(period) if any(period) else ""),
        (_("視点"), "、".join(_viewpoint(row) for row in project.placements.all())),
        (_("分野"), "、".join(str(field) for field in project.fields.all())),
        (_("協働の手法"), str(project.get_method_display())),
        (_("協働の領域"), str(project.get_domain_display())),
        (_("場所"), project.place),
        (_("市の担当課"), str(project.department or "")),
    ]
    return [[str(name), shorten(str(value), FACT)] for name, value in shown if value]


def _viewpoint(row: Any) -> str:
    return f"{row.viewpoint}{_('【再掲】') if row.position > 1 else ''}"


def texts_of(project: Project) -> list[list[str]]:
    """Heading and text of each part, cut so that all of them stand on one page; the whole is on the portal."""
    parts = [("", "summary"), (_("くわしい内容"), "body"), (_("結果"), "result"), (_("次への生かし方"), "lesson")]
    return [[str(head), cut(getattr(project, name), ROOM[name])] for head, name in parts if getattr(project, name)]


def shorten(text: str, most: int) -> str:
    """One fact, at most so many letters."""
    return text if len(text) <= most else f"{text[:most]}…"


def cut(text: str, most: int) -> str:
    """At most so many letters and lines; says where the rest is."""
    lines = text.split("\n")
    kept = "\n".join(lines[:LINES])
    if len(kept) <= most and len(lines) <= LINES:
        return kept
    return f"{kept[:most]}…{_('（続きはポータルのページへ）')}"


def with_qr_code(template: str, data: dict[str, Any], *, address: str) -> bytes:
    """A PDF of a template of the council with these data and the address as QR code."""
    return typeset_once(template, address, TEMPLATES / template, data, address=address)
