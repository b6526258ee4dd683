"""Base of the admin of surveys."""

from django.utils.translation import gettext_lazy as _

from apps.core.row_admin import RowAdmin


class SurveysAdmin(RowAdmin):
    """Admin of rows of this app."""

    refusal = _("このアンケートを扱えるのは、所管課の職員と事務局です。")
