"""Admin of minutes: written for one meeting, published with a press, then read-only."""

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from apps.accounts.requests import user_of
from apps.meetings import actions
from apps.meetings.admin.base import MeetingsAdmin
from apps.meetings.forms.confirmations import AskForm
from apps.meetings.models import ActionRefused, Confirmation, Meeting, Minutes
from apps.operations.models import AuditEntry


@admin.register(Minutes)
class MinutesAdmin(MeetingsAdmin):
    """Minutes (会議録). A published edition is read-only; its correction is begun from the page of the meeting."""

    change_form_template = "admin/meetings/minutes_form.html"
    list_display = ("__str__", "edition", "kind", "published_at")
    list_filter = ("kind", ("meeting__organ", admin.RelatedOnlyFieldListFilter))

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the minutes that the person may see."""
        rows: Any = super().get_queryset(request)
        return rows.select_related("meeting__organ__department").defer("search_text", "search_bigrams")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return the permission of the rule; never for a published edition."""
        return not (obj and obj.is_published) and super().has_change_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return what is written; what was corrected from the second edition on."""
        fields = ("meeting", "kind", "attendance", "body")
        return (*fields, "note") if obj and obj.edition > 1 else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return the meeting as read-only for stored minutes."""
        return ("meeting",) if obj else ()

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelChoiceField[Any] | None":
        """Offer the announced meetings without minutes that the person runs."""
        if db_field.name == "meeting":
            own = Meeting.objects.manageable_by(user_of(request)).filter(announced_at__isnull=False, minutes=None)
            kwargs["queryset"] = own.select_related("organ")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Minutes, form: Any, change: bool) -> None:
        """Save, with an audit entry."""
        super().save_model(request, obj, form, change)
        AuditEntry.record("change" if change else "add", obj, by=user_of(request), fields=form.changed_data)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Add whether the person may publish."""
        minutes = kwargs.get("obj")
        context["may_publish"] = minutes is not None and self.has_change_permission(request, minutes)
        may_run = minutes is not None and request.user.has_perm("meetings.run", minutes)
        context["confirmations"] = list(Confirmation.objects.of_minutes(minutes)) if minutes and may_run else []
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        """Add the publication."""
        pages = {"publish": self.publish_view, "ask": self.ask_view}
        return [
            *(
                path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"meetings_minutes_{name}")
                for name, view in pages.items()
            ),
            *super().get_urls(),
        ]

    def ask_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask the members to confirm the draft; the answer shows their codes, once."""
        minutes, title = self.run_by(request, pk), _("委員に確認を頼む")
        form = AskForm(request.POST or None, initial={"due_on": minutes.confirm_by})
        codes = None
        if request.method == "POST" and form.is_valid():
            try:
                codes = actions.ask_members(minutes=minutes, by=user_of(request), **form.cleaned_data)
            except ActionRefused as refused:
                form.add_error(None, str(refused.sentence))
        status = 422 if form.errors else 200
        url = f"{settings.SITE_URL}{reverse('meetings:confirm')}"
        return self.page(
            request, "ask", title, minutes=minutes, form=form, codes=codes, confirm_url=url, status=status
        )  # fmt: skip

    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Publish the edition with a press; a GET leads back."""
        minutes = self.run_by(request, pk)
        if request.method != "POST":
            return self.back_to(minutes)
        action = partial(actions.publish_minutes, minutes=minutes, by=user_of(request))
        return self.act(request, minutes, action, _("会議録を公表しました。"))
