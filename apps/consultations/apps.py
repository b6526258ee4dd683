from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsultationsConfig(AppConfig):
    """What the city asks and what residents say."""

    name = "apps.consultations"
    label = "consultations"
    verbose_name = _("意見募集")
