"""タグ: a word new to the city waits here until staff look at it."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.consultations.models import Tag
from apps.core.admin import PortalAdmin


@admin.register(Tag)
class TagAdmin(PortalAdmin):
    """Read by all staff; approved, added and removed by moderators. A name never changes: its address is printed."""

    list_display = ("name", "is_approved", "slug")
    list_filter = ("is_approved",)
    search_fields = ("name", "key")
    fields = ("name",)
    actions = ("approve",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Approving is an act of its own."""
        return False

    def has_approve_permission(self, request: HttpRequest) -> bool:
        """Moderators."""
        return request.user.has_perm("consultations.moderate")

    @admin.action(description=gettext_lazy("選んだタグを承認する"), permissions=["approve"])
    def approve(self, request: HttpRequest, queryset: Any) -> None:
        """Let the chosen tags show on public pages."""
        count = queryset.approve(by=request.user)
        messages.success(request, _("%(count)d件のタグを承認しました。") % {"count": count})
