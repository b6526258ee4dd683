"""収集経路: the ways by which proposals reach the city."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """収集経路: how a proposal reached the city."""

    WEB = "web", _("Web")
    WORKSHOP = "workshop", _("ワークショップ")
    PAPER = "paper", _("紙")
    DESK = "desk", _("窓口")
    POST = "post", _("郵送")
    FAX = "fax", _("FAX")
    EMAIL = "email", _("メール")
    PHONE = "phone", _("電話")
    LEGACY = "legacy", _("旧Liqlid")
