from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """The pages that join the other apps; no tables."""

    name = "apps.portal"
    label = "portal"
    verbose_name = _("ポータル")
