"""Admin of the city's views: groups of points with 意見の概要, 反映区分 and the answer."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.requests import user_of
from apps.core.admin import PortalAdmin
from apps.public_comments import actions
from apps.public_comments.admin.assignments import OwnDueFilter, WaitsFilter
from apps.public_comments.admin.base import PublicCommentsAdmin
from apps.public_comments.forms.answers import CityViewForm
from apps.public_comments.models import Case, CityView, ViewKind

POINTS_SHOWN = 200  # points of a view on its page; the workbook has all


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
    change_form_template = "admin/public_comments/cityview_form.html"
    list_filter = (WaitsFilter, OwnDueFilter, ("case", admin.RelatedOnlyFieldListFilter), "kind")
    search_fields = ("summary",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the views of the cases that the person runs."""
        rows: Any = super().get_queryset(request)
        rows = rows.with_own_due(user_of(request).department_ids())
        return rows.with_counts().select_related("case__department", "case__version__document", "kind")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> CityView | None:
        """Return the view, marked by whether its reader runs the case."""
        view: CityView | None = super().get_object(request, object_id, from_field)
        if view is not None:
            view.is_run_by_reader = request.user.has_perm("public_comments.run", view)
        return view

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
        return obj is not None and request.user.has_perm("public_comments.delete_cityview", obj)

    def get_urls(self) -> list[URLPattern]:
        """Add the press by which a department says that it is done."""
        finish = self.admin_site.admin_view(self.finish_view)
        return [path("<int:pk>/finish/", finish, name="public_comments_cityview_finish"), *super().get_urls()]

    def finish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say that the person's departments are done with a view. A GET leads back."""
        view = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_change_permission(request, view):
            raise PermissionDenied(self.refusal)
        if request.method != "POST":
            return self.back_to(view)
        by = user_of(request)
        action = partial(actions.finish_view, view=view, departments=by.department_ids(), by=by)
        return self.act(request, view, action, _("書き終えたことを、案件の所管課の画面に出しました。"))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Add which departments shall write it, and whether one of the person's is asked."""
        view = kwargs.get("obj")
        if isinstance(view, CityView) and view.pk:
            assignments = list(view.assignments.for_lists())
            own = user_of(request).department_ids()
            context |= {
                "assignments": assignments,
                "may_finish": any(row.done_at is None and row.department_id in own for row in assignments),
            }
        return super().render_change_form(request, context, *args, **kwargs)

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
        """Return its points, for who runs the case each with a link to its opinion."""
        points = view.points.select_related("part__opinion").order_by("pk")[:POINTS_SHOWN]
        if not view.is_run_by_reader:
            return format_html_join("", "<p>{}</p>", ((point.quote,) for point in points)) or "—"
        rows = (
            (
                reverse("admin:public_comments_opinion_change", args=[point.part.opinion_id]),
                point.part.opinion,
                point.quote,
            )
            for point in points
        )
        return format_html_join("", '<p><a href="{}">{}</a> {}</p>', rows) or "—"
