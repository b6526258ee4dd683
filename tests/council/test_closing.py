"""From PLAN to SEE: a project closes once every partnership was evaluated, and its time line says so in public."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.consultations.models import ActionRefused
from apps.council import actions
from apps.council.models import CheckSheet, Organization, Project, ProjectRevision
from apps.council.models.check_items import REVIEW
from apps.council.models.revision_content import changes, of_project
from tests.accounts.factories import make_council_member, make_secretariat, make_staff
from tests.council.factories import OrganizationFactory, ProjectFactory, ProjectUpdateFactory, shared_project
from tests.council.test_editing import typed
from tests.vision.factories import ViewpointFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
YES = {item.key: "yes" for item in REVIEW}


@pytest.fixture
def project() -> Project:
    return shared_project()


def review(project: Project, partner: str, *, submits: str = "AB") -> CheckSheet:
    """The evaluation with one partner, handed in by these sides."""
    organization = Organization.objects.get(slug=partner)
    people = {"A": make_staff(project.department), "B": make_council_member(organization.name)}
    sheet = actions.open_sheet(project=project, kind="review", partner=organization, by=people["A"])
    for side in submits:
        given = {"answers": YES, "note": "", "by": people[side], "submit": True}
        actions.answer_sheet(check_side=CheckSheet.objects.for_lists().get(pk=sheet.pk).side(side), **given)
    return sheet


def closing(**changed: Any) -> dict[str, Any]:
    words = {"stage": "closed", "result": "100人が使いました。", "lesson": "次は夜間も試します。", "domain": "C"}
    return typed(ViewpointFactory(), **words, **changed)


def test_a_project_closes_when_both_sides_evaluated_every_partnership(project: Project, sign_in: SignIn) -> None:
    browser, place = sign_in(make_council_member("試験大学")), "/council/projects/pact/edit/"
    refused = browser.post(place, closing())
    assert (refused.status_code, "100人が使いました。" in refused.text) == (422, True)
    assert "まだの相手：試験大学、試験株式会社" in refused.text
    review(project, "uni")
    review(project, "company", submits="A")
    assert "まだの相手：試験株式会社" in browser.post(place, closing()).text
    assert not ProjectRevision.objects.exists()
    b = make_council_member("試験株式会社")
    sheet = CheckSheet.objects.for_lists().get(organization_b__slug="company")
    actions.answer_sheet(check_side=sheet.side("B"), answers=YES, note="", by=b, submit=True)
    assert browser.post(place, closing()).status_code == 302
    sign_in(make_secretariat()).post("/council/projects/pact/history/2/", {"decision": "publish"})
    project.refresh_from_db()
    assert project.is_closed


def test_no_action_closes_a_project_without_its_evaluation(project: Project) -> None:
    content = of_project(project) | {"stage": "closed", "result": "結果", "lesson": "学び"}
    project.result, project.lesson = "結果", "学び"
    with pytest.raises(ActionRefused, match="事業後の評価"):
        project.enter_stage("closed", on=timezone.localdate(), by=None)
    given = {"by": make_council_member("試験大学"), "note": "", "submit_key": uuid.uuid4(), "base": 0}
    with pytest.raises(ActionRefused, match="事業後の評価"):
        actions.hand_in_project(project=project, content=content, **given)


def test_in_domain_a_the_leader_evaluates_with_the_others_and_alone_nothing_is_asked(project: Project) -> None:
    assert project.unreviewed_partners() == ["試験大学", "試験株式会社"]
    assert project.unreviewed_partners("A") == ["試験株式会社"]
    project.department = None
    assert project.unreviewed_partners() == []
    alone = ProjectFactory.by(OrganizationFactory(), domain="A")
    assert alone.unreviewed_partners() == []


def test_the_time_line_says_why_with_whom_and_what_it_cost(project: Project) -> None:
    page = Client().get("/council/projects/pact/").text
    assert "続けて協力するため" in page[page.index("PLAN（企画）") : page.index("DO（実施）")]
    Project.objects.update(
        selection_reason="公募で一社だけ応じたため", city_planned=1_200_000, city_settled=0, starts_on="2026-05-01"
    )
    project.participations.filter(organization__slug="uni").update(planned=300_000)
    ProjectUpdateFactory(project=project)
    review(project, "uni")
    page = Client().get("/council/projects/pact/").text
    assert page.count("公募で一社だけ応じたため") == 1
    see = page[page.index("SEE（評価）") : page.index("費用の負担")]
    assert "事業後の評価" not in see  # the sides have not agreed to publish it
    assert "説明会を開きました" in page[page.index("DO（実施）") : page.index("SEE（評価）")]
    amounts = page[page.index("費用の負担") :]
    for words in ("1,200,000", "<td>0</td>", "300,000", "試験大学"):
        assert words in amounts
    CheckSheet.objects.update(published_at=timezone.now())
    assert "事業後の評価" in Client().get("/council/projects/pact/").text
    file: Any = Client().get("/council/projects.csv")
    rows = b"".join(file.streaming_content).decode("utf-8-sig")
    assert "1500000" in rows
    assert "公募で一社だけ応じたため" in rows


def test_the_order_of_tags_is_no_difference() -> None:
    before = {"tags": ["見守り", "AI"], "fields": ["b", "a"], "viewpoints": ["1", "2"]}
    assert changes(Project, before, {"tags": ["AI", "見守り"], "fields": ["a", "b"], "viewpoints": ["1", "2"]}) == []
    assert len(changes(Project, before, {"tags": ["AI"], "fields": ["b", "a"], "viewpoints": ["2", "1"]})) == 2
