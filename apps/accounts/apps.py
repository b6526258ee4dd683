from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People and what they may do: residents, staff by posting, departments, invitations."""

    name = "apps.accounts"
    label = "accounts"
    verbose_name = _("利用者")
