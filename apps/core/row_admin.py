"""Base of admins whose rows are run by some staff and not by others, with buttons and pages of their own for each row."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from apps.core.admin import PortalAdmin
from apps.core.exceptions import ActionRefused
from apps.core.types import StrOrPromise


class RowAdmin(PortalAdmin):
    """Permissions are asked for each row, of the rules of its app; nothing is deleted unless a subclass allows it.

    refusal: what is said to staff who may see a row and not run it (the permission `<app>.run`).
    """

    actions = None
    refusal: ClassVar[StrOrPromise] = ""

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return the permission of the rule for this row."""
        return request.user.has_perm(f"{self.opts.app_label}.view_{self.opts.model_name}", obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return the permission of the rule for this row."""
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False; subclasses allow some deletions."""
        return False

    def run_by(self, request: HttpRequest, pk: int) -> Any:
        """Return the row of a URL for who runs it; 404 where it may not be seen, else PermissionDenied."""
        row = get_object_or_404(self.get_queryset(request), pk=pk)
        if not request.user.has_perm(f"{self.opts.app_label}.run", row):
            raise PermissionDenied(self.refusal)
        return row

    def page(
        self, request: HttpRequest, name: str, title: StrOrPromise, *, status: int = 200, **context: Any
    ) -> HttpResponse:
        """Render a page of the admin site. name: of the template, without folder and ending."""
        around = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        template = f"admin/{self.opts.app_label}/{name}.html"
        return TemplateResponse(request, template, {**around, **context}, status=status)

    def act(
        self, request: HttpRequest, row: models.Model, action: Callable[[], object], done: StrOrPromise
    ) -> HttpResponse:
        """Do something to a row, or say why not, and go back to its page."""
        try:
            action()
        except ActionRefused as refused:
            messages.error(request, " ".join(map(str, [refused.sentence, *refused.missing])))
        else:
            messages.success(request, done)
        return self.back_to(row)

    def back_to(self, row: models.Model) -> HttpResponse:
        """Redirect to the page of a row."""
        name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
        return HttpResponseRedirect(reverse(name, args=[row.pk]))
