"""List filters of consultations: by state, promised reply date and closing."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.consultations.models.consultation_queryset import ConsultationQuerySet
from apps.core.due_days import DueFilter
from apps.core.types import StrOrPromise

STATES = {
    "draft": gettext_lazy("下書き"),
    "upcoming": gettext_lazy("予告"),
    "open": gettext_lazy("受付中"),
    "counting": gettext_lazy("集計中"),
    "answered": gettext_lazy("回答済"),
}


class StateFilter(admin.SimpleListFilter):
    """Filter by the state that follows from dates and decisions."""

    title = gettext_lazy("状態")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, StrOrPromise]]:
        """Return every state, and 遅れ (overdue)."""
        late = ("late", _("遅れ（回答予定日を過ぎた）"))
        return [*STATES.items(), ("unanswered", _("市の回答がまだ（受付中を含む）")), late]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> ConsultationQuerySet:
        """Return the rows in the selected state."""
        consultations, chosen = cast("ConsultationQuerySet", queryset), self.value() or ""
        if chosen == "draft":
            return consultations.drafts()
        if chosen in {"late", "unanswered"}:
            return consultations.public().late() if chosen == "late" else consultations.unanswered()
        return consultations.public().in_state(chosen) if chosen in STATES else consultations


class PromiseFilter(DueFilter):
    """Filter by how near the promised reply date is."""

    title = gettext_lazy("回答予定日")
    parameter_name = "promise"
    field = "reply_due_on"


class ClosingFilter(DueFilter):
    """Filter by how near the closing is."""

    title = gettext_lazy("受付終了")
    parameter_name = "closing"
    field = "closes_at__date"
