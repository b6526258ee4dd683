"""Everything that the portal keeps, as text: each table, what sessions hold, files, mails, the cache and the log."""

import json
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.files.storage import default_storage
from django.db import connection

from apps.core.text import fold

CACHE = "cache"


def everything() -> dict[str, str]:
    """Where → what stands there. A table's columns are apart: `table.column`."""
    return {**columns(), **sessions(), **files(), **mails()}


def columns() -> dict[str, str]:
    """Every column of every table, whatever its type."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables"
            " USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1, 2"
        )
        for table, column in cursor.fetchall():
            cursor.execute(f'SELECT string_agg("{column}"::text, E\'\\n\') FROM "{table}"')
            found[f"{table}.{column}"] = cursor.fetchone()[0] or ""
    return found


def sessions() -> dict[str, str]:
    """What browsers left on the server, opened."""
    store = SessionStore()
    held = [store.decode(session.session_data) for session in Session.objects.all()]
    return {"session": json.dumps(held, ensure_ascii=False, default=str)}


def files(folder: str = "") -> dict[str, str]:
    """Every stored file."""
    root = Path(default_storage.path(folder))
    return {
        f"media/{path.relative_to(root)}": path.read_bytes().decode("utf-8", "replace")
        for path in root.rglob("*")
        if path.is_file()
    }


def mails() -> dict[str, str]:
    """What went out."""
    return {"mail": "\n".join(f"{letter.subject}\n{letter.body}" for letter in mail.outbox)}


def in_cache(word: str) -> dict[str, int]:
    """Keys of the cache whose values hold a word, with the seconds that they are kept."""
    server = redis.Redis.from_url(settings.CACHES["default"]["LOCATION"])
    found: dict[str, int] = {}
    for key in server.scan_iter():
        held: Any = server.get(key) if server.type(key) == b"string" else b""
        if word.encode() in held:
            found[key.decode()] = int(server.ttl(key))
    return found


def places_of(word: str, kept: dict[str, str]) -> list[str]:
    """Where a word stands, in whatever width, case or kana, or as JSON escapes it."""
    spellings = {word, fold(word), json.dumps(word)[1:-1]}
    return sorted(place for place, text in kept.items() if any(s in text or s in fold(text) for s in spellings))
