from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VisionConfig(AppConfig):
    """What the city aims at: viewpoints and fields, the words that everything else points at."""

    name = "apps.vision"
    label = "vision"
    verbose_name = _("ビジョン")
