"""The work on opinions by workbook, pages of CaseAdmin: download, fill in, look at what changes, save."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import IO, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.requests import user_of
from apps.core.filled_in_files import SignedRowsForm
from apps.core.spreadsheet import Breaks, Column, write_xlsx
from apps.core.types import StrOrPromise
from apps.public_comments import actions
from apps.public_comments.admin.base import PublicCommentsAdmin
from apps.public_comments.forms.work_files import PointRowsForm, ViewRowsForm, WorkFileForm
from apps.public_comments.models import ActionRefused, Case
from apps.public_comments.services import point_file, view_file

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 200  # so many changed rows are shown; of more their number is said


@dataclass(frozen=True)
class WorkFile:
    """One of the two workbooks: how it is read from the database and from a file, and saved."""

    name: StrOrPromise
    scope: Callable[..., Any]
    columns: Callable[[Any], list[Column]]
    rows: Callable[[Any], Any]
    read: Callable[..., Any]
    as_data: Callable[[list[Any]], list[Any]]
    form: type[SignedRowsForm]
    save: Callable[..., int]


FILES = {
    "views": WorkFile(
        gettext_lazy("市の考え方"), view_file.ViewScope, view_file.columns, view_file.table_rows, view_file.read_views,
        view_file.as_data, ViewRowsForm, actions.save_views,
    ),
    "points": WorkFile(
        gettext_lazy("意見の要点"), point_file.PointScope, lambda _scope: point_file.COLUMNS, point_file.table_rows,
        point_file.read_points, point_file.as_data, PointRowsForm, actions.save_points,
    ),
}  # fmt: skip


class WorkFilesMixin(PublicCommentsAdmin):
    """Add the workbooks of points and views to the admin of cases."""

    def work_file_urls(self) -> list[URLPattern]:
        """Return the paths of both workbooks, each a page and its file."""
        return [
            path(
                f"<int:pk>/{name}{ending}",
                self.admin_site.admin_view(partial(view, name=name)),
                name=url_name(name, kind),
            )
            for name in FILES
            for kind, ending, view in (("", "/", self.work_view), ("_file", ".xlsx", self.work_file_view))
        ]

    def reached_by(self, request: HttpRequest, pk: int, name: str) -> tuple[Case, dict[str, Any]]:
        """Return the case for who runs it, or for staff of a department that shall write views of it; then only those.

        With it the arguments that say so. Raise PermissionDenied for anybody else.
        """
        case = get_object_or_404(self.get_queryset(request), pk=pk)
        own = user_of(request).department_ids()
        if name == "views" and not request.user.has_perm("public_comments.run", case):
            if case.views.given_to(own).exists():
                return case, {"departments": own}
            raise PermissionDenied(self.refusal)
        return self.run_by(request, pk), {}

    def work_file_view(self, request: HttpRequest, pk: int, *, name: str) -> HttpResponse:
        """Send a workbook as it stands now."""
        (case, only), file = self.reached_by(request, pk, name), io.BytesIO()
        if case.state not in {"closed", "answered"}:
            return self.back_to(case)
        work = FILES[name]
        scope = work.scope(case, **only)
        about = {_("使い方"): _("書き込んで、案件の「Excel で書く」のページで選びます。氏名と住所は入っていません。")}
        write_xlsx(
            file, work.columns(scope), work.rows(scope), title=str(work.name), about=about, breaks=Breaks.KEEP,
            offer_choices=True,
        )  # fmt: skip
        response = HttpResponse(file.getvalue(), content_type=XLSX)
        disposition = content_disposition_header(True, f"{work.name}_{case.slug}.xlsx")
        response["Content-Disposition"] = disposition or "attachment"
        return response

    def work_view(self, request: HttpRequest, pk: int, *, name: str) -> HttpResponse:
        """Ask for a filled-in workbook, show what it would change, and save that when it is confirmed."""
        (case, only), work = self.reached_by(request, pk, name), FILES[name]
        if case.state not in {"closed", "answered"}:
            return self.back_to(case)
        if request.method == "POST" and "rows" in request.POST:
            return self.save_rows(request, case, name, only)
        posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        scope = work.scope(case, **only)

        def read(file: IO[bytes]) -> Any:
            return work.read(file, scope)

        form, checked, rows_form = WorkFileForm(*posted, read=read), None, None
        if request.method == "POST" and form.is_valid():
            checked = form.cleaned_data["checked"]
            rows_form = work.form.packed(work.as_data(checked.rows), owner=[user_of(request).pk, case.pk])
            if rows_form.is_too_long:
                form.add_error("file", _("文が多すぎて、一度に取り込めません。ファイルを分けてください。"))
                checked = None
        return self.page(
            request, "work", _("「%(what)s」を Excel で書く") % {"what": work.name}, case=case, what=name, form=form,
            checked=checked, rows_form=rows_form, rows=checked.rows[:SHOWN] if checked else [],
            status=422 if form.errors or (checked and checked.problems) else 200,
            page_url=reverse(f"admin:{url_name(name, '')}", args=[case.pk]),
            file_url=reverse(f"admin:{url_name(name, '_file')}", args=[case.pk]),
        )  # fmt: skip

    def save_rows(self, request: HttpRequest, case: Case, name: str, only: dict[str, Any]) -> HttpResponse:
        """Save the confirmed rows and return to the page."""
        work, by = FILES[name], user_of(request)
        form = work.form(request.POST, owner=[by.pk, case.pk])
        if not form.is_valid():
            messages.error(request, str(form.errors["rows"][0]))
        else:
            try:
                count = work.save(case=case, rows=form.cleaned_data["rows"], by=by, **only)
            except ActionRefused as refused:
                messages.error(request, refused.sentence)
            else:
                messages.success(request, _("%(n)d件を保存しました。") % {"n": count})
        return HttpResponseRedirect(reverse(f"admin:{url_name(name, '')}", args=[case.pk]))


def url_name(name: str, kind: str) -> str:
    """Return the name of the page of a workbook, or with `_file` of the workbook."""
    return f"public_comments_case_{name}{kind}"
