"""The tree of a year, counted: how many plans stand at A, B … in each branch and department, beside the year before."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from apps.plans.models import PlanSheet


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
        """All of its plans of this year."""
        return self.counts.total()


def grow(sheets: Iterable[PlanSheet], before: Iterable[PlanSheet], shown: Iterable[PlanSheet]) -> list[Branch]:
    """方針 and their 基本的取組 with the counts of all sheets; only the `shown` ones are listed in them."""
    roots: dict[str, Branch] = {}
    listed = {sheet.pk for sheet in shown}
    for rows, which in ((sheets, "counts"), (before, "before")):
        for sheet in rows:
            path = _path(roots, sheet.facts, make=which == "counts")
            for branch in path:
                getattr(branch, which)[grade_of(sheet)] += 1
            if which == "counts" and sheet.pk in listed:
                path[-1].sheets.append(sheet)
    return [root for root in roots.values() if any(branch.sheets for branch in root.branches.values())]


def _path(roots: dict[str, Branch], facts: dict[str, Any], *, make: bool) -> list[Branch]:
    """The branches above a sheet; those of the year before are looked up by title and not added."""
    policy, measure = facts["policy"], facts["measure"]
    if not make and (policy["title"] not in roots or measure["title"] not in roots[policy["title"]].branches):
        return [roots[policy["title"]]] if policy["title"] in roots else []
    root = roots.setdefault(policy["title"], Branch(policy["number"], policy["title"]))
    return [root, root.branches.setdefault(measure["title"], Branch(measure["number"], measure["title"]))]


def grade_of(sheet: PlanSheet) -> str:
    """The letter of a sheet's grade."""
    grade = sheet.facts["grade"]
    return grade["code"] if grade else ""


def by_department(sheets: Iterable[PlanSheet], before: Iterable[PlanSheet]) -> list[Tally]:
    """Grades by department; a plan of several departments counts for each of them."""
    tallies: dict[str, Tally] = {}
    for rows, which in ((sheets, "counts"), (before, "before")):
        for sheet in rows:
            for name in sheet.facts["departments"]:
                if which == "counts" or name in tallies:
                    getattr(tallies.setdefault(name, Tally(name)), which)[grade_of(sheet)] += 1
    return list(tallies.values())


def legend(sheets: Iterable[PlanSheet]) -> list[tuple[str, str]]:
    """The grades that these sheets use, with their official wording."""
    found = {sheet.facts["grade"]["code"]: sheet.facts["grade"]["words"] for sheet in sheets if sheet.facts["grade"]}
    return sorted(found.items())
