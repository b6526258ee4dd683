"""Admin of assignments (うちの課の未回答): what a department shall answer, most urgent first."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db import transaction
from django.db.models import QuerySet
from django.forms import Script
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.requests import user_of
from apps.accounts.rules import is_secretariat
from apps.consultations.admin.answers.forms import AssignmentForm
from apps.consultations.admin.base import OwnRowsAdmin
from apps.consultations.models import Assignment
from apps.consultations.models.answers.assignment import AssignmentQuerySet
from apps.core.date_formats import era_day, jdatetime, wareki
from apps.core.due_days import DueFilter
from apps.core.types import StrOrPromise

if TYPE_CHECKING:
    from django.contrib.admin.filters import _ListFilterChoices
    from django.contrib.admin.options import _FieldOpts, _FieldsetSpec


class OpenFilter(admin.SimpleListFilter):
    """Filter by state; unanswered by default."""

    title = gettext_lazy("状態")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, StrOrPromise]]:
        """Return the choices besides the default, "unanswered"."""
        open_ones = [
            ("to_answer", _("未回答（差し戻しを除く）")),
            ("overdue", _("未回答（期限を過ぎた）")),
            ("sent_back", _("差し戻し")),
        ]
        return [*open_ones, ("answered", _("回答済み")), ("all", _("すべて"))]

    def choices(self, changelist: ChangeList) -> "Iterator[_ListFilterChoices]":
        """Return the choices; the first is named for what it shows."""
        for number, choice in enumerate(super().choices(changelist)):
            yield {**choice, "display": _("未回答")} if number == 0 else choice

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> AssignmentQuerySet:
        """Return the rows of the chosen value."""
        rows, chosen = cast("AssignmentQuerySet", queryset), self.value()
        if chosen == "all":
            return rows
        if chosen == "answered":
            return rows.answered()
        if chosen == "to_answer":
            return rows.to_answer()
        if chosen == "sent_back":
            return rows.unanswered().sent_back()
        return rows.unanswered().overdue() if chosen == "overdue" else rows.unanswered()


class WhoseFilter(admin.SimpleListFilter):
    """Filter by department; the user's own by default, for the secretariat all."""

    title = gettext_lazy("どの課の担当か")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, StrOrPromise]]:
        """Return the choices besides the default."""
        self.sees_all = is_secretariat(request.user)
        if self.sees_all:
            return [("own", _("うちの課")), ("others", _("ほかの課"))]
        return [("others", _("うちのテーマのほかの課")), ("all", _("うちのテーマのほかの課も"))]

    def choices(self, changelist: ChangeList) -> "Iterator[_ListFilterChoices]":
        """Return the choices; the first is named for what it shows."""
        for number, choice in enumerate(super().choices(changelist)):
            yield {**choice, "display": _("うちの課")} if number == 0 and not self.sees_all else choice

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> AssignmentQuerySet:
        """Return the rows of the chosen value."""
        rows, user = cast("AssignmentQuerySet", queryset), user_of(request)
        chosen = self.value() or ("all" if is_secretariat(user) else "own")
        if chosen == "others":
            return rows.of_others(user)
        return rows if chosen == "all" else rows.of_departments(user.department_ids())


@admin.register(Assignment)
class AssignmentAdmin(OwnRowsAdmin):
    """Assignments (担当課への割り当て). Without a filter it lists 「うちの課の未回答」."""

    form = AssignmentForm
    change_form_template = "admin/consultations/assignment_form.html"
    change_list_template = "admin/consultations/assignment_list.html"
    list_display = ("code", "due_shown", "days", "answer", "opened", "shown_target", "department_name", "person_name")
    list_filter = (OpenFilter, DueFilter, WhoseFilter, ("department", admin.RelatedOnlyFieldListFilter))
    list_display_links = ("code",)

    class Media:
        js = (Script("js/read-receipt.js", type="module"),)

    def get_urls(self) -> list[URLPattern]:
        """Add the read receipt."""
        view = self.admin_site.admin_view(self.open_view)
        return [path("<int:pk>/open/", view, name="consultations_assignment_open"), *super().get_urls()]

    def open_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Note that the department has opened the assignment, and go back to it; a GET only leads back."""
        row = get_object_or_404(self.get_queryset(request), pk=pk)
        if request.method == "POST":
            row.mark_opened(by=user_of(request))
        return redirect("admin:consultations_assignment_change", row.pk)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Add whether the page is to be noted as opened."""
        row = kwargs.get("obj")
        if isinstance(row, Assignment) and row.waits_to_be_opened_by(user_of(request)):
            context["receipt_url"] = reverse("admin:consultations_assignment_open", args=[row.pk])
        return super().render_change_form(request, context, *args, **kwargs)

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Leave out the department in a list of the user's own."""
        is_own = not is_secretariat(request.user) and request.GET.get("whose") not in {"all", "others"}
        return tuple(name for name in self.list_display if not (is_own and name == "department_name"))

    def get_queryset(self, request: HttpRequest) -> AssignmentQuerySet:
        """Order by urgency."""
        rows: AssignmentQuerySet = super().get_queryset(request)
        return rows.by_due_day().with_own_reply()

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Order by urgency."""
        return ("due_on", "pk")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """Set the title by the user's role."""
        title = _("未回答の一覧") if is_secretariat(request.user) else _("うちの課の未回答")
        return super().changelist_view(request, {**(extra_context or {}), "title": title})

    @admin.display(description=gettext_lazy("担当者"))
    def person_name(self, row: Assignment) -> str:
        """Return the person's name and extension; empty where nobody is named."""
        return row.person.name_among_staff if row.person else ""

    @admin.display(description=gettext_lazy("番号"))
    def code(self, row: Assignment) -> str:
        """Return the code of the proposal or topic."""
        return row.target.code

    @admin.display(description=gettext_lazy("対象"))
    def shown_target(self, row: Assignment) -> str:
        """Return its beginning with a link, and the consultation."""
        excerpt = getattr(row.target, "body", row.target.title)[:60]
        url, title = row.target.get_absolute_url(), row.target.consultation.title
        return format_html('<a href="{}">{}</a><br>{}', url, excerpt, title)

    @admin.display(description=gettext_lazy("担当課"), ordering="department")
    def department_name(self, row: Assignment) -> str:
        """Return the department's name, without a link: its page is the secretariat's."""
        return row.department.name

    @admin.display(description=gettext_lazy("回答期限"), ordering="due_on")
    def due_shown(self, row: Assignment) -> str:
        """Return the due day in Japanese era years."""
        return wareki(row.due_on)

    @admin.display(description=gettext_lazy("残り"))
    def days(self, row: Assignment) -> str:
        """Return days left, or days overdue."""
        days = (row.due_on - timezone.localdate()).days
        return _("%(n)d日超過") % {"n": -days} if days < 0 else _("あと%(n)d日") % {"n": days}

    @admin.display(description=gettext_lazy("開いた日"), ordering="opened_at")
    def opened(self, row: Assignment) -> str:
        """Return the day on which the department opened it, or that it has not."""
        return era_day(row.opened_at) if row.opened_at else _("まだ")

    @admin.display(description=gettext_lazy("期限を過ぎたことの連絡"))
    def told(self, row: Assignment) -> str:
        """Return when the head and the secretariat were told that it is long overdue."""
        told = [(_("所属長"), row.head_told_at), (_("事務局"), row.secretariat_told_at)]
        return "、".join(f"{who} {jdatetime(moment)}" for who, moment in told if moment) or "—"

    @admin.display(description=gettext_lazy("差し戻し"))
    def sent_back(self, row: Assignment) -> str:
        """Return when and why it was returned."""
        return f"{jdatetime(row.sent_back_at)} {row.sent_back_reason}"

    @admin.display(description=gettext_lazy("市の考え方"))
    def answer(self, row: Assignment) -> str:
        """Return a link to the draft or to a new reply, or the reason for returning it."""
        if row.sent_back_at:
            return format_html("{}：{}", _("差し戻し"), row.sent_back_reason[:60])
        if row.own_reply:
            url = reverse("admin:consultations_reply_change", args=[row.own_reply])
            return format_html('<a href="{}">{}</a>', url, _("続きを書く"))
        url = f"{reverse('admin:consultations_reply_add')}?code={row.target.code}&department={row.department_id}"
        return format_html('<a href="{}">{}</a>', url, _("書く"))

    def get_fieldsets(self, request: HttpRequest, obj: Assignment | None = None) -> "_FieldsetSpec":
        """Return fields for a new assignment, or for an existing one with the act of returning it."""
        if obj is None:
            known = ("knows_unreached",) if request.method == "POST" else ()  # asked after a refusal only
            return [(None, {"fields": ("codes", "departments", *known, "person", "due_on", "message")})]
        sent_back = ("sent_back",) if obj.sent_back_at else ()
        request_part: _FieldOpts = {
            "fields": ("shown_target", "department_name", "person", "due_on", "message", "opened", "told", *sent_back)
        }
        if obj.department_id not in user_of(request).department_ids():
            return [(None, request_part)]
        return [(None, request_part), (_("差し戻し"), {"fields": ("act", "reason")})]

    def get_readonly_fields(self, request: HttpRequest, obj: Assignment | None = None) -> tuple[str, ...]:
        """Return target and department as read-only for an existing assignment."""
        return ("shown_target", "department_name", "opened", "told", "sent_back") if obj else ()

    def save_model(self, request: HttpRequest, obj: Assignment, form: AssignmentForm, change: bool) -> None:
        """Save through `assign` or `send_back`."""
        data = form.cleaned_data
        targets = [obj.target] if change else data["codes"]
        departments = [obj.department] if change else data["departments"]
        if data.get("act") == "send_back":
            obj.send_back(by=user_of(request), reason=data["reason"])
            return
        person, due_on = data.get("person"), data["due_on"]
        assignments = Assignment.objects.assign(
            targets, departments, due_on=due_on, person=person, message=data["message"], by=user_of(request)
        )
        for department in form.unreachable:
            sentence = _("%(department)sには、代表アドレスも職員の登録もありません。お知らせは事務局に届きます。")
            messages.warning(request, sentence % {"department": department.name})
        obj.__dict__.update(assignments[0].__dict__)

    def has_delete_permission(self, request: HttpRequest, obj: Assignment | None = None) -> bool:
        """Return True for who may withdraw it; a department that shall answer returns it instead."""
        return self._may("delete", request, obj) and (obj is None or obj.may_be_withdrawn_by(user_of(request)))

    def delete_model(self, request: HttpRequest, obj: Assignment) -> None:
        """Delete through `withdraw`, which audits it."""
        obj.withdraw(by=user_of(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Assignment]) -> None:
        """Withdraw each row, so that each is audited; all or none."""
        with transaction.atomic():
            for row in queryset:
                row.withdraw(by=user_of(request))
