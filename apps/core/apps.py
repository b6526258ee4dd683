from django.apps import AppConfig

from apps.core import form_errors


class CoreConfig(AppConfig):
    """The foundation of all apps: it has no tables of its own and imports none of them."""

    name = "apps.core"
    label = "core"

    def ready(self) -> None:
        """Install the portal's default error messages of form fields."""
        form_errors.install()
