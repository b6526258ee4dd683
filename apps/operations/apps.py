from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    """The portal's records: audit trail, outbox, notifications, background jobs, the city's pages."""

    name = "apps.operations"
    label = "operations"
    verbose_name = _("運用記録")

    def ready(self) -> None:
        """Register the system checks of the database and the part of every page that tells of notifications."""
        import_module("apps.operations.checks")
        import_module("apps.operations.page_parts")
