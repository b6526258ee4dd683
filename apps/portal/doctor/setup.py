"""Checks of settings, folders and backups; none asks the database."""

import json
import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

LEAST_FREE = 2 * 1024**3
BACKUP_EVERY = timedelta(hours=26)


def debug() -> list[str]:
    """Find DEBUG."""
    if not settings.DEBUG:
        return []
    return ["DEBUG が有効です。誤りの詳しい内容が外から見えます。script/server を --dev なしで起動してください。"]


def site_url() -> list[str]:
    """Find an address without https."""
    if settings.HTTPS:
        return []
    return [f"SITE_URL が https で始まっていません（今の値: {settings.SITE_URL}）。通信が暗号化されません。"]


def demonstration() -> list[str]:
    """Find the accounts and the banner of the demonstration."""
    if not settings.IS_DEMO:
        return []
    return ["DEMO=1 です。見本の帯が表示され、見本のアカウントが使えます。DEMO=0 にしてください。"]


def secret_key() -> list[str]:
    """Find a key that each machine makes for itself, or one that others can read."""
    if not settings.MAKES_SECRET_KEY:
        return []
    if not settings.KNOWN:
        return [
            "SECRET_KEY が指定されていません。データベースを別のサーバーに置くときは、"
            "どの機械でも同じ値を環境変数で指定してください。"
        ]
    path = settings.VAR_DIR / "secret_key"
    if path.exists() and path.stat().st_mode & 0o077:
        return [f"{path} を、ほかの利用者が読めます。chmod 600 で直してください。"]
    return []


def mail_server() -> list[str]:
    """Find mail that goes into a folder, or comes from nowhere."""
    found = []
    if settings.EMAIL_BACKEND.endswith("ReadableFileBackend"):
        found.append("EMAIL_URL が指定されていません。メールが届かないため、だれもログインできません。")
    if settings.DEFAULT_FROM_EMAIL.endswith("@localhost"):
        found.append(
            f"DEFAULT_FROM_EMAIL が初めの値（{settings.DEFAULT_FROM_EMAIL}）のままです。市のアドレスにしてください。"
        )
    return found


def proxies() -> list[str]:
    """Find https without a trusted proxy: the portal itself speaks http only."""
    if not settings.HTTPS or settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        return []
    return [
        "TRUSTED_PROXY_COUNT が 0 です。https を受けるサーバーの数を指定してください。"
        "このままでは、ページが転送を繰り返し、利用者のアドレスも見分けられません。"
    ]


def disk_space() -> list[str]:
    """Find a disk that is nearly full, where files or the embedded database lie."""
    found = {}
    for folder in (settings.VAR_DIR, settings.VAR_DIR / "postgres"):
        if folder.exists():
            space = shutil.disk_usage(folder)
            if space.free < LEAST_FREE:
                found[folder.resolve().stat().st_dev] = (
                    f"{folder} のディスクの空きが {space.free / 1024**3:.1f} GB です。"
                )
    return list(found.values())


def media_folder() -> list[str]:
    """Find a folder of uploaded files into which the portal cannot write."""
    folder = Path(settings.MEDIA_ROOT)
    try:
        with tempfile.TemporaryFile(dir=next(path for path in (folder, *folder.parents) if path.exists())):
            return []
    except OSError:
        return [f"{folder} に書き込めません。持ち主と権限を確かめてください。"]


def last_backup() -> list[str]:
    """Find backups that are missing or old."""
    folder = Path(settings.BACKUP_DIR)
    made = [moment for path in folder.glob("chofu-*/manifest.json") if (moment := _made_at(path))]
    if not made:
        return [f"{folder} に控えがありません。script/backup で作り、毎日動くようにしてください（場所は BACKUP_DIR）。"]
    age = timezone.now() - max(made)
    if age > BACKUP_EVERY:
        return [
            f"最後の控えは {age.total_seconds() / 3600:.0f} 時間前のものです。script/backup が動いているか確かめてください。"
        ]
    return []


def _made_at(manifest: Path) -> datetime | None:
    """Return when a backup was made; None for a manifest that cannot be read."""
    try:
        return datetime.fromisoformat(json.loads(manifest.read_text(encoding="utf-8"))["made_at"])
    except (OSError, ValueError, KeyError):
        return None
