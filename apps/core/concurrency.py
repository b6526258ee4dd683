"""Writing rows while others do the same."""

import hashlib
from typing import Any

from django.db import connections, models, router, transaction
from django.db.models import sql
from django.db.models.constants import OnConflict


def insert_once(row: models.Model) -> bool:
    """Insert a row unless one like it is there; whether it came.

    One statement decides: looking first, or looking again after a refusal, fails when somebody removes the row in between.
    """
    using = router.db_for_write(type(row))
    fields = [field for field in row._meta.concrete_fields if not (field.generated or field is row._meta.auto_field)]
    query = sql.InsertQuery(type(row), on_conflict=OnConflict.IGNORE)
    query.insert_values(fields, [row])
    with connections[using].cursor() as cursor:
        for statement, values in query.get_compiler(using=using).as_sql():
            cursor.execute(statement, values)
        return bool(cursor.rowcount == 1)


def wait_for_turn(name: str) -> None:
    """Let one transaction at a time go on under this name; it is over with the transaction.

    For what no row can be locked for: a number of rows that must not be exceeded.
    """
    connection: Any = transaction.get_connection()
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("wait_for_turn needs a transaction")
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
