"""Admin of cases: what is asked and when, the papers, the announcement, opinions from paper."""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db.models import ForeignKey, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.admin.whose import WhoseFilter
from apps.accounts.models import Department
from apps.accounts.requests import user_of
from apps.accounts.rules import is_secretariat
from apps.core.admin import PortalTabularInline
from apps.core.due_days import DueFilter
from apps.core.types import StrOrPromise
from apps.documents.models import DocumentVersion
from apps.operations.models import AuditEntry
from apps.public_comments import actions
from apps.public_comments.admin.assignments import AssignmentPagesMixin
from apps.public_comments.admin.result import ResultPagesMixin
from apps.public_comments.admin.work_files import WorkFilesMixin
from apps.public_comments.forms import PaperOpinionForm
from apps.public_comments.forms.cases import CaseForm, CasePaperForm, DaysForm, MoveForm
from apps.public_comments.forms.opinions import grown
from apps.public_comments.models import ActionRefused, Case, CasePaper
from apps.public_comments.services.opening_check import missing_for_announcement

FIXED = (  # once it is announced
    "slug", "version", "opens_on", "closes_on", "short_reason", "eligible", "post_rule", "result_due_on", "delete_senders_on",
)  # fmt: skip


class CaseStateFilter(admin.SimpleListFilter):
    """Filter cases by what waits."""

    title = gettext_lazy("待っていること")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, StrOrPromise]]:
        """Return the choices."""
        return [
            ("open", _("募集中・予告")),
            ("closed", _("結果の公表を待っている")),
            ("handed-in", _("結果の案が提出されている")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows of the chosen value."""
        rows: Any = queryset
        named = {"open": rows.taking_opinions, "closed": rows.awaiting_result, "handed-in": rows.handed_in}
        chosen: QuerySet[Any] = named[self.value() or ""]() if self.value() in named else rows
        return chosen


class CasePaperInline(PortalTabularInline):
    """Related papers (関連資料)."""

    model = CasePaper
    form = CasePaperForm
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person runs the case."""
        return request.user.has_perm("public_comments.change_case", obj)

    has_change_permission = has_add_permission

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return True: whoever sees the case sees its papers."""
        return True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow deletion before the announcement only."""
        return not (obj and obj.announced_at) and self.has_add_permission(request, obj)


class ClosingFilter(DueFilter):
    """Filter by how near the last day of the period is."""

    title = gettext_lazy("募集の最終日")
    parameter_name = "closing"
    field = "closes_on"


class ResultDueFilter(DueFilter):
    """Filter by how near the promised day of the result is."""

    title = gettext_lazy("結果を公表する予定日")
    field = "result_due_on"


@admin.register(Case)
class CaseAdmin(AssignmentPagesMixin, WorkFilesMixin, ResultPagesMixin):
    """Cases (案件). What was announced of draft and period stays as it is."""

    form = CaseForm
    change_form_template = "admin/public_comments/case_form.html"
    list_display = ("title", "department", "state_shown", "opens_on", "closes_on")
    list_filter = (
        CaseStateFilter,
        ClosingFilter,
        ResultDueFilter,
        WhoseFilter,
        ("department", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = ("title",)
    filter_horizontal = ("eligible",)
    inlines = (CasePaperInline,)
    fields = (
        "title", "slug", "version", "department", "summary", "eligible", "opens_on", "closes_on", "short_reason", "post_rule",
        "send_to", "places", "result_due_on", "delete_senders_on",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the cases that the person may see."""
        rows: Any = super().get_queryset(request)
        return rows.for_lists()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return what no longer changes once the case is announced."""
        return FIXED if obj and obj.announced_at else ()

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelChoiceField[Any] | None":
        """Offer the own departments, all to the secretariat; versions that the person may see."""
        if db_field.name == "department":
            own = None if is_secretariat(request.user) else user_of(request).department_ids()
            kwargs["queryset"] = Department.objects.offered_to(own)
        elif db_field.name == "version":
            kwargs["queryset"] = DocumentVersion.objects.visible_to(user_of(request)).in_order()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("状態"))
    def state_shown(self, case: Case) -> str:
        """Return the state in words."""
        return case.state_shown

    def save_model(self, request: HttpRequest, obj: Case, form: Any, change: bool) -> None:
        """Save, with an audit entry."""
        super().save_model(request, obj, form, change)
        AuditEntry.record("change" if change else "add", obj, by=user_of(request), fields=form.changed_data)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Add what is still missing and how many opinions there are."""
        case = kwargs.get("obj")
        if isinstance(case, Case) and case.pk:
            may_run = request.user.has_perm("public_comments.run", case)
            context |= {
                "missing": [] if case.announced_at else missing_for_announcement(case),
                "may_run": may_run,
                "opinion_count": case.opinions.accepted().count() if may_run else None,
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        """Add the announcement and the entry from paper."""
        pages = {
            "announce": self.announce_view,
            "enter": self.enter_view,
            "move": self.move_view,
            "days": self.days_view,
        }
        return [
            *(
                path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"public_comments_case_{name}")
                for name, view in pages.items()
            ),
            *self.result_urls(),
            *self.work_file_urls(),
            *self.assignment_urls(),
            *super().get_urls(),
        ]

    def announce_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Announce the case with a press; a GET leads back to its page."""
        case = self.run_by(request, pk)
        if request.method != "POST":
            return self.back_to(case)
        action = partial(actions.announce_case, case=case, by=user_of(request))
        return self.act(request, case, action, _("予告しました。募集は、初日に自動で始まります。"))

    def move_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Move the last day of the period to a later one, with the reason that everybody reads."""
        case = self.run_by(request, pk)
        if case.state not in {"upcoming", "open"}:
            return self.back_to(case)
        days = {name: getattr(case, name) for name in ("closes_on", "result_due_on", "delete_senders_on")}
        form = MoveForm(request.POST if request.method == "POST" else None, initial=days)
        if request.method == "POST" and form.is_valid():
            try:
                actions.move_period(case=case, by=user_of(request), **form.cleaned_data)
            except ActionRefused as refused:
                form.add_error("closes_on", str(refused.sentence))
            else:
                messages.success(request, _("募集の期間を延ばしました。案件のページの日程に出ています。"))
                return self.back_to(case)
        status = 422 if form.errors else 200
        return self.page(request, "move", _("募集の期間を延ばす"), case=case, form=form, status=status)

    def days_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Change the day of the result or of the deletion of senders, with the reason that everybody reads."""
        case = self.run_by(request, pk)
        if not case.is_announced:
            return self.back_to(case)
        days = {name: getattr(case, name) for name in ("result_due_on", "delete_senders_on")}
        form = DaysForm(request.POST if request.method == "POST" else None, initial=days)
        if request.method == "POST" and form.is_valid():
            try:
                actions.change_days(case=case, by=user_of(request), **form.cleaned_data)
            except ActionRefused as refused:
                form.add_error(None, str(refused.sentence))
            else:
                messages.success(request, _("日を変えました。案件のページの日程に出ています。"))
                return self.back_to(case)
        status = 422 if form.errors else 200
        return self.page(request, "days", _("予定の日を変える"), case=case, form=form, status=status)

    def enter_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Enter an opinion that came by post, FAX, mail or at the counter; the next form is empty again."""
        case = self.run_by(request, pk)
        title = _("紙などの意見を入力する")
        if request.POST.get("step") == "add":
            return self.page(
                request, "enter", title, case=case, form=PaperOpinionForm(initial=grown(request.POST), case=case)
            )
        form = PaperOpinionForm(request.POST or None, case=case)
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            try:
                sent = actions.enter_opinion(
                    case=case, channel=data["channel"], received_on=data["received_on"], by=user_of(request),
                    submit_key=data["submit_key"], **form.said,
                )  # fmt: skip
            except ActionRefused as refused:
                form.add_error(None, str(refused.sentence))
            else:
                words = _("入力しました。受付番号は %(number)s です。") % {"number": sent.opinion.number_shown}
                messages.success(request, words)
                return HttpResponseRedirect(reverse("admin:public_comments_case_enter", args=[case.pk]))
        return self.page(request, "enter", title, case=case, form=form, status=422 if form.errors else 200)
