"""The address of a later page of a list: one for each place, told to search engines as part of the list."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.test import Client
from django.utils import timezone

from apps.consultations.models import Proposal
from apps.core.pagination import SALT, Order, read_page
from tests.consultations.factories import ConsultationFactory, ProposalFactory

pytestmark = pytest.mark.django_db


def older(page: str) -> str:
    """The address of the next page."""
    return page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")


@pytest.fixture
def asked() -> Any:
    theme = ConsultationFactory(slug="koen")
    for number in range(25):
        ProposalFactory(consultation=theme, body=f"意見{number}")
    return theme


def test_one_place_has_one_address_whenever_it_is_asked(asked: Any) -> None:
    first = older(Client().get("/consultations/koen/?sort=liked").text)
    with time_machine.travel(timezone.now() + timedelta(minutes=7)):
        assert older(Client().get("/consultations/koen/?sort=liked").text) == first
    assert "意見3" in Client().get(f"/consultations/koen/{first}").text


def test_an_address_of_before_still_leads_on(asked: Any) -> None:
    page = read_page(Proposal.objects.public(), Order(("pk",)), name="x", size=10)
    last = page.rows[-1].pk
    old = signing.dumps(["x", "older", [["v", last]]], salt=SALT)
    rows = read_page(Proposal.objects.public(), Order(("pk",)), name="x", cursor=old, size=10).rows
    assert [row.pk for row in rows] == list(
        Proposal.objects.filter(pk__lt=last).order_by("-pk").values_list("pk", flat=True)[:10]
    )


def test_a_later_page_names_the_list_and_is_not_indexed(asked: Any) -> None:
    first = Client().get("/consultations/koen/?sort=liked").text
    assert "noindex" not in first
    later = Client().get(f"/consultations/koen/{older(first)}").text
    assert '<meta name="robots" content="noindex, follow">' in later
    assert '<link rel="canonical" href="http://localhost:8000/consultations/koen/?sort=liked">' in later
    broken = Client().get("/consultations/koen/?cursor=x")
    assert (broken.status_code, "続きの場所がわからなくなった" in broken.text) == (200, True)
