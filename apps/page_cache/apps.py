from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PageCacheConfig(AppConfig):
    """The page cache: finished public pages for signed-out visitors, valid as long as no table that they show has changed."""

    name = "apps.page_cache"
    label = "page_cache"

    def ready(self) -> None:
        """Give every table its trigger after each `migrate`, also those of apps that come later."""
        post_migrate.connect(import_module("apps.page_cache.stamps").install_triggers, dispatch_uid="page_cache")
