"""Admin of tags (タグ): new tags wait here for approval."""

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.requests import user_of
from apps.consultations.models import Tag
from apps.consultations.models.tag import TagQuerySet
from apps.core.admin import PortalAdmin


@admin.register(Tag)
class TagAdmin(PortalAdmin):
    """Read by all staff; approved, added and removed by moderators. A name never changes, because its URL is printed."""

    list_display = ("name", "is_approved", "slug")
    list_filter = ("is_approved",)
    search_fields = ("name", "key")
    fields = ("name",)
    actions = ("approve",)

    def has_change_permission(self, request: HttpRequest, obj: Tag | None = None) -> bool:
        """Return False: tags are only approved."""
        return False

    def has_approve_permission(self, request: HttpRequest) -> bool:
        """Return True for moderators."""
        return request.user.has_perm("consultations.moderate")

    @admin.action(description=gettext_lazy("選んだタグを承認する"), permissions=["approve"])
    def approve(self, request: HttpRequest, queryset: TagQuerySet) -> None:
        """Approve the selected tags."""
        count = queryset.approve(by=user_of(request))
        messages.success(request, _("%(count)d件のタグを承認しました。") % {"count": count})
