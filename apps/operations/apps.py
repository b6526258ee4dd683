from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    """What must not be forgotten: who did what, the mail to be sent, what people are to be told."""

    name = "apps.operations"
    label = "operations"
    verbose_name = _("運用記録")

    def ready(self) -> None:
        """Register the check of the database role."""
        import_module("apps.operations.checks")
