"""Due days by urgency (late, today, within a week), and the filter of a list in the admin site by it."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Case, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.types import StrOrPromise

DAYS_OF_A_WEEK = 7


class Due(models.TextChoices):
    """How near a due day is. Days further off are none of these."""

    LATE = "late", _("期限を過ぎた")
    TODAY = "today", _("今日")
    WEEK = "week", _("明日から7日以内")


def due_condition(field: str, due: str) -> Q:
    """Return the condition that the day in `field` (a lookup path) is as near as `due`."""
    today = timezone.localdate()
    if due == Due.LATE:
        return Q(**{f"{field}__lt": today})
    if due == Due.TODAY:
        return Q(**{field: today})
    return Q(**{f"{field}__gt": today, f"{field}__lte": today + timedelta(days=DAYS_OF_A_WEEK)})


def due_case(field: str) -> Case:
    """Return an expression: a value of Due, or an empty text for a day further off."""
    whens = [When(due_condition(field, due), then=Value(due.value)) for due in Due]
    return Case(*whens, default=Value(""), output_field=models.CharField())


class DueFilter(admin.SimpleListFilter):
    """Filter by how near the due day is."""

    title = _("期限")
    parameter_name = "due"
    field = "due_on"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, StrOrPromise]]:
        """Return late, today and within a week."""
        return list(Due.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows of the chosen value; all for none and for one that is not offered."""
        chosen = self.value() or ""
        return queryset.filter(due_condition(self.field, chosen)) if chosen in Due.values else queryset
