"""Filter of lists in the admin site: rows of the own departments, or of others."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.accounts.requests import user_of
from apps.core.types import StrOrPromise


class WhoseFilter(admin.SimpleListFilter):
    """Filter by whether a row is one of the user's departments."""

    title = _("どの課の担当か")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, StrOrPromise]]:
        """Return the own departments, and all others."""
        return [("own", _("うちの課")), ("others", _("ほかの課"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows of the chosen value; all without one."""
        own = user_of(request).department_ids()
        if self.value() == "own":
            return queryset.filter(department__in=own)
        return queryset.exclude(department__in=own) if self.value() == "others" else queryset
