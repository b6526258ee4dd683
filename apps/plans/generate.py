"""The first ties of a demonstration: they come by the verb that staff use."""

from typing import Any

from apps.plans import actions
from apps.plans.models import SheetLine


def tie(line: SheetLine, kind: str, key: str, *, by: Any) -> None:
    """Tie a line to what has to do with it; kind and key as in addresses: ("project", "demo-running")."""
    actions.add_link(sheet=line.sheet, line=line.pk, kind=kind, key=key, by=by)
