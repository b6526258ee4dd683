"""The registry as board, timeline, table and paper: always what the filter says, never what is not public."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from apps.council.models import Stage, StageChange
from tests.council.factories import OrganizationFactory, ProjectFactory, ProjectUpdateFactory
from tests.vision.factories import ViewpointFactory

pytestmark = pytest.mark.django_db


def test_the_board_shows_each_stage_with_its_number() -> None:
    for number in range(10):
        ProjectFactory(title=f"実証の取組{number}", stage=Stage.TRIAL)
    ProjectFactory(title="構想の取組", stage=Stage.IDEA)
    page = Client().get("/council/projects/?view=board").text
    assert page.count("実証の取組") == 8
    assert "実証をすべて見る" in page
    assert "構想の取組" in page
    assert "10件" in page


def test_the_timeline_tells_what_happened_by_fiscal_year() -> None:
    project = ProjectFactory(title="年表の取組")
    StageChange.objects.create(project=project, before=Stage.IDEA, after=Stage.TRIAL, on="2025-03-31")
    ProjectUpdateFactory(project=project, title="春の報告", happened_on="2025-04-01")
    hidden = ProjectFactory(published_at=None)
    StageChange.objects.create(project=hidden, before=Stage.IDEA, after=Stage.RUNNING, on="2025-04-02")
    ProjectUpdateFactory(project=hidden, title="未公開の報告")
    page = Client().get("/council/projects/?view=timeline").text
    assert page.index("令和7年度") < page.index("春の報告") < page.index("令和6年度") < page.index("構想 → 実証")
    assert "構想 → 実装" not in page
    assert "未公開の報告" not in page


def csv_of(query: str = "") -> str:
    answer = Client().get(f"/council/projects.csv{query}")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]


def test_the_table_holds_the_filtered_list_and_nothing_else() -> None:
    first, second = ViewpointFactory(), ViewpointFactory()
    wanted = ProjectFactory.by(OrganizationFactory(name="試験大学"), title="=1+1 目当て", stage=Stage.TRIAL)
    wanted.set_viewpoints([first, second])
    ProjectFactory(title="ほかの取組", stage=Stage.IDEA)
    ProjectFactory(title="未公開の取組", stage=Stage.TRIAL, published_at=None)
    table = csv_of("?stage=trial").splitlines()
    assert len(table) == 2
    assert "'=1+1 目当て" in table[1]
    assert "試験大学（代表）" in table[1]
    everything = csv_of()
    assert "ほかの取組" in everything
    assert "未公開の取組" not in everything
    assert "実施団体" in everything.splitlines()[0]


def test_the_workbook_says_under_which_filter_it_was_made() -> None:
    ProjectFactory(title="=HYPERLINK(1)", stage=Stage.TRIAL)
    answer = Client().get("/council/projects.xlsx?stage=trial&q=hyper")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 2
    assert rows[1][1] == "'=HYPERLINK(1)"
    everything = str([[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()])
    assert "ことば：hyper、段階：実証" in everything


@pytest.mark.parametrize("address", ["/council/projects/?view=timeline", "/council/projects.csv"])
@pytest.mark.usefixtures("without_page_cache")
def test_as_many_questions_for_three_projects_as_for_thirty(address: str) -> None:
    organization, viewpoint, counts = OrganizationFactory(), ViewpointFactory(), []
    for count in (3, 27):
        for _ in range(count):
            project = ProjectFactory.by(organization)
            project.set_viewpoints([viewpoint])
            ProjectUpdateFactory(project=project)
            StageChange.objects.create(project=project, before=Stage.IDEA, after=Stage.TRIAL, on="2025-03-31")
        with CaptureQueriesContext(connection) as asked:
            answer = Client().get(address)
            assert answer.status_code == 200
            b"".join(getattr(answer, "streaming_content", []))
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("length", [1, 2000])
def test_a_project_is_one_page_of_paper_however_long(length: int) -> None:
    project = ProjectFactory.by(
        OrganizationFactory(name="試験大学"), title="#見出し *でない* 取組" + "長" * min(length - 1, 100), stage=Stage.CLOSED,
        body="くわしく。" * length,
        result="結果です。" * length, lesson="教訓\n" * length, source="資料", method="cooperation", method_reason="理由",
        domain="C", place="場所" * min(length, 60), summary="概要です。" * min(length, 80), starts_on="2025-04-01",
    )  # fmt: skip
    for number in range(3):
        ProjectUpdateFactory(
            project=project, title="報告の見出し" * min(length, 13), happened_on=f"2025-05-0{number + 1}"
        )
    paper = PdfReader(io.BytesIO(Client().get(f"/council/projects/{project.slug}/sheet.pdf").content))
    assert len(paper.pages) == 1
    text = paper.pages[0].extract_text()
    for words in ("*でない*", "試験大学（代表）", "結果です。", "教訓", "終了", "市議会"):
        assert words in text


def test_the_paper_of_an_unpublished_project_is_not_there(sign_in: Callable[[Any], Client]) -> None:
    secret = ProjectFactory(published_at=None)
    assert Client().get(f"/council/projects/{secret.slug}/sheet.pdf").status_code == 404
