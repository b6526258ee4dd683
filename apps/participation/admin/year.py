"""Admin of a year: ask the departments, see who is missing, remind, publish the report; the kinds of procedures."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.requests import user_of
from apps.core.admin import PortalAdmin
from apps.core.row_admin import RowAdmin
from apps.operations.models import AuditEntry
from apps.participation import actions
from apps.participation.forms.staff import PublicationForm
from apps.participation.models import ParticipationYear, ProcedureKind
from apps.participation.services.publication_check import missing_for_publication
from apps.participation.services.report_figures import next_edition
from apps.participation.services.report_page import page_of


@admin.register(ProcedureKind)
class ProcedureKindAdmin(PortalAdmin):
    """Kinds of procedures (市民参加手続の種類), kept by the secretariat."""

    list_display = ("name", "meaning", "is_offered", "order")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: lines name it."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return the code as read-only for a stored row."""
        return ("code",) if obj else ()


@admin.register(ParticipationYear)
class ParticipationYearAdmin(RowAdmin):
    """Years (調査の年度)."""

    change_form_template = "admin/participation/year_form.html"
    list_display = ("__str__", "due_on", "open_count")
    fields = ("year", "due_on", "guide")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the years with how many returns wait for their department."""
        rows: Any = super().get_queryset(request)
        return rows.with_open_count()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return the year as read-only once departments were asked."""
        return ("year",) if obj and obj.requested_at else ()

    @admin.display(description=gettext_lazy("まだ提出していない課"))
    def open_count(self, year: ParticipationYear) -> int:
        """Return how many departments have not handed in."""
        return year.open_count

    def save_model(self, request: HttpRequest, obj: ParticipationYear, form: Any, change: bool) -> None:
        """Save, with an audit entry."""
        super().save_model(request, obj, form, change)
        AuditEntry.record("change" if change else "add", obj, by=user_of(request), fields=form.changed_data)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Add the returns of the year and what its report lacks."""
        year = kwargs.get("obj")
        if isinstance(year, ParticipationYear) and year.pk:
            context |= {
                "reports": list(year.reports.in_order().with_counts()),
                "missing": missing_for_publication(year),
                "editions": list(year.editions.order_by("-edition")),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        """Add the buttons and the preview of the report."""
        pages = {"request": self.request_view, "remind": self.remind_view, "publish": self.publish_view}
        return [
            *(
                path(
                    f"<int:pk>/{name}/",
                    self.admin_site.admin_view(view),
                    name=f"participation_participationyear_{name}",
                )
                for name, view in pages.items()
            ),
            *super().get_urls(),
        ]

    def find(self, request: HttpRequest, pk: int) -> ParticipationYear:
        """Return the year of a URL; 404 for anybody but the secretariat."""
        rows = (
            self.get_queryset(request)
            if request.user.has_perm("participation.run")
            else ParticipationYear.objects.none()
        )
        year: ParticipationYear = get_object_or_404(rows, pk=pk)
        return year

    def request_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask the departments with a press; a GET leads back."""
        year = self.find(request, pk)
        if request.method != "POST":
            return self.back_to(year)
        action = partial(actions.request_reports, year=year, by=user_of(request))
        return self.act(request, year, action, _("調査票を作り、わかっている数を入れました。"))

    def remind_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Mail who has not handed in, with a press; a GET leads back."""
        year = self.find(request, pk)
        if request.method != "POST":
            return self.back_to(year)
        action = partial(actions.remind_reports, year=year, by=user_of(request))
        return self.act(request, year, action, _("まだ提出していない課に、メールを送ります。"))

    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the next edition as everybody would read it; its button publishes what was shown."""
        year = self.find(request, pk)
        if request.method == "POST":
            form = PublicationForm(request.POST)
            form.is_valid()
            data = form.cleaned_data
            seen, note = data.get("seen") or "unknown", data.get("note") or ""
            action = partial(actions.publish_edition, year=year, by=user_of(request), seen=seen, note=note)
            return self.act(request, year, action, _("報告書を公表しました。"))
        edition = next_edition(year)
        return self.page(
            request, "publish", _("報告書を確かめる"), year=year, form=PublicationForm(), seen=edition.digest,
            missing=missing_for_publication(year), **page_of(edition),
        )  # fmt: skip
