"""No list of the portal is in an order that two rows of the same moment could swap in (a page would change by itself)."""

import re
from pathlib import Path

from django.conf import settings

LAST_IS_A_MOMENT = re.compile(r"order_by\([^()]*\"-?[a-z_]*(_at|_on)\"\)(?!\.(values|first|last))")


def test_moments_have_a_second_column_to_sort_by() -> None:
    sources = sorted(Path(settings.BASE_DIR / "apps").rglob("*.py"))
    found = [
        f"{path.relative_to(settings.BASE_DIR)}:{number}"
        for path in sources
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if LAST_IS_A_MOMENT.search(line)
    ]
    assert found == []
