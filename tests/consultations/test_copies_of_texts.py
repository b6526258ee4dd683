"""Nearly the same texts (ほぼ同じ文): found by what is left without their form, counted for staff, counted once if wanted."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.consultations.models import Consultation, Proposal, State
from apps.intake.services.exports import STAFF, Export
from tests.accounts.factories import make_secretariat
from tests.consultations.factories import ConsultationFactory, ProposalFactory

pytestmark = pytest.mark.django_db
BODY = "踏切の待ち時間が長いので、立体交差を早く進めてほしいです。"
COPIES = (
    BODY,
    "踏切の待ち時間が長いので 立体交差を早く進めてほしい！",
    "踏切の待ち時間が長いので、立体交差を早く進めてほしいと思います。",
)
OTHERS = ("踏切の待ち時間が長いので、立体交差を急がないでほしいです。", "公園がほしい", "公園がほしい")


@pytest.fixture
def asked() -> Consultation:
    asked = ConsultationFactory(slug="words")
    for body in (*COPIES, *OTHERS):
        ProposalFactory(consultation=asked, body=body)
    ProposalFactory(body=BODY)
    return asked


def counted(asked: Consultation) -> list[int]:
    return list(Proposal.objects.in_consultation(asked).with_copies().order_by("pk").values_list("copies", flat=True))


def test_texts_that_differ_in_form_alone_are_copies_and_short_ones_are_not(asked: Consultation) -> None:
    assert counted(asked) == [3, 3, 3, 1, 1, 1]
    Proposal.objects.filter(body=BODY).update(state=State.WITHDRAWN)
    assert counted(asked)[1:3] == [2, 2]


def test_a_new_wording_is_no_copy(asked: Consultation) -> None:
    first = Proposal.objects.in_consultation(asked).order_by("pk")[0]
    first.body = "踏切の前に日よけと待つ人のためのベンチがほしいです。"
    first.save()
    assert counted(asked)[:3] == [1, 2, 2]


def test_each_text_once(asked: Consultation) -> None:
    rows = Proposal.objects.public().in_consultation(asked)
    assert rows.count_copies() == (3, 1)
    assert list(rows.each_once().order_by("pk").values_list("body", flat=True)) == [BODY, *OTHERS]
    Proposal.objects.filter(body=BODY).update(state=State.HIDDEN)
    assert rows.each_once().order_by("pk")[0].body == COPIES[1], "the first of those that are public"


def test_staff_see_the_number_and_find_them(asked: Consultation, sign_in: Callable[[Any], Client]) -> None:
    browser = sign_in(make_secretariat())
    page = browser.get("/admin/consultations/proposal/").text
    assert page.count('class="field-copies_shown">3件</td>') == 3
    found = browser.get("/admin/consultations/proposal/?copies=yes").text
    assert found.count('class="field-copies_shown">') == 3


def test_the_export_of_staff_has_the_number(asked: Consultation) -> None:
    export = Export("staff", "職員用", STAFF, public_only=False)
    column = [part.column.key for part in STAFF].index("copies")
    assert [row[column] for row in export.rows(asked)] == [3, 3, 3, 1, 1, 1]
