from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from apps.accounts.leaving_guard import guard_leavers


class AccountsConfig(AppConfig):
    """Users and their rights: residents, staff by posting, departments, invitations, restrictions."""

    name = "apps.accounts"
    label = "accounts"
    verbose_name = _("利用者")

    def ready(self) -> None:
        """Create the triggers of `leaving_guard` after every migration of any app."""
        post_migrate.connect(guard_leavers, sender=self)
