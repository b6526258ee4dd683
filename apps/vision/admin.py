"""Viewpoints and fields: written by the secretariat, read by all staff, never deleted."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.vision.models import Field, Viewpoint


class VisionAdmin(admin.ModelAdmin):
    """Addresses printed on paper stay what they are."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The address name is given once."""
        return ("slug",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Consultations and projects point here."""
        return False


@admin.register(Viewpoint)
class ViewpointAdmin(VisionAdmin):
    """視点."""

    list_display = ("number", "title", "slug")
    list_display_links = ("title",)


@admin.register(Field)
class FieldAdmin(VisionAdmin):
    """分野."""

    list_display = ("title", "slug", "order")
