"""Admin of the words that are data."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.core.admin import PortalAdmin
from apps.public_comments.models import Eligibility


@admin.register(Eligibility)
class EligibilityAdmin(PortalAdmin):
    """Who may send an opinion (提出できる人の区分), kept by the secretariat."""

    list_display = ("name", "detail_label", "code", "order")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: opinions name it for ever."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return the code as read-only for a stored row."""
        return ("code",) if obj else ()
