"""Admin of returns: a department confirms what is known, adds its lines, hands in; the secretariat sends back or confirms."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.admin.whose import WhoseFilter
from apps.accounts.requests import user_of
from apps.core.admin_dates import DAYS
from apps.core.due_days import DueFilter
from apps.core.generic import StackedInline
from apps.core.row_admin import RowAdmin
from apps.core.types import StrOrPromise
from apps.operations.models import AuditEntry
from apps.participation import actions
from apps.participation.forms.staff import ActForm, CollaborationForm, RemarkForm
from apps.participation.models import CollaborationEntry, ParticipationAct, ParticipationReport, ProcedureKind
from apps.participation.services.return_check import missing_for_submission


class LineInline(StackedInline[Any, ParticipationReport]):
    """Lines of a return: written by who fills it in, while it is open."""

    extra = 0
    formfield_overrides = DAYS

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return True: whoever sees the return sees its lines."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the return is open for the person."""
        may = request.user.has_perm("participation.change_participationreport", obj)
        return bool(obj and obj.is_open and may)

    has_change_permission = has_add_permission
    has_delete_permission = has_add_permission


class ActInline(LineInline):
    """市民参加手続."""

    model = ParticipationAct
    form = ActForm
    readonly_fields = ("source_shown",)
    fields = (
        "source_shown", ("title", "kind"), ("times", "starts_on", "ends_on"), ("figure", "unit", "is_not_applicable"),
        "how_counted", "outcome", "issue",
    )  # fmt: skip

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Offer the kinds to each row, read once; one that is offered no more only where a line has it."""
        formset = super().get_formset(request, obj, **kwargs)
        used = set(obj.acts.values_list("kind", flat=True)) if obj else set()
        rows = [kind for kind in ProcedureKind.objects.all() if kind.is_offered or kind.pk in used]
        choices = [("", "---------"), *((kind.pk, kind.name) for kind in rows)]
        formset.form = type(formset.form.__name__, (formset.form,), {"kinds": choices})
        return formset

    @admin.display(description=gettext_lazy("出典"))
    def source_shown(self, act: ParticipationAct) -> str:
        """Return where the facts come from and as of when; that they were typed, without a source."""
        if not act.is_linked or act.known_at is None:
            return _("課の記入")
        return _("%(source)s（自動で入った数です）") % {"source": act.get_source_display()}


class CollaborationInline(LineInline):
    """協働."""

    model = CollaborationEntry
    form = CollaborationForm
    fields = (("title", "method", "partner"), ("amount", "is_not_applicable"), "result", "issue")


class WaitingFilter(admin.SimpleListFilter):
    """Filter the returns that their departments have not handed in."""

    title = gettext_lazy("提出")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, StrOrPromise]]:
        """Return the only choice."""
        return [("yes", _("まだ"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return those of the choice."""
        return queryset.not_handed_in() if self.value() == "yes" else queryset


class ReturnDueFilter(DueFilter):
    """Filter by how near the last day of the year's survey is."""

    field = "year__due_on"


@admin.register(ParticipationReport)
class ParticipationReportAdmin(RowAdmin):
    """Returns (調査票)."""

    change_form_template = "admin/participation/report_form.html"
    list_display = ("department_name", "year", "state", "act_count", "collaboration_count")
    list_filter = (WaitingFilter, ReturnDueFilter, WhoseFilter, "year", "state")
    inlines = (ActInline, CollaborationInline)
    fields = ("year", "department_name", "state", "has_no_acts", "has_no_collaborations")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the returns that the person may see."""
        rows: Any = super().get_queryset(request)
        return rows.in_order().with_counts()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: the request for a year makes them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return the permission of the rule; none once it is handed in."""
        return super().has_change_permission(request, obj) and (obj is None or obj.is_open)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return what the request has fixed."""
        return ("year", "department_name", "state")

    @admin.display(description=gettext_lazy("手続の数"))
    def act_count(self, report: ParticipationReport) -> int:
        """Return how many procedures it has."""
        return report.act_count

    @admin.display(description=gettext_lazy("協働の数"))
    def collaboration_count(self, report: ParticipationReport) -> int:
        """Return how many collaborations it has."""
        return report.collaboration_count

    def save_model(self, request: HttpRequest, obj: ParticipationReport, form: Any, change: bool) -> None:
        """Save, with an audit entry; refuse what was handed in meanwhile."""
        actions.require_open(report=obj)
        super().save_model(request, obj, form, change)
        AuditEntry.record("change", obj, by=user_of(request), fields=form.changed_data)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Add what is missing and what may be done."""
        report = kwargs.get("obj")
        if isinstance(report, ParticipationReport):
            context |= {
                "missing": missing_for_submission(report) if report.is_open else [],
                "may_fill_in": self.has_change_permission(request, report),
                "may_run": request.user.has_perm("participation.run"),
                "remark_form": RemarkForm(),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        """Add the buttons."""
        pages = {
            "fill_in": self.fill_in_view, "submit": self.submit_view, "send_back": self.send_back_view,
            "confirm": self.confirm_view,
        }  # fmt: skip
        return [
            *(
                path(
                    f"<int:pk>/{name}/",
                    self.admin_site.admin_view(view),
                    name=f"participation_participationreport_{name}",
                )
                for name, view in pages.items()
            ),
            *super().get_urls(),
        ]

    def find(self, request: HttpRequest, pk: int, permission: str) -> ParticipationReport:
        """Return the return of a URL; 404 where it may not be seen, else PermissionDenied without the permission."""
        report: ParticipationReport = get_object_or_404(self.get_queryset(request), pk=pk)
        if not request.user.has_perm(permission, report):
            raise PermissionDenied(_("この操作は、事務局が行います。"))
        return report

    def fill_in_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Fill in what is known once more, with a press; a GET leads back."""
        report = self.find(request, pk, "participation.change_participationreport")
        if request.method != "POST":
            return self.back_to(report)
        action = partial(actions.fill_in_report, report=report, by=user_of(request))
        return self.act(request, report, action, _("わかっている数を入れ直しました。"))

    def submit_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Hand in with a press; a GET leads back."""
        report = self.find(request, pk, "participation.change_participationreport")
        if request.method != "POST":
            return self.back_to(report)
        action = partial(actions.submit_report, report=report, by=user_of(request))
        return self.act(request, report, action, _("提出しました。事務局が確かめます。"))

    def send_back_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send back with a remark; a GET leads back."""
        report, form = self.find(request, pk, "participation.run"), RemarkForm(request.POST)
        if request.method != "POST":
            return self.back_to(report)
        form.is_valid()
        remark = form.cleaned_data.get("remark", "")
        action = partial(actions.send_back_report, report=report, remark=remark, by=user_of(request))
        return self.act(request, report, action, _("差し戻しました。"))

    def confirm_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Confirm with a press; a GET leads back."""
        report = self.find(request, pk, "participation.run")
        if request.method != "POST":
            return self.back_to(report)
        action = partial(actions.confirm_report, report=report, by=user_of(request))
        return self.act(request, report, action, _("確定しました。"))
