"""Count the grades of a year by branch of the tree and by department, beside those of the year before."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from apps.plans.models import Grade, PlanSheet


@dataclass
class Branch:
    """One 方針 or 基本的取組 with what stands under it."""

    number: str
    title: str
    counts: Counter[str] = field(default_factory=Counter)
    before: Counter[str] = field(default_factory=Counter)
    branches: dict[str, "Branch"] = field(default_factory=dict)
    sheets: list[PlanSheet] = field(default_factory=list)


@dataclass
class Tally:
    """Grades of one department, this year and the year before."""

    name: str
    counts: Counter[str] = field(default_factory=Counter)
    before: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """Number of its plans of this year."""
        return self.counts.total()


def grow(sheets: Iterable[PlanSheet], before: Iterable[PlanSheet], listed: Iterable[PlanSheet]) -> list[Branch]:
    """Return 方針 and their 基本的取組 with the counts of all sheets; only those `listed` stand in `sheets`.

    Branches without a listed sheet are left out.
    """
    roots: dict[str, Branch] = {}
    listed_ids = {sheet.pk for sheet in listed}
    for rows, which in ((sheets, "counts"), (before, "before")):
        for sheet in rows:
            path = _path(roots, sheet.facts, make=which == "counts")
            for branch in path:
                getattr(branch, which)[grade_of(sheet)] += 1
            if which == "counts" and sheet.pk in listed_ids:
                path[-1].sheets.append(sheet)
    return [root for root in roots.values() if any(branch.sheets for branch in root.branches.values())]


def _path(roots: dict[str, Branch], facts: dict[str, Any], *, make: bool) -> list[Branch]:
    """Return the branches above a sheet; those of the year before are looked up by title and not added."""
    policy, measure = facts["policy"], facts["measure"]
    if not make and (policy["title"] not in roots or measure["title"] not in roots[policy["title"]].branches):
        return [roots[policy["title"]]] if policy["title"] in roots else []
    root = roots.setdefault(policy["title"], Branch(policy["number"], policy["title"]))
    return [root, root.branches.setdefault(measure["title"], Branch(measure["number"], measure["title"]))]


def grade_of(sheet: PlanSheet) -> str:
    """Return the code of a sheet's grade, empty without one."""
    grade = sheet.facts["grade"]
    return str(grade["code"]) if grade else ""


def by_department(sheets: Iterable[PlanSheet], before: Iterable[PlanSheet]) -> list[Tally]:
    """Return grades by department; a plan of several departments counts for each of them."""
    tallies: dict[str, Tally] = {}
    for rows, which in ((sheets, "counts"), (before, "before")):
        for sheet in rows:
            for name in sheet.facts["departments"]:
                if which == "counts" or name in tallies:
                    getattr(tallies.setdefault(name, Tally(name)), which)[grade_of(sheet)] += 1
    return list(tallies.values())


def legend(sheets: Iterable[PlanSheet]) -> list[tuple[str, str]]:
    """Return the grades that these sheets use: (code, official wording)."""
    found = {sheet.facts["grade"]["code"]: sheet.facts["grade"]["words"] for sheet in sheets if sheet.facts["grade"]}
    return sorted(found.items())


def shown_legend(sheets: Iterable[PlanSheet]) -> list[tuple[str, str]]:
    """Return the grades that these sheets use: (code, wording in the reader's language)."""
    words = Grade.objects.shown_words()
    return [(code, words.get((code, official), official)) for code, official in legend(sheets)]
