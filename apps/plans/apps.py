from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    """What the city promised for a year, what was done, and how the year is graded."""

    name = "apps.plans"
    label = "plans"
    verbose_name = _("行革プラン")
