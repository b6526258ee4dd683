"""Staff at work: a department fills in its return, the secretariat asks, sees who is missing, sends back, publishes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.operations.models import AuditEntry, Outbox
from apps.participation.models import ParticipationEdition, ParticipationReport, ParticipationYear, ProcedureKind
from tests.accounts.factories import DepartmentFactory, make_moderator, make_secretariat, make_staff
from tests.meetings.factories import held, organ
from tests.participation.factories import collaboration, confirm_all, report_of, submitted

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


def at(row: Any, page: str = "change") -> str:
    return reverse(f"admin:participation_{row._meta.model_name}_{page}", args=[row.pk])


@pytest.fixture
def report() -> ParticipationReport:
    """The return of a department that held a meeting with two listeners."""
    department = DepartmentFactory(name="公園課", email="koen@example.jp")
    held(organ(department), listeners=2)
    return report_of(department)


@pytest.fixture
def writer(sign_in: SignIn, report: ParticipationReport) -> Client:
    """A browser of the department."""
    return sign_in(make_staff(report.department))


def sent(report: ParticipationReport, **other: Any) -> dict[str, Any]:
    """What the form sends: the known line with other facts than its own, and a new line of each part."""
    known = report.acts.get(source="organ")
    workshop = ProcedureKind.objects.get(code="workshop").pk
    rows: list[dict[str, Any]] = [
        {"id": known.pk, "report": report.pk, "title": "書きかえた", "figure": 999, "outcome": "生かした。", "issue": "知らせ方。"},
        {
            "id": "", "report": report.pk, "title": "公園の会", "kind": workshop, "starts_on": "R8.5.1", "figure": "0",
            "unit": "people", "how_counted": "名簿", "outcome": "聞けた。", "issue": "少ない。",
        },
    ]  # fmt: skip
    entry = {
        "id": "", "report": report.pk, "title": "花壇", "method": "cohost", "partner": "見本の会", "is_not_applicable": "on",
        "result": "咲いた。", "issue": "水やり。",
    }  # fmt: skip
    fields: dict[str, Any] = {"acts-TOTAL_FORMS": 2, "acts-INITIAL_FORMS": 1}
    fields |= {f"acts-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}
    fields |= {"collaborations-TOTAL_FORMS": 1, "collaborations-INITIAL_FORMS": 0}
    return fields | {f"collaborations-0-{name}": value for name, value in entry.items()} | other


def test_a_department_adds_to_what_is_known_and_hands_in(writer: Client, report: ParticipationReport) -> None:
    page = writer.get(at(report)).text
    assert "自動で入った数です" in page
    assert "提出する</button>" not in page
    assert "成果、課題" in page
    wrong = writer.post(at(report), sent(report, **{"acts-1-unit": ""}))
    assert (wrong.status_code, "単位を選び" in wrong.text) == (422, True)
    assert writer.post(at(report), sent(report)).status_code == 302
    known, own = report.acts.order_by("pk")
    assert (known.figure, known.title == "書きかえた", known.outcome) == (2, False, "生かした。"), (
        "known facts are read-only"
    )
    assert (own.figure, own.unit, str(own.starts_on)) == (0, "people", "2026-05-01")
    assert report.collaborations.get().is_not_applicable
    assert "提出する</button>" in writer.get(at(report)).text
    for page_name in ("submit", "fill_in", "send_back", "confirm"):
        assert writer.get(at(report, page_name)).status_code in {302, 403}
    assert "わかっている数を入れ直しました" in writer.post(at(report, "fill_in"), follow=True).text
    assert "提出しました" in writer.post(at(report, "submit"), follow=True).text
    report.refresh_from_db()
    assert report.state == "submitted"
    assert writer.post(at(report), sent(report)).status_code == 403
    assert writer.post(at(report, "confirm")).status_code == 403
    assert writer.post(at(report, "send_back"), {"remark": "x"}).status_code == 403


def test_another_department_sees_nothing(sign_in: SignIn, report: ParticipationReport) -> None:
    for other in (sign_in(make_staff()), sign_in(make_moderator())):
        assert other.get(at(report)).status_code in {302, 403, 404}
        assert other.post(at(report, "submit")).status_code == 404
        for page in ("request", "remind", "publish"):
            assert other.post(at(report.year, page)).status_code == 404
        assert other.get(at(report.year)).status_code in {302, 403}


def test_the_secretariat_asks_reminds_sends_back_and_confirms(sign_in: SignIn, report: ParticipationReport) -> None:
    client, year = sign_in(make_secretariat()), report.year
    page = client.get(at(year)).text
    assert "まだ提出していない課" in page
    assert "公園課" in page
    for name in ("request", "remind"):
        assert client.get(at(year, name)).status_code == 302
    late = DepartmentFactory(name="後からできた課")
    client.post(at(year, "request"))
    assert year.reports.filter(department=late).exists()
    client.post(at(year, "remind"))
    assert Outbox.objects.filter(to="koen@example.jp").count() == 1
    submitted(report)
    assert "差し戻す</button>" in client.get(at(report)).text
    client.post(at(report, "send_back"), {"remark": ""})
    report.refresh_from_db()
    assert report.state == "submitted"
    client.post(at(report, "send_back"), {"remark": "延人数を確かめてください。"})
    report.refresh_from_db()
    assert report.state == "returned"
    assert "延人数を確かめてください。" in client.get(at(report)).text
    client.post(at(report, "submit"))
    client.post(at(report, "confirm"))
    report.refresh_from_db()
    assert report.state == "confirmed"


def test_the_secretariat_publishes_what_it_has_seen(sign_in: SignIn, report: ParticipationReport) -> None:
    client, year = sign_in(make_secretariat()), report.year
    preview = at(year, "publish")
    assert "公表までに必要なこと" in client.get(preview).text
    confirm_all(year)
    page = client.get(preview)
    assert "この内容で公表する" in page.text
    assert "川の掃除" in page.text
    client.post(preview, {"seen": "nonsense"})
    assert not ParticipationEdition.objects.exists()
    assert "報告書を公表しました" in client.post(preview, {"seen": page.context["seen"]}, follow=True).text
    assert "川の掃除" in Client().get(f"/participation/{year.year}/").text
    collaboration(report, "見逃した協働")
    again = client.get(preview)
    client.post(preview, {"seen": again.context["seen"], "note": "協働の記入もれ"})
    assert ParticipationEdition.objects.get(edition=2).note == "協働の記入もれ"
    assert AuditEntry.objects.filter(verb="publish_participation").count() == 2


def test_a_year_is_set_up(sign_in: SignIn) -> None:
    client = sign_in(make_secretariat())
    add = reverse("admin:participation_participationyear_add")
    assert client.post(add, {"year": 1990, "due_on": "R8.6.30", "guide": ""}).status_code == 422
    client.post(add, {"year": 2025, "due_on": "R8.6.30", "guide": "延人数と実人数を分けて書いてください。"})
    year = ParticipationYear.objects.get()
    assert (year.year, str(year.due_on)) == (2025, "2026-06-30")
    DepartmentFactory()
    client.post(at(year, "request"))
    client.post(at(year), {"year": 2020, "due_on": "2026-07-31", "guide": ""})
    year.refresh_from_db()
    assert (year.year, str(year.due_on)) == (2025, "2026-07-31")
