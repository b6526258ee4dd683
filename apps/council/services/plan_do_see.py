"""The public time line of a project: PLAN (who, why, on which terms), DO (what happened), SEE (what came of it)."""

from dataclasses import dataclass, field
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.council.models import Agreement, CheckSheet, Project, ProjectUpdate, SheetKind, Stage


@dataclass(frozen=True)
class Entry:
    """One line: a day where one is known, words, a longer text, and the page that says more."""

    words: str
    day: date | None = None
    text: str = ""
    url: str = ""


@dataclass(frozen=True)
class Amount:
    """What one partner bears, in yen; None where it is not known."""

    name: str
    planned: int | None
    settled: int | None


@dataclass
class PlanDoSee:
    """The three parts, and what each partner bears."""

    plan: list[Entry] = field(default_factory=list)
    do: list[Entry] = field(default_factory=list)
    see: list[Entry] = field(default_factory=list)
    amounts: list[Amount] = field(default_factory=list)

    @property
    def parts(self) -> list[tuple[str, list[Entry]]]:
        """Return the parts under their headings."""
        return [(_("PLAN（企画）"), self.plan), (_("DO（実施）"), self.do), (_("SEE（評価）"), self.see)]


def plan_do_see(project: Project) -> PlanDoSee:
    """Return the time line of a project from what is public of it. project: from `for_page()`; three queries."""
    sheets = list(CheckSheet.objects.public().for_project(project).newest())
    return PlanDoSee(_plan(project, sheets), _do(project), _see(project, sheets), _amounts(project))


def _plan(project: Project, sheets: list[CheckSheet]) -> list[Entry]:
    agreement = Agreement.objects.signed().filter(project=project).newest().first()
    entries = []
    if project.selection_reason:
        entries.append(Entry(_("選定の理由"), text=project.selection_reason))
    if project.method:
        entries.append(Entry(_("手法を選んだ理由"), text=project.method_reason))
    entries += [_sheet(sheet, project) for sheet in sheets if sheet.kind == SheetKind.PLANNING]
    if agreement:
        is_public = Agreement.objects.public().filter(pk=agreement.pk).exists()
        url = reverse("council:agreement_text", args=[project.slug]) if is_public else ""
        entries.append(Entry(_("協定の締結"), agreement.signed_on, url=url))
    return entries


def _do(project: Project) -> list[Entry]:
    changes = [Entry(change.words, change.on) for change in project.stage_changes.all() if change.after != Stage.CLOSED]
    updates = list(ProjectUpdate.objects.public().for_project(project).newest()[:1])
    if project.starts_on:
        changes.insert(0, Entry(_("開始"), project.starts_on))
    news = [
        Entry(_("最近の活動報告：%(title)s") % {"title": row.title}, row.happened_on, url=f"#update-{row.pk}")
        for row in updates
    ]
    return [*sorted(changes, key=lambda entry: entry.day or date.min), *news]


def _see(project: Project, sheets: list[CheckSheet]) -> list[Entry]:
    entries = [_sheet(sheet, project) for sheet in sheets if sheet.kind == SheetKind.REVIEW]
    if project.is_closed:
        entries.append(Entry(_("終了"), project.stage_since, url="#result-title"))
    return entries


def _sheet(sheet: CheckSheet, project: Project) -> Entry:
    day = timezone.localdate(sheet.published_at) if sheet.published_at else None
    return Entry(str(sheet.get_kind_display()), day, url=reverse("council:check", args=[project.slug, sheet.pk]))


def _amounts(project: Project) -> list[Amount]:
    """Return what each partner bears, the city first; empty where no amount is known."""
    city = project.city_planned is not None or project.city_settled is not None
    rows = [Amount(_("調布市"), project.city_planned, project.city_settled)] if city else []
    for row in project.participations.all():
        if row.planned is not None or row.settled is not None:
            rows.append(Amount(row.organization.name, row.planned, row.settled))
    return rows
