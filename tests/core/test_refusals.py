"""A refusal from anywhere ends as a sentence with a way back, whichever page forgot to take it."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from apps.accounts.models import Restricted
from apps.consultations import models as consultations
from apps.core.exceptions import ActionRefused
from apps.plans import models as plans
from apps.vision.actions import ImportRefused
from chofu_cocreation import urls

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
KINDS = {"plain": ActionRefused, "import": ImportRefused}


def refusing(request: HttpRequest, kind: str) -> HttpResponse:
    raise KINDS[kind]("先に団体を登録してください。", ["団体の名前"])


urlpatterns = [path("consultations/refused/<str:kind>/", refusing), *urls.urlpatterns]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("header", [{}, {"HX-Request": "true"}], ids=["page", "part"])
def test_a_refusal_that_no_page_takes_is_a_sentence(kind: str, header: dict[str, str], client: Client) -> None:
    address = f"/consultations/refused/{kind}/"
    sent = {"body": "書きかけの文", "submit_key": "0b0f"}
    answer = client.post(address, sent, headers={"Referer": "http://testserver/consultations/?q=1", **header})
    assert answer.status_code == 409
    assert '<p class="lead" data-refusal>先に団体を登録してください。</p>' in answer.text
    assert "団体の名前" in answer.text
    assert "書きかけの文" in answer.text
    assert "0b0f" not in answer.text
    assert 'href="/consultations/?q=1"' in answer.text


def test_the_way_back_leads_to_pages_of_ours_only(client: Client) -> None:
    answer = client.get("/consultations/refused/plain/", headers={"Referer": "https://evil.example/x/"})
    assert "evil" not in answer.text


def test_all_refusals_are_one_kind() -> None:
    """What an `except ActionRefused` of one app catches is what another app raises."""
    assert consultations.ActionRefused is plans.ActionRefused is ActionRefused
    assert issubclass(Restricted, ActionRefused)
