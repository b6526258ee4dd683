"""Base of the admin of public comments."""

from django.utils.translation import gettext_lazy as _

from apps.core.row_admin import RowAdmin


class PublicCommentsAdmin(RowAdmin):
    """Admin of rows of this app."""

    refusal = _("この案件を扱えるのは、所管課の職員と事務局です。")
