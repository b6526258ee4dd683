"""Read and write what one `var` folder keeps: passwords, URLs of the servers, the secret key. Starts no server."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[3]
PASSWORD_OWNERS = ("postgres", "chofu_owner", "chofu_app", "valkey")


class EmbeddedError(RuntimeError):
    """Raised when the embedded servers cannot run here; the text says why and what to do."""


def var_dir() -> Path:
    """Return the folder of everything that the portal writes: CHOFU_VAR, or `var` in the project."""
    return (PROJECT / os.environ.get("CHOFU_VAR", "var")).resolve()


def write_private(path: Path, text: str) -> None:
    """Replace a file atomically, readable by this account only (mode 0600) from the start."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object from a file. Return {} when there is no such file or it cannot be read as one."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def write_json(path: Path, value: dict[str, Any]) -> None:
    write_private(path, json.dumps(value, indent=2, sort_keys=True) + "\n")


def known_urls(var: Path | None = None) -> dict[str, str]:
    """Return the URLs of the embedded servers as last started, by the name of their variable; {} when they never were.

    They stay right across restarts, so that `manage.py` finds the servers which `script/server` runs.
    """
    known = read_json((var or var_dir()) / "embedded.json")
    names = {"DATABASE_URL": "app_url", "DATABASE_OWNER_URL": "owner_url", "REDIS_URL": "redis_url"}
    if not all(isinstance(known.get(key), str) for key in names.values()):
        return {}
    return {name: known[key] for name, key in names.items()}


def secret_key(var: Path | None = None) -> str:
    """Return the portal's signing key, made at the first call. Safe for two processes at once."""
    path = (var or var_dir()) / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        write_private(fresh, secrets.token_urlsafe(64))
        try:
            os.link(fresh, path)  # unlike a rename, never replaces the key of the process that was first
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="utf-8").strip()


def passwords(var: Path) -> dict[str, str]:
    """Return {role: password} of the servers, made at the first start."""
    path = var / "passwords.json"
    known = read_json(path)
    if set(PASSWORD_OWNERS) <= set(known):
        return known
    known = {**{owner: secrets.token_urlsafe(24) for owner in PASSWORD_OWNERS}, **known}
    write_json(path, known)
    return known
