"""The list of checks, and how they are run: one that fails itself is a finding, and none stops the others."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import DatabaseError, connection

from apps.portal.doctor import contents, database, services, setup


@dataclass(frozen=True)
class Check:
    """One thing that is looked at: its name, the function that returns sentences, whether it asks the database."""

    name: str
    find: Callable[[], list[str]]
    asks_database: bool = True


CHECKS = [
    Check("DEBUG", setup.debug, asks_database=False),
    Check("アドレス", setup.site_url, asks_database=False),
    Check("見本", setup.demonstration, asks_database=False),
    Check("署名の鍵", setup.secret_key, asks_database=False),
    Check("メールの設定", setup.mail_server, asks_database=False),
    Check("中継サーバー", setup.proxies, asks_database=False),
    Check("ディスク", setup.disk_space, asks_database=False),
    Check("ファイルの置き場所", setup.media_folder, asks_database=False),
    Check("控え", setup.last_backup, asks_database=False),
    Check("キュー", services.valkey, asks_database=False),
    Check("文字の扱い", database.locale),
    Check("表の更新", database.migrations),
    Check("データベースの権限", database.rights),
    Check("データベースのログ", database.log_settings),
    Check("ページの控え", database.page_cache_triggers),
    Check("時計", database.clock),
    Check("キューの代わり", services.fallback_cache),
    Check("裏の処理", services.background),
    Check("メールの送信", services.mail_queue),
    Check("時間のかかる処理", services.jobs),
    Check("事務局", contents.secretariat),
    Check("お問い合わせ先", contents.contact),
    Check("案内のページ", contents.drafts),
]
AWAY = (
    "データベースにつながりません。DATABASE_URL と、PostgreSQL が動いているかを確かめてください。"
    "ほかの項目は、つながってから確かめます。"
)


def examine(checks: list[Check] | None = None) -> Iterator[tuple[str, str]]:
    """Yield (name of the check, sentence) for everything that is wrong."""
    is_there = database_answers()
    if not is_there:
        yield "データベース", AWAY
    for check in CHECKS if checks is None else checks:
        if check.asks_database and not is_there:
            continue
        try:
            for sentence in check.find():
                yield check.name, sentence
        except (DatabaseError, OSError) as error:
            yield check.name, f"確かめられませんでした（{type(error).__name__}）。"


def database_answers() -> bool:
    """Return whether the database can be asked anything."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True
