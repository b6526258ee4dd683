"""A file can be read in one go. Migrations are generated and may be longer."""

import pytest
from django.conf import settings

LONGEST = 400
LONGEST_TEST = 500  # a story with its own helpers, or a table of every URL, stays together


@pytest.mark.parametrize(
    ("folder", "most"),
    [("apps", LONGEST), ("chofu_cocreation", LONGEST), ("script", LONGEST), ("tests", LONGEST_TEST)],
)
def test_no_file_is_longer_than_a_reader_can_follow(folder: str, most: int) -> None:
    files = [path for path in (settings.BASE_DIR / folder).rglob("*.py") if "migrations" not in path.parts]
    assert files
    lines = {str(path.relative_to(settings.BASE_DIR)): len(path.read_text("utf-8").splitlines()) for path in files}
    assert {name: count for name, count in lines.items() if count > most} == {}
