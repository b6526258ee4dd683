from django.apps import AppConfig

from apps.core import form_errors


class CoreConfig(AppConfig):
    """What every app stands on: no tables, no words of the city."""

    name = "apps.core"
    label = "core"

    def ready(self) -> None:
        """Fields speak as the portal does."""
        form_errors.install()
