"""What a member may change, as plain values that a revision keeps: read from a row, written into it, shown, compared."""

import re
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.consultations.models import Tag
from apps.core.date_formats import wareki
from apps.council.models.choices import Domain, Method, Stage
from apps.council.models.organization import Organization
from apps.council.models.project import Project
from apps.vision.models import Field, Viewpoint

ORGANIZATION_FIELDS = ("body", "contact", "website", "logo")
PLAIN = (
    "title", "summary", "body", "result", "lesson", "starts_on", "ends_on", "method", "method_reason", "domain",
    "place", "latitude", "longitude",
)  # fmt: skip
COLUMNS = (*PLAIN, "stage", "stage_since")  # of Project; `stage` and its day are written by enter_stage only
# In which order changes are read: as the forms ask. (JSON keeps no order of its own.)
ORDER = (
    "title", "summary", "body", "contact", "website", "logo", "viewpoints", "fields", "stage", "stage_since",
    "starts_on", "ends_on", "result", "lesson", "domain", "method", "method_reason", "place", "latitude", "longitude",
    "links", "tags", "pictures",
)  # fmt: skip
DATES = ("starts_on", "ends_on", "stage_since")
NUMBERS = ("latitude", "longitude")
LABELS = {
    "stage": _("段階"),
    "stage_since": _("この段階になった日"),
    "viewpoints": _("視点（先頭が主な視点）"),
    "fields": _("分野"),
    "tags": _("タグ"),
    "links": _("関連リンク"),
    "pictures": _("画像"),
}
BY_SLUG: dict[str, Any] = {"viewpoints": Viewpoint, "fields": Field}
CHOICES: dict[str, Any] = {"stage": Stage, "method": Method, "domain": Domain}
SENTENCE = re.compile(r"(?<=[。！？\n])")


def plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def of_organization(organization: Organization) -> dict[str, Any]:
    """What an organization's public page says now."""
    return {name: str(getattr(organization, name)) for name in ORGANIZATION_FIELDS}


def of_project(project: Project) -> dict[str, Any]:
    """What a project's public page says now."""
    content = {name: plain(getattr(project, name)) for name in COLUMNS}
    content["viewpoints"] = [row.viewpoint.slug for row in project.placements.select_related("viewpoint")]
    content["fields"] = [field.slug for field in project.fields.all()]
    content["tags"] = [tag.name for tag in project.tags.order_by("name")]
    content["links"] = [[link.title, link.url] for link in project.links.all()]
    content["pictures"] = [[row.pk, row.description] for row in project.pictures.public()]
    return content


def completed(subject: Any, content: dict[str, Any]) -> dict[str, Any]:
    """A kept wording as the portal reads it today, whenever it was handed in.

    What was not asked for at that time stays as the page says it; what is asked for no more is left out.
    """
    now = of_project(subject) if isinstance(subject, Project) else of_organization(subject)
    return {**now, **{name: value for name, value in content.items() if name in now}}


def apply_to_organization(organization: Organization, content: dict[str, Any]) -> None:
    """Write a wording into the organization's row."""
    content = completed(organization, content)
    for name in ORGANIZATION_FIELDS:
        setattr(organization, name, content[name])
    organization.save(update_fields=[*ORGANIZATION_FIELDS, "updated_at"])


@transaction.atomic
def apply_to_project(project: Project, content: dict[str, Any], *, by: Any) -> None:
    """Write a wording into the project's row; the stage goes its own way, because its history is public."""
    content = completed(project, content)
    if project.is_closed:  # opened again, it may lose its result; until then the row would refuse that
        enter_stage(project, content, by=by)
    for name in PLAIN:
        setattr(project, name, _python(name, content[name]))
    project.save()
    by_slug = {row.slug: row for row in Viewpoint.objects.filter(slug__in=content["viewpoints"])}
    project.set_viewpoints([by_slug[slug] for slug in content["viewpoints"] if slug in by_slug])
    project.fields.set(Field.objects.filter(slug__in=content["fields"]))
    project.tags.set(Tag.objects.named_or_new(content["tags"]))
    project.set_links(content["links"])
    project.pictures.show_only([key for key, _description in content["pictures"]])
    enter_stage(project, content, by=by)


@transaction.atomic
def enter_stage(project: Project, content: dict[str, Any], *, by: Any) -> None:
    """Go to the stage that a wording names, or correct the day on which it began."""
    since = _python("stage_since", content["stage_since"])
    if content["stage"] != project.stage:
        project.enter_stage(content["stage"], on=since or timezone.localdate(), by=by)
    elif since and since != project.stage_since:
        project.correct_stage_day(since, by=by)


def _python(name: str, value: Any) -> Any:
    """A kept value as its column wants it."""
    if value in (None, ""):
        return None if name in (*DATES, *NUMBERS) else ""
    if name in DATES:
        return date.fromisoformat(value)
    return Decimal(value) if name in NUMBERS else value


def shown(name: str, value: Any) -> str:
    """A kept value as a person reads it."""
    if name in BY_SLUG:
        names = {row.slug: str(row) for row in BY_SLUG[name].objects.all()}
        return "、".join(names.get(slug, slug) for slug in value)
    if name == "tags":
        return "、".join(value)
    if name == "pictures":
        return "\n".join(description for _key, description in value)
    if name == "logo":
        return value.rpartition("/")[2]
    if name == "links":
        return "\n".join(f"{title} {url}" for title, url in value)
    if name in DATES and value:
        return wareki(date.fromisoformat(value))
    if name in CHOICES and value:
        return str(dict(CHOICES[name].choices).get(value, value))
    return "" if value is None else str(value)


def label_of(model: Any, name: str) -> str:
    """What a part of the content is called."""
    return str(LABELS[name] if name in LABELS else model._meta.get_field(name).verbose_name)


def changes(model: Any, before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """What differs between two wordings: the part's name, and its text in pieces that stayed, went or came."""
    found = []
    for name in (name for name in ORDER if name in after):
        old, new = shown(name, before.get(name) or ""), shown(name, after[name])
        if old != new:
            found.append({"label": label_of(model, name), "pieces": pieces(old, new)})
    return found


def pieces(old: str, new: str) -> list[tuple[str, str]]:
    """Two texts in pieces, sentence by sentence: ("same" | "gone" | "new", text)."""
    a, b = SENTENCE.split(old), SENTENCE.split(new)
    found: list[tuple[str, str]] = []
    for kind, a1, a2, b1, b2 in SequenceMatcher(a=a, b=b, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(("same", "".join(a[a1:a2])))
            continue
        found += [("gone", "".join(a[a1:a2])), ("new", "".join(b[b1:b2]))]
    return [(kind, text) for kind, text in found if text]


def preview(project: Project, content: dict[str, Any]) -> dict[str, Any]:
    """The project as its page would show it, without writing anything: for templates/council/_project.html."""
    viewpoints = {row.slug: row for row in Viewpoint.objects.filter(slug__in=content["viewpoints"])}
    order = [viewpoints[slug] for slug in content["viewpoints"] if slug in viewpoints]
    return {
        **{name: _python(name, content[name]) for name in COLUMNS},
        "get_stage_display": shown("stage", content["stage"]),
        "get_method_display": shown("method", content["method"]),
        "get_domain_display": shown("domain", content["domain"]),
        "placements": {"all": [{"viewpoint": row, "position": n} for n, row in enumerate(order, 1)]},
        "fields": {"all": list(Field.objects.filter(slug__in=content["fields"]))},
        "links": {"all": [{"title": title, "url": url} for title, url in content["links"]]},
        "participations": {"all": list(project.participations.select_related("organization")) if project.pk else []},
        "department": project.department,
        "consultation": project.consultation,
        "topic": project.topic,
        "proposal": project.proposal,
        "source": project.source,
        "source_quote": project.source_quote,
        "source_note": project.source_note,
        "slug": project.slug,
        "pictures": {"all": list(project.pictures.named_in(content)) if project.pk else []},
    }
