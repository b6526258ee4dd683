"""Pages that are made once for all residents: each resident gets what a page of their own would show."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core import signing
from django.db import connection
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.consultations.models import Follow, GuestLike, Like, Proposal, State
from apps.consultations.views.guest_identity import COOKIE, SALT, _handle
from apps.core import two_phase
from apps.operations.models import Notification
from apps.page_cache import resident_pages
from tests.accounts.factories import UserFactory
from tests.consultations.factories import CommentFactory
from tests.page_cache.test_pages import cached_addresses
from tests.safety.world import City, visit

pytestmark = pytest.mark.django_db
# What differs from one page to the next, also of one reader: masked tokens and keys of forms.
OF_ITS_OWN = re.compile(rb'name="(csrfmiddlewaretoken|submit_key)" value="[^"]*"')


@pytest.fixture
def city() -> City:
    made = City()
    made.grow(2)
    return made


@pytest.fixture
def readers(city: City) -> list[User]:
    """Residents of whom different things hold, the first one nobody in particular."""
    nobody, liking, writing, waiting = UserFactory.create_batch(4)
    liking.give_consent("1", digest=False)
    for proposal in Proposal.objects.public():
        Like.objects.set(user=liking, proposal=proposal, wanted=True)
        Follow.objects.set(user=liking, consultation=proposal.consultation, wanted=True)
        CommentFactory(proposal=proposal, author=writing)
        CommentFactory(proposal=proposal, author=waiting, state=State.HELD)
    Notification.objects.notify(liking.pk, kind="reply", key="1", title="回答がありました。", url="/")
    authors = {proposal.author for proposal in Proposal.objects.public().select_related("author") if proposal.author}
    return [nobody, liking, writing, waiting, *sorted(authors, key=lambda author: author.pk)]


def answer_to(user: User, address: str) -> Any:
    client = Client()
    client.force_login(user)
    return visit(client, address)


def page_for(user: User, address: str) -> bytes:
    return OF_ITS_OWN.sub(b"", answer_to(user, address).content)


def in_all_pages() -> bytes:
    """What the pages for all residents hold before they are filled."""
    pieces = [
        piece for page in resident_pages.store.pages() for piece in (page.rendered.pieces if page.rendered else ())
    ]
    texts = [text for piece in pieces if isinstance(piece, two_phase.Choice) for text in piece.texts.values()]
    return "".join([*(piece for piece in pieces if isinstance(piece, str)), *texts]).encode()


def own_page(user: User, address: str, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """What the view makes for this reader alone."""
    with monkeypatch.context() as patch:
        patch.setattr(resident_pages, "resident_key", lambda request: None)
        return page_for(user, address)


def test_every_page_is_that_of_its_reader(city: City, readers: list[User], monkeypatch: pytest.MonkeyPatch) -> None:
    differing, not_for_all, with_keys = [], [], []
    for name, address in cached_addresses(city).items():
        if name.partition(" ")[0] not in settings.RESIDENT_PAGES or answer_to(readers[0], address).status_code != 200:
            continue
        resident_pages.store.clear()
        page_for(readers[0], address)
        if not any(page.rendered for page in resident_pages.store.pages()):
            not_for_all.append(name)
        if OF_ITS_OWN.search(in_all_pages()):
            with_keys.append(name)
        differing += [
            f"{name} {address} for reader {number}"
            for number, reader in enumerate(readers if name.startswith("consultations:proposal") else readers[:3])
            if page_for(reader, address) != own_page(reader, address, monkeypatch)
        ]
    assert not differing
    assert not not_for_all
    assert not with_keys, "a token or a key of a form, which is one reader's, on the page of all"


def like(client: Client, proposal: Proposal, wanted: str) -> None:
    client.post(f"/proposals/{proposal.code}/like/", {"wanted": wanted})


def test_an_act_is_on_the_next_page_of_everybody(city: City, readers: list[User]) -> None:
    nobody = readers[0]
    proposal = Proposal.objects.public().newest()[0]
    address = proposal.consultation.get_absolute_url()
    clients = [Client(), Client()]
    for client, user in zip(clients, (nobody, UserFactory()), strict=True):
        client.force_login(user)
        assert "イイネ！しました</span>" not in client.get(address).text
    like(clients[0], proposal, "1")
    own, other = (client.get(address).text for client in clients)
    assert own.count("イイネ！しました</span>") == 1
    assert "イイネ！しました</span>" not in other
    assert f'class="like__number">{proposal.like_count + 1}</span>' in other


def test_what_was_hidden_is_gone_from_the_next_page(city: City, readers: list[User]) -> None:
    proposal = Proposal.objects.public().newest()[0]
    client = Client()
    client.force_login(readers[0])
    assert proposal.code in client.get(proposal.consultation.get_absolute_url()).text
    assert client.get(proposal.get_absolute_url()).status_code == 200
    Proposal.objects.filter(pk=proposal.pk).update(state=State.HIDDEN)
    assert proposal.code not in client.get(proposal.consultation.get_absolute_url()).text
    assert client.get(proposal.get_absolute_url()).status_code == 410


def test_a_kept_page_costs_few_statements(city: City, readers: list[User]) -> None:
    client = Client()
    client.force_login(readers[0])
    address = Proposal.objects.public().newest()[0].consultation.get_absolute_url()
    client.get(address)
    with CaptureQueriesContext(connection) as statements:
        client.get(address)
    assert len(statements) == 6  # session, person; stamps; follows, likes, unread notifications


def test_whoever_has_a_role_or_a_message_gets_a_page_of_their_own(city: City, readers: list[User]) -> None:
    client = Client()
    client.force_login(readers[0])
    proposal = Proposal.objects.public().newest()[0]
    client.get(proposal.get_absolute_url())
    client.post(f"/proposals/{proposal.code}/comments/", {"body": "", "submit_key": "x"})
    own = client.post(f"/consultations/{proposal.consultation.slug}/follow/", {"wanted": "1"})
    assert own.status_code == 302
    with_message = client.get(own["Location"])
    assert 'class="messages"' in with_message.text
    assert 'class="messages"' not in client.get(own["Location"]).text


def test_a_token_that_is_not_in_its_slot_is_noted() -> None:
    request = RequestFactory().get("/")
    request.user, request.session = UserFactory.build(), SessionStore()
    with two_phase.rendering_for_any_reader(request) as slots:
        get_token(request)
    assert slots.refused == "CSRF token"
    with two_phase.rendering_for_any_reader(request) as slots:
        pass
    assert not slots.refused
    assert request.META[two_phase.TOKEN_WAS_MADE], "Django still sets the cookie of the token before"


def guest(identity: str) -> Client:
    """A browser that has a number, and nobody signed in."""
    client = Client()
    client.cookies[COOKIE] = signing.get_cookie_signer(salt=COOKIE + SALT).sign(identity)
    return client


def test_every_page_is_that_of_its_guest(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    for proposal in Proposal.objects.public():
        GuestLike.objects.set(handle=_handle("liking"), proposal=proposal, wanted=True)
    differing, not_for_all, liked = [], [], 0
    for name, address in cached_addresses(city).items():
        if name.partition(" ")[0] not in settings.RESIDENT_PAGES or visit(Client(), address).status_code != 200:
            continue
        resident_pages.store.clear()
        for identity in ("nobody", "liking"):
            kept = OF_ITS_OWN.sub(b"", visit(guest(identity), address).content)
            with monkeypatch.context() as patch:
                patch.setattr(resident_pages, "resident_key", lambda request: None)
                own = OF_ITS_OWN.sub(b"", visit(guest(identity), address).content)
            differing += [] if kept == own else [f"{name} {address} for {identity}"]
            liked += kept.count("イイネ！しました</span>".encode())
        if not any(page.rendered for page in resident_pages.store.pages()):
            not_for_all.append(name)
    assert not differing
    assert not not_for_all
    assert liked, "the likes of a browser stand on its pages"


def test_a_guest_page_is_no_residents_and_costs_few_statements(city: City, readers: list[User]) -> None:
    proposal = Proposal.objects.public().newest()[0]
    address = proposal.consultation.get_absolute_url()
    GuestLike.objects.set(handle=_handle("liking"), proposal=proposal, wanted=True)
    assert "マイページ" in answer_to(readers[0], address).text
    assert "マイページ" not in guest("nobody").get(address).text
    with CaptureQueriesContext(connection) as statements:
        html = guest("liking").get(address).text
    assert html.count("イイネ！しました</span>") == 1
    assert len(statements) == 2  # stamps; likes
    assert "イイネ！しました</span>" not in Client().get(address).text


def test_who_is_signed_in_in_a_guests_browser_gets_a_page_of_their_own(city: City, readers: list[User]) -> None:
    client = guest("liking")
    client.force_login(readers[0])
    address = Proposal.objects.public().newest()[0].consultation.get_absolute_url()
    resident_pages.store.clear()
    client.get(address)
    assert not list(resident_pages.store.pages())


def test_any_reader_tells_nothing() -> None:
    slots = two_phase.Slots()
    reader = two_phase.AnyReader(slots)
    for ask in ("pk", "nickname", "email"):
        with pytest.raises(two_phase.NotForAnyReaderError):
            getattr(reader, ask)
    with pytest.raises(two_phase.NotForAnyReaderError):
        str(reader)
    with pytest.raises(two_phase.NotForAnyReaderError):
        two_phase.NoSession(slots)["key"]
    assert slots.refused == "pk"
