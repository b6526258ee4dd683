from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    """Meetings of the city's councils (審議会等), from the notice to the minutes."""

    name = "apps.meetings"
    label = "meetings"
    verbose_name = _("審議会等の会議")
