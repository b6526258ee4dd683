"""tests/README.md leads from every module to its tests, and names nothing that is not there."""

import re
from pathlib import Path

from django.conf import settings

ROOT = settings.BASE_DIR
ROWS = re.findall(
    r"^\| (`.+?) \| (`?.+?) \|$", (ROOT / "tests" / "README.md").read_text(encoding="utf-8"), re.MULTILINE
)


def paths(cell: str) -> list[Path]:
    """Read the paths of a cell: each may be relative to the folder, or the app, of the first one."""
    names = re.findall(r"`([^`(]+)`", cell)
    first = Path(names[0])
    bases = [ROOT, ROOT / first.parent, ROOT.joinpath(*first.parts[:2])]
    return [next((base / name for base in bases if (base / name).exists()), ROOT / name) for name in names]


def test_every_path_in_the_table_exists() -> None:
    cells = [cell for row in ROWS for cell in row if cell.startswith(("`apps", "`tests", "`chofu"))]
    assert len(cells) > 150
    assert [str(path) for cell in cells for path in paths(cell) if not path.exists()] == []


def test_every_module_that_acts_is_in_the_table_by_itself_or_with_its_folder() -> None:
    named = {path for code, _tests in ROWS if code.startswith("`apps") for path in paths(code)}
    apps = set((ROOT / "apps").iterdir())
    modules = [
        path
        for folder in ("actions", "emails", "services", "screening", "report", "workbook")
        for path in (ROOT / "apps").glob(f"*/{folder}/**/*.py")
        if path.name != "__init__.py"
    ]
    assert [str(path) for path in modules if not named - apps & {path, *path.parents}] == []
