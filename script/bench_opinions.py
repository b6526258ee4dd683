"""What a public comment with many opinions costs: the pages of staff, the workbooks, and the result as page and files.

Run by `script/bench opinions [opinions, default 10000] [views, default 1000]`.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chofu_cocreation.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import (  # noqa: E402
    CaptureQueriesContext,
    setup_databases,
    setup_test_environment,
    teardown_databases,
)
from django.urls import reverse  # noqa: E402

from apps.core.spreadsheet import Breaks, csv_chunks  # noqa: E402
from apps.public_comments import actions  # noqa: E402
from apps.public_comments.generate import fill_closed  # noqa: E402
from apps.public_comments.models import Case, CityView, Opinion  # noqa: E402
from apps.public_comments.services.point_file import COLUMNS, PointScope, table_rows  # noqa: E402
from apps.public_comments.services.result_check import missing_for_result  # noqa: E402
from tests.accounts.factories import make_secretariat, show_second_factor  # noqa: E402
from tests.public_comments.factories import open_case  # noqa: E402

LIMITS = {"result as PDF": 30.0, "result as XLSX": 10.0}  # seconds, of the issue


def measured(name: str, act: Callable[[], Any]) -> Any:
    """Print the time by the clock and the number of queries of an act; return what it returns."""
    began = time.perf_counter()
    with CaptureQueriesContext(connection) as queries:
        answer = act()
    clock = time.perf_counter() - began
    limit = LIMITS.get(name)
    verdict = "" if limit is None else f"  limit {limit:.0f} s: {'kept' if clock < limit else 'BROKEN'}"
    size = f"{len(answer.content) / 1024:9.0f} KB" if hasattr(answer, "content") and not answer.streaming else ""
    print(f"{name:46} {clock:7.2f} s {len(queries):6} queries {size}{verdict}", flush=True)
    return answer


def page(row: Any, name: str) -> str:
    """Return the URL of an admin page of a row."""
    return reverse(f"admin:public_comments_{row._meta.model_name}_{name}", args=[row.pk])


def measure_work(case: Case, browser: Client) -> None:
    """Measure the pages and workbooks of staff."""
    opinion, view = Opinion.objects.filter(case=case).latest("pk"), CityView.objects.filter(case=case).latest("pk")
    for kind in ("opinion", "cityview"):
        listed = reverse(f"admin:public_comments_{kind}_changelist")
        measured(f"list of {kind}s", lambda listed=listed: browser.get(f"{listed}?case__id__exact={case.pk}"))
    for name, row in (("an opinion", opinion), ("a view", view), ("the case", case)):
        measured(name, lambda row=row: browser.get(page(row, "change")))
    measured("departments and days", lambda: browser.get(page(case, "assign")))
    measured("workbook of views out", lambda: browser.get(page(case, "views_file")))
    measured("workbook of points out", lambda: browser.get(page(case, "points_file")))
    scope = PointScope(case)
    views = len(scope.views)
    moved = ([*row[:5], 1 + int(str(row[5])) % views, *row[6:]] for row in table_rows(scope))
    file = SimpleUploadedFile("points.csv", b"".join(csv_chunks(COLUMNS, moved, breaks=Breaks.KEEP)))
    looked = measured("workbook of points looked at", lambda: browser.post(page(case, "points"), {"file": file}))
    rows = looked.context["rows_form"].initial["rows"]
    measured("workbook of points saved", lambda: browser.post(page(case, "points"), {"rows": rows}))
    measured("what the result lacks", lambda: missing_for_result(case))
    measured("preview of the result", lambda: browser.get(page(case, "result")))


def measure_result(case: Case) -> None:
    """Measure the publication, and the result as everybody gets it."""
    measured("handed in", lambda: actions.hand_in_result(case=case, by=None))
    measured("published", lambda: actions.publish_result(case=case, by=None))
    base = f"{case.get_absolute_url()}results"
    visitor = Client()
    measured("list of cases", lambda: visitor.get("/public-comments/"))
    for name, ending in (("page", "/"), ("XLSX", ".xlsx"), ("PDF", ".pdf"), ("PDF, kept", ".pdf")):
        measured(f"result as {name}", lambda ending=ending: visitor.get(f"{base}{ending}"))
    measured("result as CSV", lambda: sum(len(chunk) for chunk in visitor.get(f"{base}.csv").streaming_content))


def main() -> None:
    """Fill, measure, print."""
    opinions = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    views = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        call_command("createcachetable", verbosity=0)
        case = open_case(
            title=f"負荷を測る案件 {time.time():.0f}"
        )  # a new title, so that no file of an earlier run is sent
        staff = make_secretariat()
        measured(
            f"{opinions} opinions in {views} views made", lambda: fill_closed(case, opinions=opinions, views=views)
        )
        browser = Client()
        browser.force_login(staff, backend="apps.accounts.backends.PortalBackend")
        show_second_factor(browser, staff)
        measured("first request", lambda: browser.get("/healthz"))
        measure_work(case, browser)
        measure_result(case)
    finally:
        connection.close()
        teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    main()
