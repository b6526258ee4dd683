"""Viewpoints and fields for the secretariat."""

from django.contrib import admin

from apps.vision.models import Field, Viewpoint


@admin.register(Viewpoint)
class ViewpointAdmin(admin.ModelAdmin):
    """視点."""

    list_display = ("number", "title", "slug")
    list_display_links = ("title",)


@admin.register(Field)
class FieldAdmin(admin.ModelAdmin):
    """分野."""

    list_display = ("title", "slug", "order")
    list_editable = ("order",)
