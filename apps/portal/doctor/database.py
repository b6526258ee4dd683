"""Checks of the database: locale, migrations, rights, logs, page-cache triggers, clock."""

import time
from typing import Any

from django.core.checks import run_checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from apps.core.health import LETTERS
from apps.core.table_reads import all_tables
from apps.operations.models import AuditEntry
from apps.page_cache import stamps

MOST_SKEW = 5.0  # seconds
OWNS = (
    "SELECT current_user, rolsuper OR EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = 'public'"
    " AND tableowner = rolname) FROM pg_roles WHERE rolname = current_user"
)
LACKS = """
SELECT c.relname FROM pg_class c
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname = ANY(%s)
  AND NOT (has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT'))
ORDER BY 1
"""


def locale() -> list[str]:
    """Find a locale in which PostgreSQL sees no letters in Japanese."""
    if _one(LETTERS)[0]:
        return []
    return ["データベースの文字の設定（LC_CTYPE）が日本語に合わず、検索できません。C.UTF-8 で作り直してください。"]


def migrations() -> list[str]:
    """Find migrations that were not applied."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"表の更新（migrate）が {len(plan)} 件、まだ行われていません。"] if plan else []


def rights() -> list[str]:
    """Find a role that may do too much, or too little."""
    role, owns = _one(OWNS)
    if owns:
        return [f"表の持ち主または管理者（{role}）として動いています。DATABASE_URL は chofu_app にしてください。"]
    found = []
    with connection.cursor() as cursor:
        cursor.execute(LACKS, [sorted(all_tables())])
        lacking = [name for (name,) in cursor.fetchall()]
    if lacking:
        found.append(f"{role} に、表を使う権限がありません: {_some(lacking)}。migrate をもう一度行ってください。")
    if _one("SELECT has_table_privilege(%s, 'UPDATE') OR has_table_privilege(%s, 'DELETE')", AuditEntry._meta.db_table)[
        0
    ]:
        found.append(f"{role} が、操作の記録を書き換えられます。")
    return found


def log_settings() -> list[str]:
    """Find a server that writes residents' words into its log."""
    messages = run_checks(tags=["database"], databases=["default"])
    loose = [message for message in messages if message.id == "operations.W001"]
    return ["データベースのログに、投稿の文が残る設定です。docs/operations.md の値にしてください。"] if loose else []


def page_cache_triggers() -> list[str]:
    """Find tables whose changes the page cache does not see."""
    stamps.stamped_tables.cache_clear()
    without = {model._meta.db_table for model in stamps.WITHOUT}
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
    missing = sorted((all_tables() & there) - without - stamps.stamped_tables())
    if not missing:
        return []
    return [f"変更を知らせる仕掛け（トリガー）のない表があります: {_some(missing)}。migrate をもう一度行ってください。"]


def clock() -> list[str]:
    """Find a clock that differs from the database's."""
    before = time.time()
    (there,) = _one("SELECT extract(epoch FROM clock_timestamp())::float8")
    skew = there - (before + time.time()) / 2
    if abs(skew) <= MOST_SKEW:
        return []
    return [f"この機械とデータベースの時計が {abs(skew):.0f} 秒ずれています。時刻合わせ（NTP）を確かめてください。"]


def _one(sql: str, table: str | None = None) -> tuple[Any, ...]:
    """Return the first row of a question; a table's name stands for each placeholder."""
    with connection.cursor() as cursor:
        cursor.execute(sql, [table] * sql.count("%s") if table else None)
        return tuple(cursor.fetchone() or ())


def _some(names: list[str]) -> str:
    """Return the first names, and how many there are."""
    return "、".join(names[:5]) + (f" など {len(names)} 件" if len(names) > 5 else "")
