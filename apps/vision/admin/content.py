"""重点プロジェクト, 調査の結果, デジタル活用事例."""

from django.contrib import admin

from apps.vision.admin.base import SHOWN_WHERE, ShownAdmin
from apps.vision.models import DigitalCase, PriorityProject, SurveyRanking

TIES = ("viewpoints", "fields", "source", "source_place", "order", "is_public")


@admin.register(PriorityProject)
class PriorityProjectAdmin(ShownAdmin):
    """重点プロジェクト."""

    list_display = ("title", "order", "is_public")
    list_filter = SHOWN_WHERE
    fields = ("title", "slug", "body", *TIES)


@admin.register(SurveyRanking)
class SurveyRankingAdmin(ShownAdmin):
    """調査の結果."""

    list_display = ("title", "survey", "year", "kind", "is_public")
    list_filter = ("kind", *SHOWN_WHERE)
    fields = ("title", "slug", "survey", "year", "kind", "entries", "result", "remark", *TIES)


@admin.register(DigitalCase)
class DigitalCaseAdmin(ShownAdmin):
    """デジタル活用事例."""

    list_display = ("title", "department", "order", "is_public")
    list_filter = SHOWN_WHERE
    list_select_related = ("department",)
    fields = ("title", "slug", "body", "department", "url", *TIES)
