"""System checks: least privilege in the database (an error), and a database log without personal data (a warning)."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connection


@register(Tags.database)
def serves_as_chofu_app(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Return an error when the web process is superuser or table owner: triggers and grants would not bind it."""
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


# How a server must be set so that its log holds nothing that people typed: (setting, values that will do).
WORDLESS = {
    "log_statement": {"none", "ddl"},
    "log_min_duration_statement": {"-1"},
    "log_min_duration_sample": {"-1"},
    "log_min_error_statement": {"fatal", "panic"},
    "log_error_verbosity": {"terse"},
}


@register(Tags.database)
def database_logs_no_words(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Return a warning when the database server may write statements or rows, with residents' texts, into its log."""
    if not databases:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(WORDLESS)])
        loose = {name: value for name, value in cursor.fetchall() if value not in WORDLESS[name]}
    if not loose:
        return []
    told = ", ".join(f"{name}={value}" for name, value in sorted(loose.items()))
    hint = "Set them as docs/operations.md says: a log outlives what its authors take back."
    return [Warning(f"The database server logs words of residents: {told}.", hint=hint, id="operations.W001")]
