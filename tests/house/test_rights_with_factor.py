"""What only staff may see and do, at public addresses: nothing of it without the second factor, all of it with it."""

from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from apps.accounts.models import Role
from apps.analysis.models import Snapshot
from apps.consultations.models import State
from apps.core.submission import new_content_key
from apps.council.models import Challenge, ProjectRevision
from apps.operations.models import Job
from tests.accounts import factories as people
from tests.consultations.factories import ConsultationFactory, ProposalFactory
from tests.council.factories import OrganizationFactory, ProjectFactory
from tests.house.test_access import AGAIN, without_factor

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> Any:
    return people.make_secretariat()


def job_of_another() -> Job:
    made = Job.objects.create(
        kind="export-proposals", key="x", title="書き出し", target_label="x", target_id="1",
        requested_by_id=people.make_secretariat().pk, state=Job.State.DONE,
    )  # fmt: skip
    made.file.save("x.csv", ContentFile(b"secret"))
    return made


def challenge() -> Challenge:
    return Challenge.objects.create(
        title="見守りの課題", body="夜の見守りが足りません。", submit_key=new_content_key(), state="waiting",
        department=people.DepartmentFactory(), written_by=people.UserFactory(),
    )  # fmt: skip


def revision() -> ProjectRevision:
    own = ProjectFactory.by(OrganizationFactory(name="試験大学"), slug="own")
    content = {"title": "新しい題名", "summary": "新しい概要"}
    return ProjectRevision.objects.create(project=own, number=1, content=content, made_by=people.UserFactory())


def test_pages_that_only_staff_may_read_lead_to_the_factor_first(
    boss: Any, sign_in: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    draft = ConsultationFactory(slug="draft", draft=True)
    waiting = challenge()
    pages = {
        "draft": draft.get_absolute_url(),
        "of a draft": f"{draft.get_absolute_url()}poster.pdf",
        "job": f"/jobs/{job_of_another().pk}/",
        "waiting": waiting.get_absolute_url(),
        "wording": revision().get_absolute_url(),
        "project": ProjectFactory(published_at=None, slug="waits").get_absolute_url(),
    }
    bare, full, resident = without_factor(boss), sign_in(boss), sign_in(people.UserFactory())
    for name, address in pages.items():
        answer = bare.get(address)
        assert (answer.status_code, answer.headers.get("Location")) == (302, f"{AGAIN}{address}"), name
        assert full.get(address).status_code == 200, name
        assert resident.get(address).status_code in {403, 404}, name


def test_words_that_only_staff_may_read_are_not_on_a_page_without_the_factor(boss: Any, sign_in: Any) -> None:
    hidden = ProposalFactory(state=State.HIDDEN, body="伏せられた意見の文")
    bare = without_factor(boss).get(hidden.get_absolute_url())
    assert bare.headers["Location"].startswith(AGAIN)
    desk = without_factor(people.make_council_member()).get("/council/desk/")
    assert desk.status_code == 200, "a role of the council asks for no factor"


@pytest.mark.parametrize("with_factor", [False, True])
def test_what_only_staff_may_do_is_not_done_without_the_factor(with_factor: bool, boss: Any, sign_in: Any) -> None:
    browser: Client = sign_in(boss) if with_factor else without_factor(boss)
    waiting, call = revision(), challenge()
    asked = ProposalFactory().consultation
    answers = [
        browser.post(waiting.get_absolute_url(), {"decision": "publish"}),
        browser.post(call.get_absolute_url(), {"decision": "return", "note": "もう少し 具体的に"}),
        browser.post(f"/analysis/{asked.slug}/freeze/", {"kind": "cloud"}),
    ]
    done = (
        ProjectRevision.objects.get().state == "published",
        Challenge.objects.get().state == "returned",
    )
    assert done == (with_factor, with_factor)
    if not with_factor:
        assert not Snapshot.objects.exists()
        assert [answer.status_code for answer in answers] == [403, 403, 403]
        for answer in answers:
            assert "もう一度、二段階認証をお願いします" in answer.text
        assert '<input type="hidden" name="note" value="もう少し 具体的に">' in answers[1].text, "nothing typed is lost"


def test_somebody_with_two_roles_keeps_the_one_that_asks_for_no_factor(sign_in: Any) -> None:
    person = people.make_secretariat()
    people.PostingFactory(user=person, role=Role.COUNCIL, organization="試験大学")
    own = ProjectFactory.by(OrganizationFactory(name="試験大学"), slug="own")
    other = ProjectFactory(slug="other")
    bare = without_factor(person)
    assert bare.get(f"{own.get_absolute_url()}edit/").status_code == 200
    assert bare.get(f"{other.get_absolute_url()}edit/").headers["Location"].startswith(AGAIN)


def test_a_page_that_loads_parts_by_itself_does_not_keep_the_desk(sign_in: Any, boss: Any) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        browser = sign_in(boss)
        for _minute in range(4):
            clock.shift(600)
            browser.get("/council/", headers={"HX-Request": "true"})
        assert browser.get("/admin/").status_code == 302
