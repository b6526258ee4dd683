"""Admin list of moderation cases (案件), with actions on several at once."""

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.options import Options
from django.forms.widgets import Script
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.consultations.admin.moderation.case_views import CaseViewsMixin
from apps.consultations.admin.moderation.filters import (
    AgeFilter,
    ConsultationFilter,
    ReasonFilter,
    StateFilter,
    TriggerFilter,
)
from apps.consultations.models import AbuseReport, ModerationCase
from apps.consultations.models.moderation.case import CaseQuerySet
from apps.core.date_formats import duration, jdatetime
from apps.operations.admin import ReadOnlyAdmin


@admin.register(ModerationCase)
class ModerationCaseAdmin(CaseViewsMixin, ReadOnlyAdmin):
    """Cases (承認待ち・通報の案件). Moderators and the secretariat decide; departments read those of their consultations."""

    list_display = ("text_shown", "trigger_shown", "opened", "numbers", "state_shown")
    list_display_links = None
    list_filter = (StateFilter, TriggerFilter, ReasonFilter, AgeFilter, ConsultationFilter)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("detail",)
    search_help_text = gettext_lazy("投稿のことば、または意見の番号")
    ordering = ("opened_at", "pk")
    actions = ("approve", "hide", "restore")
    change_list_template = "admin/consultations/case_list.html"

    class Media:
        js = (Script("js/case_keys.js", type="module"),)

    def get_queryset(self, request: HttpRequest) -> CaseQuerySet:
        """Return the cases the user may see, longest waiting first."""
        return (
            ModerationCase.objects.visible_to(request.user).for_queue().with_report_reasons().order_by(*self.ordering)
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search by words of the text, or by the number of its proposal."""
        return cast("CaseQuerySet", queryset).search(search_term), False

    def get_urls(self) -> list[URLPattern]:
        """Return the URLs of a case before the admin's own."""
        return [
            path(route, self.admin_site.admin_view(view), name=f"consultations_moderationcase_{name}")
            for route, view, name in (
                ("decide/", self.decide_view, "decide"),
                ("<int:pk>/undo/", self.undo_view, "undo"),
                ("<int:pk>/redact/", self.redact_view, "redact"),
                ("<int:pk>/redact/undo/", self.undo_redaction_view, "undo_redaction"),
                ("<int:pk>/erase/", self.erase_view, "erase"),
                ("<int:pk>/erase/confirm/", self.confirm_view, "erase_confirm"),
                ("<int:pk>/erase/decline/", self.decline_view, "erase_decline"),
                ("open/<slug:kind>/<int:pk>/", self.open_view, "open"),
            )
        ] + super().get_urls()

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: "Options[ModerationCase]", object_id: str
    ) -> HttpResponse:
        raise Http404

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """Set the title of the list, and say how long decisions took lately."""
        waits = ModerationCase.objects.visible_to(request.user).usual_waits()
        labels = dict(ModerationCase.Trigger.choices)
        context = {
            "title": self.opts.verbose_name_plural,
            "waits": [(labels[trigger], duration(wait)) for trigger, wait in sorted(waits.items())],
        }
        return super().changelist_view(request, {**(extra_context or {}), **context})

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Return True for moderators and the secretariat."""
        return request.user.has_perm("consultations.moderate")

    @admin.action(description=gettext_lazy("承認する（公開する・公開を続ける）"), permissions=["decide"])
    def approve(self, request: HttpRequest, queryset: QuerySet[ModerationCase]) -> HttpResponse:
        """Go to the confirmation page for approving."""
        return self._ask("approve", queryset)

    @admin.action(description=gettext_lazy("非表示にする（理由を選びます）"), permissions=["decide"])
    def hide(self, request: HttpRequest, queryset: QuerySet[ModerationCase]) -> HttpResponse:
        """Go to the confirmation page for hiding."""
        return self._ask("hide", queryset)

    @admin.action(description=gettext_lazy("公開に戻す"), permissions=["decide"])
    def restore(self, request: HttpRequest, queryset: QuerySet[ModerationCase]) -> HttpResponse:
        """Go to the confirmation page for restoring."""
        return self._ask("restore", queryset)

    def _ask(self, act: str, queryset: QuerySet[ModerationCase]) -> HttpResponse:
        """Redirect to the page that shows each text before the decision."""
        cases = [("case", pk) for pk in queryset.values_list("pk", flat=True)[:200]]
        return HttpResponseRedirect(
            f"{reverse('admin:consultations_moderationcase_decide')}?{urlencode([('act', act), *cases])}"
        )

    @admin.display(description=gettext_lazy("投稿"))
    def text_shown(self, case: ModerationCase) -> str:
        """Return a link to the case with the text's code and beginning."""
        text = case.text
        words = text.body if len(text.body) <= 80 else f"{text.body[:79]}…"
        kind = _("コメント") if case.comment_id else _("意見")
        code = case.proposal_of_text.code
        url = reverse("admin:consultations_moderationcase_change", args=[case.pk])
        return format_html(
            '<a href="{}" class="case-link">{} {}</a> <span class="staff-place">{}</span><br>{}',
            url, kind, code, case.consultation.title, words,
        )  # fmt: skip

    @admin.display(description=gettext_lazy("きっかけ"), ordering="trigger")
    def trigger_shown(self, case: ModerationCase) -> str:
        """Return the trigger, the first line of details, and a waiting erasure request."""
        first = case.detail.split("\n", 1)[0]
        asks = format_html("<br><strong>{}</strong>", _("完全削除の確認待ち")) if case.asks_erasure else ""
        return format_html("{}{}{}", case.trigger_shown, format_html("<br>{}", first) if first else "", asks)

    @admin.display(description=gettext_lazy("発生"), ordering="opened_at")
    def opened(self, case: ModerationCase) -> str:
        """Return when the case was opened."""
        return jdatetime(case.opened_at)

    @admin.display(description=gettext_lazy("通報・投稿者の案件"), ordering="report_count")
    def numbers(self, case: ModerationCase) -> str:
        """Return numbers of reports with their reasons, and of other cases of the author, without naming the author."""
        reports = _("通報%(n)d人") % {"n": case.report_count} if case.report_count else ""
        if reports:
            labels = dict(AbuseReport.Reason.choices)
            reasons = [f"{labels[told['reason']]} {told['n']}" for told in case.report_reasons]
            reports = f"{reports}（{'、'.join(reasons)}）"
        earlier = _("ほかの案件%(n)d件") % {"n": case.author_cases - 1} if case.author_cases > 1 else ""
        return format_html("{}<br>{}", reports, earlier) if reports and earlier else reports or earlier or "—"

    @admin.display(description=gettext_lazy("いまの状態"))
    def state_shown(self, case: ModerationCase) -> str:
        """Return the text's state and the last decision."""
        state = case.text.get_state_display()
        return format_html("{}<br>{}", state, case.decision) if case.decision else state
