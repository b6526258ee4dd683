"""Every decision has the same head and parts, and stands in the index."""

import re
from pathlib import Path

import pytest
from django.conf import settings

FOLDER = settings.BASE_DIR / "docs" / "adr"
DECISIONS = sorted(FOLDER.glob("0*.md"))


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_decision_has_its_head_and_its_parts(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.match(rf"# {int(path.name[:4])}\. .+\n\n- Date: \d{{4}}-\d\d-\d\d\n- Status: \w+", text)
    assert re.findall(r"^## (.+)", text, re.MULTILINE)[:3] == ["Context", "Decision", "Consequences"]


def test_index_names_every_decision_by_its_title() -> None:
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    titles = [(path.read_text(encoding="utf-8").split("\n")[0].removeprefix("# "), path.name) for path in DECISIONS]
    assert [link for title, name in titles if (link := f"[{title}]({name})") not in index] == []


def test_numbers_are_used_once() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))
