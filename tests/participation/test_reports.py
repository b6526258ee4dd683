"""The yearly report: frozen, the same figures on page and in files, beside former years, corrected as another edition."""

import csv
import io
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from openpyxl import load_workbook

from apps.participation import actions
from apps.participation.generate import publish_samples
from apps.participation.models import ActionRefused, ParticipationAct, ParticipationEdition
from apps.participation.services.report_figures import next_edition
from tests.accounts.factories import DepartmentFactory
from tests.meetings.factories import held, organ
from tests.participation.factories import (
    act,
    collaboration,
    confirm_all,
    published,
    report_of,
    requested,
    submitted,
    this_year,
)

pytestmark = pytest.mark.django_db


def whole_year() -> Any:
    """A year with lines of two departments in each state of a figure."""
    first, second = DepartmentFactory(name="公園課", order=1), DepartmentFactory(name="川の課", order=2)
    held(organ(first), listeners=4)
    year = requested(first, second)
    report = year.reports.get(department=first)
    act(report, "水辺のワークショップ", figure=30)
    act(report, "水辺のワークショップ", figure=0)
    act(report, "アンケート", figure=120, unit="letters")
    act(report, "電話の相談", figure=None, unit="", is_not_applicable=True)
    collaboration(report, "花壇", amount=None, is_not_applicable=True)
    submitted(report)
    return confirm_all(year)


def test_nothing_is_published_while_a_department_is_missing() -> None:
    department = DepartmentFactory(name="公園課")
    report = report_of(department)
    with pytest.raises(ActionRefused) as refused:
        actions.publish_edition(year=report.year, by=None)
    assert "公園課" in refused.value.missing[0]
    submitted(report)
    with pytest.raises(ActionRefused) as refused:
        actions.publish_edition(year=report.year, by=None)
    assert any("確定していない課" in sentence and "公園課" in sentence for sentence in refused.value.missing)
    assert Client().get(f"/participation/{report.year.year}/").status_code == 404


def test_a_year_without_returns_has_no_report() -> None:
    with pytest.raises(ActionRefused) as refused:
        actions.publish_edition(year=this_year(), by=None)
    assert "依頼" in refused.value.missing[0]


def test_units_are_never_added_and_zero_is_not_blank() -> None:
    edition = actions.publish_edition(year=whole_year(), by=None)
    edition.refresh_from_db()
    assert [name for name, _n in edition.figures["totals"]][:6] == ["事業", "手続", "実人数", "延人数", "件数", "通数"]
    totals = dict(edition.figures["totals"])
    assert totals["延人数"] == 4 + 30 + 0 + 30
    assert totals["通数"] == 120
    assert totals["実人数"] is None
    assert totals["手続"] == 6
    assert totals["事業"] == 5, "a 事業 with two procedures is one"
    assert totals["協働"] == 2
    assert totals["協働に市が出した金額（円）"] == 50_000
    states = [row["state"] for row in edition.figures["acts"]]
    assert states.count("該当なし") == 1
    assert sum(n for _name, n, _units in edition.figures["kinds"]) == 6
    assert sum(n for _label, n in edition.figures["methods"]) == 2
    assert sum(row[1] for row in edition.figures["by_department"]) == 6


def test_page_csv_and_xlsx_say_the_same() -> None:
    edition = actions.publish_edition(year=whole_year(), by=None)
    year = edition.year.year
    page = Client().get(f"/participation/{year}/").text
    for words in (
        "水辺のワークショップ",
        "延人数 30",
        "延人数 0",
        "通数 120",
        "該当なし",
        "記録なし",
        'id="act-6"',
        "50,000円",
    ):
        assert words in page
    answer = Client().get(f"/participation/{year}/report.csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert len(rows) == 8
    assert sum(int(row["数"]) for row in rows if row["単位"] == "延人数") == dict(edition.figures["totals"])["延人数"]
    assert [row["数の時点"] != "" for row in rows if row["出典"]] == [True]
    book = load_workbook(io.BytesIO(Client().get(f"/participation/{year}/report.xlsx").content))
    sheet = book.worksheets[0]
    assert sheet.max_row == 9
    assert Client().get(f"/participation/{year}/report.pdf").content.startswith(b"%PDF")
    assert str(year) in Client().get("/participation/").text


def test_an_edition_is_frozen_and_a_correction_is_the_next_one() -> None:
    edition = actions.publish_edition(year=whole_year(), by=None)
    before = edition.figures["totals"]
    edition.note = "x"
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        edition.save()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        edition.delete()
    ParticipationAct.objects.filter(title="アンケート").update(figure=125)
    page = f"/participation/{edition.year.year}/"
    assert "通数 120" in Client().get(page).text, "a late correction changes no published figure"
    with pytest.raises(ActionRefused, match="何を直したか"):
        actions.publish_edition(year=edition.year, by=None)
    actions.publish_edition(year=edition.year, by=None, note="アンケートの通数の誤り")
    assert "通数 125" in Client().get(page).text
    former = Client().get(f"{page}?edition=1").text
    assert "通数 120" in former
    assert "新しい版があります" in former
    assert ParticipationEdition.objects.get(edition=1).figures["totals"] == before
    with pytest.raises(IntegrityError, match="participation_correction_explained"), transaction.atomic():
        ParticipationEdition.objects.create(year=edition.year, edition=9, figures={})
    with pytest.raises(IntegrityError, match="participation_edition_once"), transaction.atomic():
        ParticipationEdition.objects.create(year=edition.year, edition=1, figures={})


def test_what_was_previewed_is_what_is_published() -> None:
    year = whole_year()
    seen = next_edition(year).digest
    ParticipationAct.objects.filter(title="アンケート").update(figure=125)
    with pytest.raises(ActionRefused, match="内容が変わりました"):
        actions.publish_edition(year=year, by=None, seen=seen)
    assert actions.publish_edition(year=year, by=None, seen=next_edition(year).digest).edition == 1


def test_a_report_stands_beside_former_years() -> None:
    department = DepartmentFactory(name="公園課")
    former = report_of(department, year=2024)
    act(former, figure=10)
    submitted(former)
    published(former.year)
    this = report_of(department, year=2025)
    submitted(this)
    edition = published(this.year)
    assert [year for year, _totals in edition.figures["former"]] == [2024]
    page = Client().get("/participation/2025/").text
    assert "令和6年度" in page
    assert "−10" in page or "-10" in page
    assert Client().get("/participation/2025/?edition=2").status_code == 404
    assert Client().get("/participation/99999999/").status_code == 404


def test_the_demonstration_has_two_years() -> None:
    publish_samples([DepartmentFactory(), DepartmentFactory()])
    assert ParticipationEdition.objects.newest().count() == 2
    for edition in ParticipationEdition.objects.newest():
        assert "【見本】" in Client().get(edition.get_absolute_url()).text
