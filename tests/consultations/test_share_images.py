"""The picture of a consultation or voice where its URL is shared: what it says, who gets it, and that it goes at once."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from apps.consultations import actions
from apps.consultations.models import State
from apps.consultations.services.share_cards import card_of_consultation, card_of_proposal
from apps.consultations.tasks import delete_public_files
from tests.accounts.factories import make_moderator, make_secretariat
from tests.consultations.factories import ConsultationFactory, ProposalFactory
from tests.consultations.moderation import hidden

pytestmark = pytest.mark.django_db
META = re.compile(r'<meta property="(og:image[^"]*)" content="([^"]*)">')
HOST = "http://localhost:8000"


@pytest.fixture(autouse=True)
def made(settings: Any, tmp_path: Path) -> Path:
    """An empty room for made files."""
    settings.MADE_ROOT = tmp_path
    return tmp_path


def image_of(page: str, browser: Client | None = None) -> Any:
    """The answer of the picture that a page names."""
    return (browser or Client()).get(f"{page}og.png")


@pytest.mark.parametrize("kind", ["consultation", "proposal"])
def test_a_page_names_its_picture_with_its_size_and_its_words(kind: str) -> None:
    proposal = ProposalFactory(title="水辺に<木陰>を")
    page = (proposal if kind == "proposal" else proposal.consultation).get_absolute_url()
    named = dict(META.findall(Client().get(page).content.decode()))
    assert named["og:image"] == f"{HOST}{page}og.png"
    words = "水辺に&lt;木陰&gt;を" if kind == "proposal" else proposal.consultation.title
    assert words in named["og:image:alt"]
    image = Image.open(io.BytesIO(Client().get(named["og:image"].removeprefix(HOST)).content))
    assert image.size == (int(named["og:image:width"]), int(named["og:image:height"])) == (1200, 630)


def test_a_draft_has_none_whoever_asks(sign_in: Callable[[Any], Client]) -> None:
    """What is shared is shared with everybody; the page of a draft names the picture of the site."""
    draft, secretariat = ConsultationFactory(draft=True), sign_in(make_secretariat())
    assert image_of(draft.get_absolute_url(), secretariat).status_code == 404
    page = secretariat.get(draft.get_absolute_url()).content.decode()
    assert "/static/img/og." in dict(META.findall(page))["og:image"]


@pytest.mark.parametrize(
    ("state", "kind", "note"),
    [
        ({}, "意見を募集しています", "残り30日・"),
        ({"upcoming": True}, "意見募集の予告", "から受け付けます"),
        ({"closed": True}, "募集は終わりました", "市の回答予定日：令和"),
        ({"answered": True}, "市が回答しました", "に回答"),
    ],
)
def test_it_says_where_the_consultation_stands(state: dict[str, Any], kind: str, note: str) -> None:
    card = card_of_consultation(ConsultationFactory(**state))
    assert card.kind == kind
    assert note in card.note


def test_the_last_day_is_said_and_the_picture_of_yesterday_is_another_one() -> None:
    asked = ConsultationFactory(closes_at=timezone.localtime().replace(hour=0, minute=0) + timedelta(days=1))
    assert card_of_consultation(asked).note.startswith("本日締切")
    before = image_of(asked.get_absolute_url())
    asked.reschedule(by=make_secretariat(), reason="延長", closes_at=asked.closes_at + timedelta(days=1))
    assert card_of_consultation(asked).note.startswith("残り1日")
    assert image_of(asked.get_absolute_url()).headers["ETag"] != before.headers["ETag"]


def test_it_says_the_same_to_everybody() -> None:
    asked = ConsultationFactory()
    japanese, english = Client(), Client(headers={"accept-language": "en"})
    english.cookies["django_language"] = "en"
    assert image_of(asked.get_absolute_url(), english).content == image_of(asked.get_absolute_url(), japanese).content


def test_a_voice_is_shown_without_a_name() -> None:
    proposal = ProposalFactory(public_name="川べりの人", body="木陰のあるベンチがほしい")
    card = card_of_proposal(proposal)
    assert (card.title, card.about, card.note) == (proposal.body, proposal.code, proposal.consultation.title)
    assert "川べりの人" not in repr(card)


def test_what_is_hidden_is_gone_from_the_next_request(made: Path) -> None:
    proposal, moderator = ProposalFactory(), make_moderator()
    url = proposal.get_absolute_url()
    etag = image_of(url).headers["ETag"]
    hidden(proposal, moderator)
    asks_again = Client(headers={"if-none-match": etag})
    for browser in (Client(), asks_again):
        gone = image_of(url, browser)
        assert gone.status_code == 410
        assert proposal.body not in gone.content.decode()
    delete_public_files()
    assert not [file for file in made.rglob("*") if file.is_file() and file.name != "lock"]


@pytest.mark.parametrize(("state", "status"), [(State.HELD, 404), (State.WITHDRAWN, 410)])
def test_what_is_not_public_has_no_picture_even_for_its_author(
    state: State, status: int, sign_in: Callable[[Any], Client]
) -> None:
    proposal = ProposalFactory()
    if state == State.WITHDRAWN:
        actions.withdraw_proposal(proposal=proposal, by=proposal.author)
    else:
        type(proposal).objects.filter(pk=proposal.pk).update(state=state, published_at=None)
    for browser in (Client(), sign_in(proposal.author)):
        assert image_of(proposal.get_absolute_url(), browser).status_code == status
