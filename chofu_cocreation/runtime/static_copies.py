"""Tell whether collectstatic has to run again: a fingerprint of the static files beside `var/static`."""

import hashlib
from importlib.metadata import distributions
from pathlib import Path

from chofu_cocreation.runtime.embedded.state import PROJECT


def fingerprint() -> str:
    """Return a hash that changes with any static file of ours, any installed package, the settings and the bundling."""
    digest = hashlib.sha256()
    for package in sorted(f"{found.name} {found.version}" for found in distributions()):
        digest.update(package.encode())
    for folder in sorted([PROJECT / "static", *PROJECT.glob("apps/*/static")]):
        for path in sorted(folder.rglob("*")):
            status = path.stat()
            digest.update(f"{path.relative_to(PROJECT)} {status.st_size} {status.st_mtime_ns}".encode())
    for code in ("chofu_cocreation/settings.py", "apps/core/static_bundles.py"):
        digest.update((PROJECT / code).read_bytes())
    return digest.hexdigest()


class StaticCopies:
    """Collected static files of one `var` folder, and the fingerprint they were made from."""

    def __init__(self, var: Path) -> None:
        self.manifest = var / "static" / "staticfiles.json"
        self.note = var / "static.stamp"
        self.wanted = fingerprint()

    def are_current(self) -> bool:
        """Return whether they are up to date. If not, delete the fingerprint, so that an interrupted run counts as none."""
        if self.manifest.exists() and self.note.exists() and self.note.read_text(encoding="ascii") == self.wanted:
            return True
        self.note.unlink(missing_ok=True)
        return False

    def made(self) -> None:
        """Store the fingerprint after collectstatic."""
        self.note.write_text(self.wanted, encoding="ascii")
