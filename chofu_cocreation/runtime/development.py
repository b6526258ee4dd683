"""Development mode (`script/server --dev`): Django's DEBUG, and reload of code, templates and style sheets.

It is for the developer's own machine and nothing else. Django's error pages show code and settings, so the settings
refuse DEBUG for a portal that others could reach, and no file and no variable of the table switches it on.
"""

import importlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from chofu_cocreation.runtime.embedded.state import PROJECT

VARIABLE = "CHOFU_DEV"  # set by script/server --dev for the processes that it starts, and by nothing else
OWN_MACHINE = {"localhost", "127.0.0.1", "::1"}
LOOK_EVERY = 0.3
# Worker and beat start again when nothing has changed for a moment: the page comes first.
QUIET = 2.0


def refusal(environment: Mapping[str, str]) -> str:
    """Return why the portal of this environment may not run with DEBUG; empty when it may."""
    site = urlsplit(environment.get("SITE_URL") or "http://localhost:8000")
    if (
        site.scheme == "http"
        and site.hostname in OWN_MACHINE
        and (environment.get("BIND") or "127.0.0.1") in OWN_MACHINE
    ):
        return ""
    return (
        "--dev は、自分のコンピューターだけで使えます（SITE_URL と BIND を指定せずに起動してください）。\n"
        "--dev is for your own machine only: start it without SITE_URL and BIND."
    )


def is_on() -> bool:
    """Return whether this process runs with DEBUG. Raise SystemExit where that is not allowed."""
    if os.environ.get(VARIABLE) != "1":
        return False
    if reason := refusal(os.environ):
        raise SystemExit(reason)
    return True


def show_changes_at_once(templates: list[dict[str, Any]], storages: dict[str, dict[str, Any]]) -> None:
    """Switch off the template cache and the static manifest, in place."""
    templates[0]["APP_DIRS"] = False
    templates[0]["OPTIONS"]["loaders"] = [
        "django.template.loaders.filesystem.Loader",
        "django.template.loaders.app_directories.Loader",
    ]
    storages["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


class Sources:
    """Watch source files by modification time: our Python code and the compiled translations."""

    def __init__(self) -> None:
        self._seen = self._look()

    def _look(self) -> dict[Path, int]:
        found = {}
        for folder, suffix in (("apps", ".py"), ("chofu_cocreation", ".py"), ("locale", ".mo")):
            for place, _folders, names in os.walk(PROJECT / folder):
                for path in (Path(place, name) for name in names if name.endswith(suffix)):
                    try:
                        found[path] = path.stat().st_mtime_ns
                    except FileNotFoundError:  # an editor puts a file away for a moment while it saves
                        continue
        return found

    def changed(self) -> list[Path]:
        """Return the paths that came, went or changed since the last call."""
        before, self._seen = self._seen, self._look()
        return sorted({path for path, _ in before.items() ^ self._seen.items()})


IMPORT = re.compile(r"^(?:from|import) ([A-Za-z_][\w.]*)", re.MULTILINE)
ASKS_DJANGO = ("apps", "chofu_cocreation", "django", "allauth", "taggit", "rules", "csp", "whitenoise")


def load_packages() -> None:
    """Preload third-party packages that do not use Django, before gunicorn forks a web process.

    They take longer to load than the portal itself, and do not change. Nothing here may read the settings or our code:
    what the parent holds, its children would never load anew.
    """
    names = set()
    for path in PROJECT.glob("apps/**/*.py"):
        names |= set(IMPORT.findall(path.read_text(encoding="utf-8")))
    for name in sorted(names):
        if not name.startswith(ASKS_DJANGO):
            importlib.import_module(name)
