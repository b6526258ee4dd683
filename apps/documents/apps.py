from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """Public documents in versions, what changed between them, and which voices moved it."""

    name = "apps.documents"
    label = "documents"
    verbose_name = _("公開文書")
