from django.apps import AppConfig


class CoreConfig(AppConfig):
    """What every app stands on: no tables, no words of the city."""

    name = "apps.core"
    label = "core"
