"""Templates can be read and compared line by line."""

import re
from pathlib import Path

import pytest
from django.conf import settings

LONGEST = 160
TEMPLATES = Path(settings.BASE_DIR) / "templates"
KINDS = ("*.html", "*.typ")


@pytest.mark.parametrize("kind", KINDS)
def test_no_line_is_longer_than_a_reviewer_can_read(kind: str) -> None:
    """A line that is too long is broken inside a tag, in a trimmed blocktranslate or between block elements."""
    files = sorted(TEMPLATES.rglob(kind))
    lines = [(file, n, line) for file in files for n, line in enumerate(file.read_text().splitlines(), 1)]
    assert lines
    assert [f"{file.relative_to(TEMPLATES)}:{n}" for file, n, line in lines if len(line) > LONGEST] == []


def test_attributes_of_htmx_are_attributes_of_html() -> None:
    """`data-hx-get` is valid HTML, `hx-get` is not."""
    bare = [
        str(file.relative_to(TEMPLATES))
        for file in TEMPLATES.rglob("*.html")
        if re.search(r"[\s\"]hx-[a-z-]+=", file.read_text())
    ]
    assert bare == []
