from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalysisConfig(AppConfig):
    """Which words residents use, and how often."""

    name = "apps.analysis"
    label = "analysis"
    verbose_name = _("ことばの分析")
