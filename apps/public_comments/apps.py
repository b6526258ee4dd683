from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicCommentsConfig(AppConfig):
    """The public comment procedure of the ordinance: no likes, and no opinion is public before the result."""

    name = "apps.public_comments"
    label = "public_comments"
    verbose_name = _("パブリック・コメント")
