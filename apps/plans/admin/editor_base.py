"""What every group of the editor's acts asks of the editor (PlanSheetAdmin), which they are parts of."""

from typing import Any

from django.http import HttpRequest

from apps.plans.forms import RemovalForm


class EditorActs:
    """Acts on a sheet; each ends with `do`, or with the `page` and what was typed."""

    sheet_for: Any
    writable: Any
    page: Any
    do: Any

    @staticmethod
    def removed(request: HttpRequest) -> int | None:
        """The number of what a 外す button was pressed for; None when another button was."""
        return RemovalForm(request.POST).key
