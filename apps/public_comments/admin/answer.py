"""Admin of the city's views: groups of points with 意見の概要, 反映区分 and the answer."""

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy

from apps.accounts.requests import user_of
from apps.core.admin import PortalAdmin
from apps.public_comments import actions
from apps.public_comments.admin.base import PublicCommentsAdmin
from apps.public_comments.forms.answers import CityViewForm
from apps.public_comments.models import Case, CityView, ViewKind


@admin.register(ViewKind)
class ViewKindAdmin(PortalAdmin):
    """反映区分, kept by the secretariat."""

    list_display = ("name", "meaning", "changes_draft", "order")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: views name it for ever."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return the code as read-only for a stored row."""
        return ("code",) if obj else ()


@admin.register(CityView)
class CityViewAdmin(PublicCommentsAdmin):
    """市の考え方. A new one is begun with its case and 概要; sections are offered once the case is known."""

    form = CityViewForm
    list_display = ("number", "summary", "case", "kind", "point_count")
    list_display_links = ("number", "summary")
    list_filter = (("case", admin.RelatedOnlyFieldListFilter), "kind")
    search_fields = ("summary",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the views of the cases that the person runs."""
        rows: Any = super().get_queryset(request)
        return rows.with_counts().select_related("case__department", "case__version__document", "kind")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return the words of a new view; all, with its points, of a stored one."""
        if obj is None:
            return ("case", "summary", "kind", "text", "seen")
        fields = ("case", "section", "summary", "kind", "text", "changed_section", "point_links")
        return (*fields, "seen") if self.has_change_permission(request, obj) else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return the case as read-only for a stored view."""
        return ("case", "point_links") if obj else ()

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelChoiceField[Any] | None":
        """Offer the cases that the person runs."""
        if db_field.name == "case":
            kwargs["queryset"] = Case.objects.manageable_by(user_of(request)).public()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow who runs the case to delete a view; the verb refuses while points stand in it."""
        return obj is not None and self.has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: CityView, form: CityViewForm, change: bool) -> None:
        """Store by the action."""
        actions.write_view(view=obj, edition=form.seen_edition if change else 0, by=user_of(request))

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Delete by the action; a refusal leads back with its sentence."""
        if request.method != "POST":
            return super().delete_view(request, object_id, extra_context)
        view = self.run_by(request, int(object_id)) if object_id.isdecimal() else None
        if view is None:
            return super().delete_view(request, object_id, extra_context)
        case = view.case
        answer = self.act(
            request, view, lambda: actions.remove_view(view=view, by=user_of(request)), gettext_lazy("削除しました。")
        )
        if CityView.objects.filter(pk=int(object_id)).exists():
            return answer
        listed = reverse("admin:public_comments_cityview_changelist")
        return HttpResponseRedirect(f"{listed}?case__id__exact={case.pk}")

    @admin.display(description=gettext_lazy("要点の数"))
    def point_count(self, view: CityView) -> int:
        """Return how many points it answers."""
        count: int = view.point_count
        return count

    @admin.display(description=gettext_lazy("要点"))
    def point_links(self, view: CityView) -> str:
        """Return its points, each with a link to its opinion."""
        points = view.points.select_related("part__opinion").order_by("pk")
        rows = (
            (
                reverse("admin:public_comments_opinion_change", args=[point.part.opinion_id]),
                point.part.opinion,
                point.quote,
            )
            for point in points
        )
        return format_html_join("", '<p><a href="{}">{}</a> {}</p>', rows) or "—"
