from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    """Surveys of residents: who answered is known, what was answered is known, and nothing joins the two."""

    name = "apps.surveys"
    label = "surveys"
    verbose_name = _("アンケート")
