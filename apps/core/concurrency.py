"""Concurrent writes: idempotent insert-if-absent, and named transaction locks (PostgreSQL advisory locks)."""

import hashlib

from django.db import connections, models, router, transaction
from django.db.models import sql
from django.db.models.constants import OnConflict


def insert_once(row: models.Model) -> bool:
    """Insert a row unless it violates a unique constraint (INSERT … ON CONFLICT DO NOTHING). Return whether it was inserted.

    One statement, because get_or_create fails when the conflicting row is deleted between its two queries.
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
    """Take a transaction-level advisory lock under this name; it is released when the transaction ends.

    For rules that no single row can be locked for, such as a maximum number of rows. Raises
    TransactionManagementError outside a transaction.
    """
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("wait_for_turn needs a transaction")
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
