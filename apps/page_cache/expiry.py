"""How long a page stays right when nothing is written: until the next moment at which the clock changes what it says."""

from datetime import datetime, timedelta
from functools import cache

from django.apps import apps
from django.db import connection, models
from django.utils import timezone

from apps.core.modelfields import PastDateTimeField


def expires_at(tables: set[str], now: datetime) -> datetime:
    """Return the next midnight in Chofu, or the next stored moment of these tables that lies ahead, if it comes before."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    columns = [(table, column) for table in sorted(tables) for column in moments().get(table, ())]
    if not columns:
        return midnight
    quoted = connection.ops.quote_name
    each = " UNION ALL ".join(
        f"SELECT min({quoted(column)}) FROM {quoted(table)} WHERE {quoted(column)} > %s"  # noqa: S608
        for table, column in columns
    )
    with connection.cursor() as cursor:
        cursor.execute(each, [now] * len(columns))
        ahead: list[datetime] = [moment for (moment,) in cursor.fetchall() if moment is not None]
    return min([midnight, *ahead])


DJANGOS_OWN = "last_login"  # of people, set at each sign-in


@cache
def moments() -> dict[str, list[str]]:
    """Return by table the columns that may hold a moment ahead.

    All but those that are filled with the present one by themselves, or always by the code (PastDateTimeField). In tables
    that grow with residents the others have an index: the table would be read through with every page that is made.
    """
    found: dict[str, list[str]] = {}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            is_moment = isinstance(field, models.DateTimeField) and not (field.auto_now or field.auto_now_add)
            is_past = isinstance(field, PastDateTimeField) or field.name == DJANGOS_OWN
            if is_moment and not is_past and field.default is not timezone.now and field.column:
                found.setdefault(model._meta.db_table, []).append(field.column)
    return found
