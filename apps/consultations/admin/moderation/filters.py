"""List filters of the queue of cases."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.consultations.models import AbuseReport, Consultation, ModerationCase, PolicyArticle
from apps.consultations.models.moderation.case import CaseQuerySet
from apps.core.types import StrOrPromise

if TYPE_CHECKING:
    from django.contrib.admin.filters import _ListFilterChoices

AGES = {"1": (_("1日より前"), timedelta(days=1)), "3": (_("3日より前"), timedelta(days=3)),
        "7": (_("7日より前"), timedelta(days=7))}  # fmt: skip


class StateFilter(admin.SimpleListFilter):
    """Filter by state; waiting cases by default."""

    title = _("状態")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, StrOrPromise]]:
        """Return the choices besides the default, "waiting"."""
        return [("done", _("判断済み")), ("all", _("すべて"))]

    def choices(self, changelist: ChangeList) -> "Iterator[_ListFilterChoices]":
        """Label the default choice."""
        for number, choice in enumerate(super().choices(changelist)):
            yield choice if number else {**choice, "display": _("判断を待っている")}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> CaseQuerySet:
        """Return the rows of the chosen value."""
        cases = cast("CaseQuerySet", queryset)
        if self.value() == "done":
            return cases.done()
        return cases if self.value() == "all" else cases.waiting()


class TriggerFilter(admin.SimpleListFilter):
    """Filter by trigger; an appeal counts as one."""

    title = _("きっかけ")
    parameter_name = "trigger"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, StrOrPromise]]:
        """Return every trigger, and appeals and erasure requests."""
        return [*ModerationCase.Trigger.choices, *ModerationCase.LATER]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> CaseQuerySet:
        """Return the rows of the chosen value."""
        cases, value = cast("CaseQuerySet", queryset), self.value() or ""
        return cases.triggered_by(value) if value in dict(self.lookup_choices) else cases


class ConsultationFilter(admin.SimpleListFilter):
    """Filter by consultations that the user may see."""

    title = _("テーマ")
    parameter_name = "consultation"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, StrOrPromise]]:
        """Return the consultations with cases."""
        cases = ModerationCase.objects.visible_to(request.user)
        return [(str(row.pk), row.title) for row in Consultation.objects.with_cases(cases)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> CaseQuerySet:
        """Return the rows of the chosen value."""
        cases, value = cast("CaseQuerySet", queryset), self.value() or ""
        return cases.in_consultations([int(value)]) if value.isascii() and value.isdigit() else cases


class ReasonFilter(admin.SimpleListFilter):
    """Filter by reason of reports, or by article of the last decision."""

    title = _("理由")
    parameter_name = "reason"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, StrOrPromise]]:
        """Return the reasons of reports, then the articles."""
        reported = [(f"report-{value}", _("通報：%(label)s") % {"label": label}) for value, label in
                    AbuseReport.Reason.choices]  # fmt: skip
        return [*reported, *((f"article-{row.number}", str(row)) for row in PolicyArticle.objects.all())]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> CaseQuerySet:
        """Return the rows of the chosen value."""
        cases = cast("CaseQuerySet", queryset)
        kind, _sign, value = (self.value() or "").partition("-")
        if kind == "report" and value in AbuseReport.Reason.values:
            return cases.reported_as(value)
        if kind == "article" and value.isascii() and value.isdigit():
            return cases.decided_by_article(int(value))
        return cases


class AgeFilter(admin.SimpleListFilter):
    """Filter by age of the case."""

    title = _("発生から")
    parameter_name = "age"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, StrOrPromise]]:
        """Return one, three and seven days."""
        return [(key, label) for key, (label, _age) in AGES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> CaseQuerySet:
        """Return the cases opened before."""
        cases, age = cast("CaseQuerySet", queryset), AGES.get(self.value() or "")
        return cases.older_than(age[1]) if age else cases
