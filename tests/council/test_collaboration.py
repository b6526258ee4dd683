"""協働のかたち: methods, domains and the agreement."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from pypdf import PdfReader

from apps.council.models import Agreement, Project
from apps.council.models.agreement import CLAUSES
from tests.accounts.factories import UserFactory, make_council_member, make_staff
from tests.council.factories import ProjectFactory, shared_project

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
WORDS = {clause.key: f"{clause.key}の取り決め" for clause in CLAUSES}


@pytest.fixture
def project() -> Project:
    return shared_project()


def test_the_cross_table_counts_every_project_once(project: Project) -> None:
    ProjectFactory()
    ProjectFactory(published_at=None, method="cohost", method_reason="理由", domain="A")
    page = Client().get("/council/collaboration/").text
    assert "公開中の取組 2件" in page
    assert "domain=C&amp;method=cooperation" in page
    assert page.count(">1</a>") == 1
    assert "Eの領域" in page
    found = Client().get("/council/projects/?domain=C&method=cooperation").text
    assert project.title in found
    assert "<strong>1件</strong>" in found


def test_a_draft_comes_from_the_projects_data_and_lists_what_is_missing(project: Project, sign_in: SignIn) -> None:
    browser = sign_in(make_council_member("試験大学"))
    page = browser.get("/council/projects/pact/agreement/").text
    for words in ("見守りを試す。", "試験株式会社（共同実施）機器の提供", "試験推進課", "まだ決まっていない項目"):
        assert words in page
    missing = page[page.index("まだ決まっていない項目") : page.index("条項")]
    for name in ("期間", "費用負担", "責任等の分担", "成果物の帰属", "評価の方法", "秘密の扱い", "変更と解除"):
        assert f"<li>{name}</li>" in missing
    assert "<li>目的</li>" not in missing
    paper = PdfReader(io.BytesIO(browser.get("/council/projects/pact/agreement.pdf").content))
    text = "".join(page.extract_text() for page in paper.pages)
    for words in ("見守りを試す。", "費用負担", "まだ決まっていない項目", "試験株式会社"):
        assert words in text


def test_an_agreement_is_the_partners_own(project: Project, sign_in: SignIn) -> None:
    Agreement.objects.create(project=project, version=1, clauses={**WORDS, "costs": "ひみつの金額"})
    for person in (UserFactory(), make_council_member("別の団体"), make_staff()):
        for place in ("agreement/", "agreement/edit/", "agreement.pdf"):
            reply = sign_in(person).get(f"/council/projects/pact/{place}")
            assert reply.status_code == 403
            assert "ひみつの金額" not in reply.text
    assert "ひみつの金額" not in Client().get("/council/projects/pact/").text


def test_a_method_needs_its_reason(project: Project) -> None:
    with pytest.raises(IntegrityError, match="project_method_with_reason"), transaction.atomic():
        Project.objects.update(method="cohost", method_reason="")
