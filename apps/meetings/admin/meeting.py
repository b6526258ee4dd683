"""Admin of meetings: what the notice says, the agenda, papers; the notice itself, calling off, and what is late."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.requests import user_of
from apps.core.due_days import DueFilter
from apps.core.types import StrOrPromise
from apps.meetings import actions
from apps.meetings.admin.base import MeetingsAdmin, PartInline
from apps.meetings.forms.staff import (
    AgendaItemForm,
    CallOffForm,
    MeetingForm,
    MeetingPaperForm,
    SubjectForm,
    next_number,
)
from apps.meetings.models import AgendaItem, Meeting, MeetingPaper, Organ, Subject
from apps.meetings.services.delays import delays_by_department
from apps.meetings.services.notice import late_sentence, missing_for_notice, noticed_facts
from apps.operations.models import AuditEntry

FIXED = ("organ", "number", "late_reason")  # once it is announced


class AgendaInline(PartInline):
    """The agenda (議題)."""

    model = AgendaItem
    form = AgendaItemForm
    extra = 1


class PaperInline(PartInline):
    """Papers (会議資料)."""

    model = MeetingPaper
    form = MeetingPaperForm


class SubjectInline(PartInline):
    """Pages of the portal that the meeting talks about."""

    model = Subject
    form = SubjectForm
    fields = ("url", "title", "item")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Offer the items of this meeting."""
        self.meeting = obj
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelChoiceField[Any] | None":
        """Offer the items of this meeting; none of one that is not stored."""
        if db_field.name == "item":
            kwargs["queryset"] = AgendaItem.objects.filter(meeting=getattr(self, "meeting", None))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class MinutesFilter(admin.SimpleListFilter):
    """Filter meetings by whether they wait for minutes."""

    title = gettext_lazy("会議録")
    parameter_name = "minutes"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, StrOrPromise]]:
        """Return the one choice."""
        return [("waiting", _("公表を待っている（自分が扱う会議体）"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return the rows of the chosen value."""
        return queryset.manageable_by(user_of(request)).without_minutes() if self.value() == "waiting" else queryset


class MinutesDueFilter(DueFilter):
    """Filter by how near the last day for minutes is."""

    title = gettext_lazy("会議録の期限")
    field = "minutes_due_day"


@admin.register(Meeting)
class MeetingAdmin(MeetingsAdmin):
    """Meetings (会議). What was announced is changed with a reason, and the page lists the change."""

    form = MeetingForm
    change_form_template = "admin/meetings/meeting_form.html"
    change_list_template = "admin/meetings/meeting_list.html"
    list_display = ("__str__", "starts_at", "state_shown", "openness_shown")
    list_filter = (
        MinutesFilter,
        MinutesDueFilter,
        ("organ", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = ("name", "organ__name")
    inlines = (AgendaInline, PaperInline, SubjectInline)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the meetings that the person may see."""
        rows: Any = super().get_queryset(request)
        return rows.for_lists().with_minutes_due()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return the facts; the reason of a change once it is announced, and who came once it began."""
        fields = (
            "organ",
            "number",
            "name",
            "starts_at",
            "ends_at",
            "form",
            "place",
            "online_url",
            "capacity",
            "attend_how",
        )
        if obj is None or obj.announced_at is None or not self.has_change_permission(request, obj):
            return (*fields, "late_reason")
        return (*fields, "listeners", "change_reason")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return what no longer changes once the meeting is announced."""
        return FIXED if obj and obj.announced_at else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin a new meeting with the number after the last one of its body, and as the last one was held."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        key = str(initial.get("organ", ""))
        organ = Organ.objects.manageable_by(user_of(request)).filter(pk=key).first() if key.isdecimal() else None
        if organ is None:
            return initial
        last = organ.meetings.order_by("-number").first()
        before = {name: getattr(last, name) for name in ("form", "place", "capacity", "attend_how")} if last else {}
        return {"number": next_number(organ.pk), "attend_how": organ.attend_how, **before, **initial}

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelChoiceField[Any] | None":
        """Offer the bodies that the person runs."""
        if db_field.name == "organ":
            kwargs["queryset"] = Organ.objects.manageable_by(user_of(request)).for_lists()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("状態"))
    def state_shown(self, meeting: Meeting) -> str:
        """Return the state in words."""
        return meeting.state_shown

    @admin.display(description=gettext_lazy("公開の別"))
    def openness_shown(self, meeting: Meeting) -> str:
        """Return whether it is open, in words."""
        return meeting.openness_shown or "—"

    def save_model(self, request: HttpRequest, obj: Meeting, form: Any, change: bool) -> None:
        """Save, with an audit entry; keep what the notice said."""
        former = Meeting.objects.get(pk=obj.pk) if change else None
        form.announced, form.day_before = (noticed_facts(former), former.day) if former else ({}, None)
        super().save_model(request, obj, form, change)
        AuditEntry.record("change" if change else "add", obj, by=user_of(request), fields=form.changed_data)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the parts, then list what differs from the notice; without a reason nothing is saved."""
        super().save_related(request, form, formsets, change)
        if change:
            reason = form.cleaned_data.get("change_reason") or ""
            actions.record_changes(
                meeting=form.instance, before=form.announced, day_before=form.day_before, reason=reason, by=user_of(request)
            )  # fmt: skip

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Add what is still missing for the notice, and what may be done."""
        meeting = kwargs.get("obj")
        if isinstance(meeting, Meeting) and meeting.pk:
            is_draft = meeting.announced_at is None
            context |= {
                "missing": missing_for_notice(meeting) if is_draft else [],
                "late": late_sentence(meeting) if is_draft else "",
                "may_run": request.user.has_perm("meetings.run", meeting),
                "minutes": list(meeting.minutes.order_by("-edition")),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        """Add the notice, calling off, the correction of minutes and the list of delays."""
        pages = {"announce": self.announce_view, "call_off": self.call_off_view, "correct": self.correct_view}
        return [
            path("delays/", self.admin_site.admin_view(self.delays_view), name="meetings_meeting_delays"),
            *(
                path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"meetings_meeting_{name}")
                for name, view in pages.items()
            ),
            *super().get_urls(),
        ]

    def announce_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Announce the meeting with a press; a GET leads back to its page."""
        meeting = self.run_by(request, pk)
        if request.method != "POST":
            return self.back_to(meeting)
        action = partial(actions.announce_meeting, meeting=meeting, by=user_of(request))
        return self.act(request, meeting, action, _("公告しました。会議のページ、一覧、カレンダーに出ています。"))

    def call_off_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Postpone or cancel the meeting, with a reason that its page shows."""
        meeting = self.run_by(request, pk)
        form = CallOffForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            action = partial(actions.call_off_meeting, meeting=meeting, by=user_of(request), **form.cleaned_data)
            return self.act(request, meeting, action, _("会議のページに、延期・中止と理由を出しました。"))
        return self.page(
            request,
            "call_off",
            _("延期・中止を知らせる"),
            meeting=meeting,
            form=form,
            status=422 if form.errors else 200,
        )

    def correct_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Begin the next edition of the minutes with a press; a GET leads back."""
        meeting = self.run_by(request, pk)
        if request.method != "POST":
            return self.back_to(meeting)
        return self.back_to(actions.begin_correction(meeting=meeting, by=user_of(request)))

    def delays_view(self, request: HttpRequest) -> HttpResponse:
        """List late notices and overdue minutes by department."""
        return self.page(request, "delays", _("公告と会議録の遅れ"), departments=delays_by_department())
