"""Base of the admin of meetings."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.admin import PortalTabularInline
from apps.core.row_admin import RowAdmin


class MeetingsAdmin(RowAdmin):
    """Admin of rows of this app."""

    refusal = _("この会議を扱えるのは、所管課の職員と事務局です。")


class PartInline(PortalTabularInline):
    """Parts of a row: who may change the row may change them; who sees it sees them."""

    extra = 0
    may = "meetings.run"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person runs the body."""
        return request.user.has_perm(self.may, obj)

    has_change_permission = has_add_permission
    has_delete_permission = has_add_permission

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return True: whoever sees the row sees its parts."""
        return True
