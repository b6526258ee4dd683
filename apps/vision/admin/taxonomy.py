"""視点, 分野, ビジョンの文章, 出典の資料."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from apps.vision.admin.base import SearchedAdmin, VisionAdmin
from apps.vision.models import Field, SourceDocument, Viewpoint, VisionText


@admin.register(Viewpoint)
class ViewpointAdmin(VisionAdmin):
    """視点."""

    list_display = ("number", "title", "slug")
    list_display_links = ("title",)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """Make the number read-only: it is part of the URL."""
        return ("number", "slug") if obj else ()


@admin.register(Field)
class FieldAdmin(VisionAdmin):
    """分野."""

    list_display = ("title", "slug", "order")


@admin.register(VisionText)
class VisionTextAdmin(VisionAdmin):
    """ビジョンの文章."""

    list_display = ("title", "slug", "order")


@admin.register(SourceDocument)
class SourceDocumentAdmin(SearchedAdmin):
    """出典の資料."""

    list_display = ("title", "edition", "as_of", "publisher", "reference")
