"""The copies of style sheets, scripts and pictures under `var/static`: made again only when something changed."""

import hashlib
from importlib.metadata import distributions
from pathlib import Path

from chofu_cocreation.runtime.embedded.state import PROJECT


def fingerprint() -> str:
    """Change whenever a static file of ours or a package that may bring some has changed."""
    digest = hashlib.sha256()
    for package in sorted(f"{found.name} {found.version}" for found in distributions()):
        digest.update(package.encode())
    for folder in sorted([PROJECT / "static", *PROJECT.glob("apps/*/static")]):
        for path in sorted(folder.rglob("*")):
            status = path.stat()
            digest.update(f"{path.relative_to(PROJECT)} {status.st_size} {status.st_mtime_ns}".encode())
    settings = PROJECT / "chofu_cocreation" / "settings.py"
    digest.update(settings.read_bytes())
    return digest.hexdigest()


class StaticCopies:
    """The copies of one `var` folder, and a note of what they were made from."""

    def __init__(self, var: Path) -> None:
        self.manifest = var / "static" / "staticfiles.json"
        self.note = var / "static.stamp"
        self.wanted = fingerprint()

    def are_current(self) -> bool:
        """Say whether they hold the files as they are now; if not, forget the note: a copy cut off is no copy."""
        if self.manifest.exists() and self.note.exists() and self.note.read_text(encoding="ascii") == self.wanted:
            return True
        self.note.unlink(missing_ok=True)
        return False

    def made(self) -> None:
        """Note that they have been made."""
        self.note.write_text(self.wanted, encoding="ascii")
