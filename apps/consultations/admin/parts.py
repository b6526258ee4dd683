"""Base of the inlines of a consultation's admin page."""

from typing import TypeVar

from django.db.models import Model
from django.http import HttpRequest

from apps.consultations.models import Consultation
from apps.core.admin_dates import DAYS
from apps.core.generic import StackedInline

Part = TypeVar("Part", bound=Model)


class PartInline(StackedInline[Part, Consultation]):
    """Base of the inlines: permissions follow those of the consultation."""

    extra = 0
    formfield_overrides = DAYS

    def _may(self, request: HttpRequest, obj: Consultation | None) -> bool:
        verb = "change" if obj else "add"
        return request.user.has_perm(f"consultations.{verb}_consultation", obj)

    def has_view_permission(self, request: HttpRequest, obj: Consultation | None = None) -> bool:
        """Return the permission for the consultation."""
        return self._may(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Consultation | None = None) -> bool:
        """Return the permission for the consultation."""
        return self._may(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Consultation | None = None) -> bool:
        """Return the permission for the consultation."""
        return self._may(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Consultation | None = None) -> bool:
        """Return the permission for the consultation."""
        return self._may(request, obj)
