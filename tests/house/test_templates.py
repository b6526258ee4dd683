"""Templates can be read and compared line by line."""

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
