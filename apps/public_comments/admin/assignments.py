"""The assignment of views to departments: a page of CaseAdmin, a filter of the list of views."""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.requests import user_of
from apps.core.due_days import DueFilter
from apps.core.types import StrOrPromise
from apps.public_comments import actions
from apps.public_comments.admin.base import PublicCommentsAdmin
from apps.public_comments.forms.assignments import AssignForm
from apps.public_comments.models import ActionRefused, ViewAssignment


class WaitsFilter(admin.SimpleListFilter):
    """Filter views by who shall still write them."""

    title = gettext_lazy("担当")
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, StrOrPromise]]:
        """Return the choices."""
        return [
            ("own", _("うちの課がまだ書いていない")),
            ("all", _("どこかの課がまだ書いていない")),
            ("late", _("期限を過ぎた")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows of the chosen value."""
        rows: Any = queryset
        if self.value() == "late":
            return rows.late()  # type: ignore[no-any-return]
        if self.value() in {"own", "all"}:
            own = user_of(request).department_ids() if self.value() == "own" else None
            return rows.waiting_for(own)  # type: ignore[no-any-return]
        return rows  # type: ignore[no-any-return]


class OwnDueFilter(DueFilter):
    """Filter views by the day until which the reader's department shall write them."""

    title = gettext_lazy("うちの課の期限")
    field = "own_due_on"


class AssignmentPagesMixin(PublicCommentsAdmin):
    """Add the page where the views of a case are given to departments."""

    def assignment_urls(self) -> list[URLPattern]:
        """Return the paths of the assignment."""
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/assign/", view(self.assign_view), name="public_comments_case_assign"),
            path("<int:pk>/assign/<int:row>/", view(self.unassign_view), name="public_comments_case_unassign"),
        ]

    def assign_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show where each view waits, and give views to departments until a day."""
        case = self.run_by(request, pk)
        if case.state not in {"closed", "answered"}:
            return self.back_to(case)
        form = AssignForm(request.POST if request.method == "POST" else None, case=case)
        if request.method == "POST" and form.is_valid():
            try:
                count = actions.assign_views(case=case, by=user_of(request), **form.cleaned_data)
            except ActionRefused as refused:
                form.add_error("due_on", str(refused.sentence))
            else:
                messages.success(request, _("%(n)d件を割り当て、担当課にメールでお知らせしました。") % {"n": count})
                return self.to_assignments(case.pk)
        return self.page(
            request, "assign", _("市の考え方の担当と期限"), case=case, form=form, status=422 if form.errors else 200,
            assignments=ViewAssignment.objects.filter(view__case=case).for_lists(),
        )  # fmt: skip

    def unassign_view(self, request: HttpRequest, pk: int, row: int) -> HttpResponse:
        """Take an assignment back. A GET leads back."""
        case = self.run_by(request, pk)
        assignment = get_object_or_404(ViewAssignment.objects.for_lists(), view__case=case, pk=row)
        if request.method == "POST":
            action = partial(actions.unassign_view, assignment=assignment, by=user_of(request))
            self.act(request, case, action, _("割り当てを取り消しました。"))
        return self.to_assignments(case.pk)

    def to_assignments(self, pk: int) -> HttpResponseRedirect:
        """Redirect to the page of the assignment."""
        return HttpResponseRedirect(reverse("admin:public_comments_case_assign", args=[pk]))
