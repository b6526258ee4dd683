"""Compile a QuerySet to SQL that stands inside a statement of one's own."""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models


def subquery(rows: models.QuerySet[Any, Any]) -> tuple[str, tuple[Any, ...]]:
    """Return the SQL of a QuerySet with its parameters.

    Django compiles none for a set that it knows to be empty (`none()`, `pk__in=[]`): then an empty set of the same columns.
    """
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        selected: Any = rows.query.select
        targets = [column.target for column in selected] or [rows.model._meta.pk]
        types = [
            target.rel_db_type(connection) if target.primary_key else target.db_type(connection) for target in targets
        ]
        return f"SELECT {', '.join(f'NULL::{kind}' for kind in types)} WHERE FALSE", ()
    return sql, tuple(params)
