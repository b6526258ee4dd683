from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CouncilConfig(AppConfig):
    """調布スマートシティ協議会: who is in it, what it does, and what came of it."""

    name = "apps.council"
    label = "council"
    verbose_name = _("スマートシティ協議会")
