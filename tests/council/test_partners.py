"""Partners and the city's departments of a project: set by a member by name, in force once the secretariat confirms."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Department
from apps.council.models import Part, Project
from apps.council.models.revision_content import changes, of_project
from tests.accounts.factories import DepartmentFactory, make_council_member, make_secretariat, make_staff
from tests.council.factories import OrganizationFactory, shared_project
from tests.council.test_editing import typed

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
EDIT = "/council/projects/pact/edit/"
PARTNERS = "代表 試験大学\n共同実施　試験株式会社／機器の提供\n協力 試験ＮＰＯ"


@pytest.fixture
def project() -> Project:
    row = shared_project()
    row.participations.filter(organization__slug="company").update(planned=300_000)
    OrganizationFactory(name="試験NPO", slug="npo")
    DepartmentFactory(name="別の課", code="another")
    return row


def test_a_member_names_partners_and_departments_and_the_secretariat_confirms(
    project: Project, sign_in: SignIn
) -> None:
    browser, clerk = sign_in(make_council_member("試験大学")), make_staff(Department.objects.get(code="another"))
    page = browser.get(EDIT).text
    assert "代表 試験大学\n共同実施 試験株式会社／機器の提供</textarea>" in page
    assert 'value="試験推進課"' in page
    words = typed(partners=PARTNERS, departments="試験推進課、別の課")
    preview = browser.post(EDIT, {**words, "step": "preview"}).text
    assert ("試験NPO" in preview, "別の課" in preview) == (True, True)
    handed_in = browser.post(EDIT, words, follow=True)
    labels = [str(change["label"]) for change in handed_in.context["changes"]]
    assert labels[-2:] == ["実施団体", "市の担当課（先頭が主な課）"]
    assert "試験NPO" not in Client().get("/council/projects/pact/").text
    assert sign_in(clerk).get("/council/projects/pact/agreement/").status_code == 403
    sign_in(make_secretariat()).post("/council/projects/pact/history/2/", {"decision": "publish"})
    public = Client().get("/council/projects/pact/").text
    assert ("試験NPO" in public, "試験推進課、別の課" in public) == (True, True)
    parts = {row.organization.slug: (row.part, row.planned) for row in project.participations.all()}
    assert parts == {"uni": (Part.LEAD, None), "company": (Part.PARTNER, 300_000), "npo": (Part.SUPPORT, None)}
    assert sign_in(clerk).get("/council/projects/pact/agreement/").status_code == 200


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("partners", "代表 知らない団体", "1行目の団体は登録されていません"),
        ("partners", "代表 試験大学\n試験NPO", "2行目は「代表」「共同実施」「協力」"),
        ("partners", "代表 試験大学\n協力 試験大学", "同じ団体が2回"),
        ("partners", "協力 試験大学", "代表する団体を一つは残してください"),
        ("partners", "", "代表する団体を一つは残してください"),
        ("departments", "試験推進課、ない課", "「ない課」という課はありません"),
    ],
)
def test_what_names_nothing_is_said_beside_the_field(
    project: Project, sign_in: SignIn, field: str, value: str, sentence: str
) -> None:
    given = {"partners": PARTNERS, "departments": "試験推進課", field: value}
    refused = sign_in(make_council_member("試験大学")).post(EDIT, typed(**given))
    assert (refused.status_code, sentence in refused.text, "新しい題名" in refused.text) == (422, True, True)
    assert not project.revisions.exists()


def test_a_form_of_before_leaves_partners_as_they_are(project: Project, sign_in: SignIn) -> None:
    sign_in(make_council_member("試験大学")).post(EDIT, typed())
    sign_in(make_secretariat()).post("/council/projects/pact/history/2/", {"decision": "publish"})
    assert project.participations.count() == 2
    assert Project.objects.get().department == project.department
    former = {key: value for key, value in of_project(project).items() if key not in ("partners", "departments")}
    assert changes(Project, former, of_project(project)) == []
