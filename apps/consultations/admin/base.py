"""Base admin of topics, replies and assignments: one's own rows, 404 for others."""

from typing import Any

from django.db import models
from django.db.models.options import Options
from django.http import Http404, HttpRequest, HttpResponse

from apps.core.admin import PortalAdmin

SELECTION = "selection"  # in a query string: the codes that were selected in a list wait in the session


class OwnRowsAdmin(PortalAdmin):
    """Admin of rows that the user manages (`manageable_by`). Permissions are checked per row."""

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return the values of the query string; for a long selection its codes from the session."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        if initial.get("codes") == SELECTION:
            initial["codes"] = " ".join(request.session.get(SELECTION, []))
        return initial

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the rows that the user manages."""
        return self.model.objects.manageable_by(request.user)

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: "Options[models.Model]", object_id: str
    ) -> HttpResponse:
        raise Http404  # another department's draft is not there, as everywhere in the portal

    def _may(self, verb: str, request: HttpRequest, obj: models.Model | None) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.{verb}_{self.opts.model_name}", obj)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return the permission of the rule for this row."""
        return self._may("view", request, obj)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return the permission of the rule for this row."""
        return self._may("change", request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False; subclasses allow some deletions."""
        return False

    def get_form(
        self, request: HttpRequest, obj: models.Model | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Return the form class with `user` set."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.user = request.user
        return form
