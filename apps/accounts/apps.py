from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from apps.accounts.leaving_guard import guard_leavers


class AccountsConfig(AppConfig):
    """People and what they may do: residents, staff by posting, departments, invitations."""

    name = "apps.accounts"
    label = "accounts"
    verbose_name = _("利用者")

    def ready(self) -> None:
        """After every migration, whatever app it is of, the tables that name a person are guarded."""
        post_migrate.connect(guard_leavers, sender=self)
