"""The portal refuses to serve with more rights in the database than it needs."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection


@register(Tags.database)
def serves_as_chofu_app(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse a web process whose role is a superuser or owns the tables: then triggers and grants would not bind it."""
    if not settings.SERVES_WEB or not databases:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tableowner = rolname)"
            " FROM pg_roles WHERE rolname = current_user"
        )
        row = cursor.fetchone()
    if row is None or row[0]:
        hint = "Set DATABASE_URL to the role chofu_app; DATABASE_OWNER_URL is for migrations."
        return [
            Error("The portal may not serve as owner or superuser of its database.", hint=hint, id="operations.E001")
        ]
    return []
