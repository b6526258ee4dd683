from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsultationsConfig(AppConfig):
    """What the city asks and what residents say."""

    name = "apps.consultations"
    label = "consultations"
    verbose_name = _("意見募集")

    def ready(self) -> None:
        """Register what pages for all residents ask of each of them."""
        import_module("apps.consultations.services.reader_facts")
