from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParticipationConfig(AppConfig):
    """The yearly survey of procedures and collaborations, and its frozen report."""

    name = "apps.participation"
    label = "participation"
    verbose_name = _("市民参加・協働実践状況調査")
