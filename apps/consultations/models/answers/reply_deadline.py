"""Promised reply dates (回答予定日) and whether they were kept. Derived from dates, never entered."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    """The outcome of a promise. The first promised date counts; each consultation has exactly one outcome."""

    KEPT = "kept", _("予定どおり回答")
    MOVED = "moved", _("前もって日を延ばした")
    LATE = "late", _("遅れ")
    WAITING = "waiting", _("期限前")


def promise_table(rows: models.QuerySet[Any]) -> list[dict[str, Any]]:
    """Return one dict per department, in the city's order: code, name, promised, and the count of each outcome."""
    outcomes = rows.order_by("department__order", "department__code").values_list(
        "department__code", "department__name", "outcome"
    )
    lines: dict[str, dict[str, Any]] = {}
    for code, name, outcome in outcomes:
        blank = {"code": code, "name": name, "promised": 0, **dict.fromkeys(Outcome.values, 0)}
        line = lines.setdefault(code, blank)
        line["promised"] += 1
        line[outcome] += 1
    return list(lines.values())


def with_voices(lines: list[dict[str, Any]], counts: dict[str, tuple[int, int]]) -> list[dict[str, Any]]:
    """Return the lines with `voices` and `answered`: how many public proposals, and how many an answer has reached."""
    return [
        {**line, **dict(zip(("voices", "answered"), counts.get(line["code"], (0, 0)), strict=True))} for line in lines
    ]
