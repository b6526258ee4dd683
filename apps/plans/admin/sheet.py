"""PDCAシート in the admin site: the list; its change page is the editor (`apps.plans.admin.editor`)."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.requests import AuthedRequest, user_of
from apps.core.date_formats import wareki
from apps.core.due_days import DueFilter
from apps.core.types import StrOrPromise
from apps.operations.admin import ReadOnlyAdmin
from apps.plans.admin.editor.page import edit
from apps.plans.admin.editor.urls import editor_urls
from apps.plans.models import PlanSheet, State
from apps.plans.models.constants import Whereabouts
from apps.plans.models.sheet import PlanSheetQuerySet

WITH_WHOM = [(one.value, one.label) for one in (Whereabouts.OPEN, Whereabouts.SUBMITTED, Whereabouts.RETURNED)]


class StageFilter(admin.SimpleListFilter):
    """Filter by stage, and by with whom it waits."""

    title = gettext_lazy("段階")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, StrOrPromise]]:
        """Return the choices: what waits, then every stage."""
        return [*WITH_WHOM, ("late", _("未提出（期限を過ぎた）")), *State.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> PlanSheetQuerySet:
        """Return the rows of the chosen value."""
        chosen, rows = self.value(), cast("PlanSheetQuerySet", queryset)
        if chosen == "late":
            return rows.late()
        if chosen in dict(WITH_WHOM):
            return rows.whereabouts(str(chosen))
        return rows.filter(state=chosen) if chosen in State.values else rows


class WhoseFilter(admin.SimpleListFilter):
    """Filter by whether one of the own departments writes the sheet."""

    title = gettext_lazy("どの課の担当か")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, StrOrPromise]]:
        """Return the choices."""
        return [("own", _("うちの課")), ("others", _("ほかの課"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> PlanSheetQuerySet:
        """Return the rows of the chosen value."""
        rows = cast("PlanSheetQuerySet", queryset)
        own = user_of(request).department_ids()
        if self.value() == "others":
            return rows.of_other_departments(own)
        return rows.of_departments(own) if self.value() == "own" else rows


@admin.register(PlanSheet)
class PlanSheetAdmin(ReadOnlyAdmin):
    """Sheets are written in the editor only. Everyone in the city's service reads; who writes is said by the rules."""

    list_display = ("__str__", "departments", "state", "hand_in", "due", "grade", "updated_at")
    list_filter = (StageFilter, DueFilter, WhoseFilter, "year")

    @admin.display(description=gettext_lazy("記入の期限"))
    def due(self, sheet: Any) -> str:
        """Return the last day of the stage that is open, and how long it has passed."""
        if not sheet.due_on:
            return "-"
        late = (timezone.localdate() - sheet.due_on).days
        return (
            _("%(day)s（%(n)d日超過）") % {"day": wareki(sheet.due_on), "n": late} if late > 0 else wareki(sheet.due_on)
        )

    @admin.display(description=gettext_lazy("提出"))
    def hand_in(self, sheet: PlanSheet) -> str:
        """Return with whom the stage is, and for how many days it has waited."""
        submission = sheet.submission
        if submission and submission.is_waiting and sheet.is_in_stage:
            return _("%(where)s　%(n)d日") % {"where": sheet.whereabouts.label, "n": submission.waited_days}
        return str(sheet.whereabouts.label) if sheet.is_in_stage else "-"

    @admin.display(description=gettext_lazy("担当課"))
    def departments(self, sheet: PlanSheet) -> str:
        """Return the departments (担当課) as on paper."""
        return sheet.departments_shown

    def get_queryset(self, request: HttpRequest) -> PlanSheetQuerySet:
        """Return all sheets: those of other departments are no secret inside the city hall."""
        return PlanSheet.objects.readable_by(request.user).for_desk().with_due()

    def get_urls(self) -> list[URLPattern]:
        """Put the editor's views before Django's."""
        return [*editor_urls(self.admin_site), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Render the editor; an id that no column can hold is 404."""
        if not object_id.isascii() or not object_id.isdigit() or len(object_id) > 18:
            raise Http404
        return edit(cast("AuthedRequest", request), int(object_id))
