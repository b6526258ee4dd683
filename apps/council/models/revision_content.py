"""The content of a revision: plain values (JSON) of what a member may change. Read, write, display, diff, preview."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any, TypedDict

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Department, User
from apps.consultations.models import Tag
from apps.core.date_formats import wareki
from apps.core.types import StrOrPromise
from apps.council.models.choices import Domain, Method, Part, Stage
from apps.council.models.organization import Organization
from apps.council.models.project import Project
from apps.vision.models import Field, Viewpoint
from apps.vision.pictures import drawing_choices, drawing_for

Content = dict[str, Any]  # plain values (JSON) by the name of a column or relation

ORGANIZATION_FIELDS = ("body", "contact", "website", "logo")
PLAIN = (
    "title", "summary", "body", "result", "lesson", "starts_on", "ends_on", "method", "method_reason", "domain",
    "selection_reason", "place", "latitude", "longitude", "drawing",
)  # fmt: skip
COLUMNS = (*PLAIN, "stage", "stage_since")  # of Project; `stage` and its day are written by enter_stage only
# The order of a diff, which is the forms' too. (JSON keeps no order of its own.)
ORDER = (
    "title", "summary", "body", "contact", "website", "logo", "viewpoints", "fields", "stage", "stage_since",
    "starts_on", "ends_on", "result", "lesson", "domain", "method", "method_reason",
    "selection_reason", "partners", "departments", "place", "latitude", "longitude",
    "links", "tags", "drawing", "pictures",
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
    "partners": _("実施団体"),
    "departments": _("市の担当課（先頭が主な課）"),
    "pictures": _("画像"),
}
BY_SLUG: dict[str, type[Viewpoint] | type[Field]] = {"viewpoints": Viewpoint, "fields": Field}
CHOICES: dict[str, Sequence[tuple[str, StrOrPromise]]] = {
    "stage": Stage.choices,
    "method": Method.choices,
    "domain": Domain.choices,
    "drawing": drawing_choices(),
}
SINCE_LATER = ("partners", "departments")
UNORDERED = ("tags", "fields")  # the order in which somebody typed or ticked them is no difference
SENTENCE = re.compile(r"(?<=[。！？\n])")


class Difference(TypedDict):
    """A key of the content that differs: its label, and the diff of its two texts."""

    label: str
    pieces: list[tuple[str, str]]


def plain(value: object) -> object:
    """Return a value as JSON stores it: dates in ISO format, decimals as strings."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def of_organization(organization: Organization) -> Content:
    """Return the content of an organization's public page."""
    return {name: str(getattr(organization, name)) for name in ORGANIZATION_FIELDS}


def of_project(project: Project) -> Content:
    """Return the content of a project's public page."""
    content = {name: plain(getattr(project, name)) for name in COLUMNS}
    content["viewpoints"] = [row.viewpoint.slug for row in project.placements.select_related("viewpoint")]
    content["fields"] = [field.slug for field in project.fields.all()]
    content["tags"] = [tag.name for tag in project.tags.order_by("name")]
    content["links"] = [[link.title, link.url] for link in project.links.all()]
    content["partners"] = [
        [row.organization.slug, row.part, row.note] for row in project.participations.select_related("organization")
    ]
    lead = [project.department.code] if project.department else []
    content["departments"] = [*lead, *(row.code for row in project.other_departments.order_by("order", "code"))]
    content["pictures"] = [[row.pk, row.description] for row in project.pictures.public()]
    return content


def content_of(subject: Organization | Project) -> Content:
    """Return the content of a public page."""
    return of_project(subject) if isinstance(subject, Project) else of_organization(subject)


def completed(subject: Organization | Project, content: Content) -> Content:
    """Return a revision's content with today's keys, whenever it was submitted.

    Keys that did not exist at that time have the public page's value; keys that exist no more are left out.
    """
    now = content_of(subject)
    return {**now, **{name: value for name, value in content.items() if name in now}}


def apply_to_organization(organization: Organization, content: Content) -> None:
    """Write a revision's content into the organization's row."""
    content = completed(organization, content)
    for name in ORGANIZATION_FIELDS:
        setattr(organization, name, content[name])
    organization.save(update_fields=[*ORGANIZATION_FIELDS, "updated_at"])


@transaction.atomic
def apply_to_project(project: Project, content: Content, *, by: User) -> None:
    """Write a revision's content into the project's row. The stage changes by `enter_stage`: its history is public."""
    content = completed(project, content)
    if project.is_closed:  # opened again, it may lose its result; until then the row would refuse that
        enter_stage(project, content, by=by)
    for name in PLAIN:
        setattr(project, name, _to_column(name, content[name]))
    project.save()
    by_slug = {row.slug: row for row in Viewpoint.objects.filter(slug__in=content["viewpoints"])}
    project.set_viewpoints([by_slug[slug] for slug in content["viewpoints"] if slug in by_slug])
    project.fields.set(Field.objects.filter(slug__in=content["fields"]))
    project.tags.set(Tag.objects.named_or_new(content["tags"]))
    project.set_links(content["links"])
    project.set_partners(content["partners"])
    project.set_departments(content["departments"])
    project.pictures.show_only([key for key, _description in content["pictures"]])
    enter_stage(project, content, by=by)


@transaction.atomic
def enter_stage(project: Project, content: Content, *, by: User) -> None:
    """Change to the stage that the content names, or correct the day on which it began."""
    since = _to_column("stage_since", content["stage_since"])
    if content["stage"] != project.stage:
        project.enter_stage(content["stage"], on=since or timezone.localdate(), by=by)
    elif since and since != project.stage_since:
        project.correct_stage_day(since, by=by)


def _to_column(name: str, value: Any) -> Any:
    """Return a stored value as its column takes it: a date, a Decimal, None for an empty one of these."""
    if value in (None, ""):
        return None if name in (*DATES, *NUMBERS) else ""
    if name in DATES:
        return date.fromisoformat(value)
    return Decimal(value) if name in NUMBERS else value


def _slugs_in_words(name: str, value: Any) -> str:
    names = {row.slug: str(row) for row in BY_SLUG[name].objects.all()}
    return "、".join(names.get(slug, slug) for slug in value)


def _departments_in_words(_name: str, value: Any) -> str:
    names = {row.code: row.name for row in Department.objects.filter(code__in=value)}
    return "、".join(names.get(code, code) for code in value)


def _partners_in_words(_name: str, value: Any) -> str:
    return "\n".join(" ".join(word for word in line if word) for line in _partner_lines(value))


IN_WORDS: dict[str, Callable[[str, Any], str]] = {
    **dict.fromkeys(BY_SLUG, _slugs_in_words),
    "departments": _departments_in_words,
    "partners": _partners_in_words,
    "tags": lambda _name, value: "、".join(value),
    "pictures": lambda _name, value: "\n".join(description for _key, description in value),
    "logo": lambda _name, value: str(value).rpartition("/")[2],
    "links": lambda _name, value: "\n".join(f"{title} {url}" for title, url in value),
}


def display_value(name: str, value: Any) -> str:
    """Return a stored value as a person reads it; slugs and choices become their names."""
    if name in IN_WORDS:
        return IN_WORDS[name](name, value)
    if name in DATES and value:
        return wareki(date.fromisoformat(value))
    if name in CHOICES and value:
        return str(dict(CHOICES[name]).get(value, value))
    return "" if value is None else str(value)


def _partner_lines(value: Any) -> list[tuple[str, str, str]]:
    """Return part, name and note of each partner, in words."""
    names = {row.slug: row.name for row in Organization.objects.filter(slug__in=[slug for slug, *_rest in value])}
    return [(str(Part(part).label), names.get(slug, slug), note) for slug, part, note in value]


def partners_to_type(value: Any) -> str:
    """Return partners as a form shows them: a line for each, 「代表 名称／役割の説明」."""
    lines = _partner_lines(value)
    return "\n".join(f"{part} {name}／{note}" if note else f"{part} {name}" for part, name, note in lines)


def label_of(model: type[models.Model], name: str) -> str:
    """Return the label of a key of the content."""
    return str(LABELS[name] if name in LABELS else getattr(model._meta.get_field(name), "verbose_name", name))


def changes(model: type[models.Model], before: Content, after: Content) -> list[Difference]:
    """Return the diff of two contents in ORDER: `label`, and `pieces` (see there), for each key that differs."""
    diff: list[Difference] = []
    # A wording of before partners were part of it says nothing of them.
    asked = [name for name in ORDER if name in after and (name not in SINCE_LATER or name in before or not before)]
    for name in asked:
        old, new = (display_value(name, _in_order(name, value)) for value in (before.get(name) or "", after[name]))
        if old != new:
            diff.append({"label": label_of(model, name), "pieces": pieces(old, new)})
    return diff


def _in_order(name: str, value: Any) -> Any:
    """Return a value whose order says nothing (tags, fields) in one order, so that only what it holds is compared."""
    return sorted(value) if name in UNORDERED and value else value


def pieces(old: str, new: str) -> list[tuple[str, str]]:
    """Return the diff of two texts, sentence by sentence: ("same" | "gone" | "new", text)."""
    a, b = SENTENCE.split(old), SENTENCE.split(new)
    parts: list[tuple[str, str]] = []
    for kind, a1, a2, b1, b2 in SequenceMatcher(a=a, b=b, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(("same", "".join(a[a1:a2])))
            continue
        parts += [("gone", "".join(a[a1:a2])), ("new", "".join(b[b1:b2]))]
    return [(kind, text) for kind, text in parts if text]


def _partners_to_show(partners: Any) -> list[dict[str, object]]:
    """Return the partners of a content as templates read participations."""
    by_slug = {row.slug: row for row in Organization.objects.filter(slug__in=[slug for slug, *_rest in partners])}
    return [
        {"organization": by_slug[slug], "get_part_display": str(Part(part).label), "note": note}
        for slug, part, note in partners
        if slug in by_slug
    ]


def preview(project: Project, content: Content) -> dict[str, object]:
    """Return the project as its page would show it, without saving: the keys that templates/council/_project.html reads."""
    viewpoints = {row.slug: row for row in Viewpoint.objects.filter(slug__in=content["viewpoints"])}
    order = [viewpoints[slug] for slug in content["viewpoints"] if slug in viewpoints]
    codes = content.get("departments", [])
    by_code = {row.code: row for row in Department.objects.filter(code__in=codes)}
    departments = [by_code[code] for code in codes if code in by_code]
    return {
        **{name: _to_column(name, content[name]) for name in COLUMNS},
        "get_stage_display": display_value("stage", content["stage"]),
        "get_method_display": display_value("method", content["method"]),
        "get_domain_display": display_value("domain", content["domain"]),
        "placements": {"all": [{"viewpoint": row, "position": n} for n, row in enumerate(order, 1)]},
        "fields": {"all": list(Field.objects.filter(slug__in=content["fields"]))},
        "links": {"all": [{"title": title, "url": url} for title, url in content["links"]]},
        "participations": {"all": _partners_to_show(content.get("partners", []))},
        "city_planned": project.city_planned,
        "city_settled": project.city_settled,
        "department": departments[0] if departments else None,
        "other_departments": {"all": departments[1:]},
        "consultation": project.consultation,
        "topic": project.topic,
        "proposal": project.proposal,
        "source": project.source,
        "source_quote": project.source_quote,
        "source_note": project.source_note,
        "slug": project.slug,
        "picture": drawing_for(content["drawing"], "".join([row.slug for row in order][:1])),
        "pictures": {"all": list(project.pictures.named_in(content)) if project.pk else []},
    }
