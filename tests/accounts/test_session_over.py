"""The session ends while somebody writes: no page goes, no word goes, and the sign-in leads back to where one stood."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.accounts import kept_posts
from tests.accounts.factories import UserFactory, make_secretariat
from tests.accounts.test_sign_in import DOOR
from tests.consultations.factories import ConsultationFactory, ProposalFactory
from tests.council.factories import OrganizationFactory
from tests.safety.pages import Page

pytestmark = pytest.mark.django_db
BACKEND = "apps.accounts.backends.PortalBackend"
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/consultations/parks/propose/"}


@pytest.fixture
def asked() -> Any:
    return ConsultationFactory(slug="parks")


def sign_in_and_go_on(client: Client, sent: Any) -> Any:
    """From the answer that led to the door, through it in the same session, to the page behind it."""
    assert sent.url.startswith(DOOR), sent.url
    client.get(sent.url)
    client.force_login(UserFactory(), backend=BACKEND)
    return client.get(client.get(sent.url).url)


def typed(asked: Any, **changes: Any) -> dict[str, Any]:
    return {
        "question": asked.questions.first().pk, "body": "木陰がほしい", "title": "木陰", "name": "anonymous", "nickname": "",
        "tags": "公園", "age_band": "30s", "district": "", "relation": "", "submit_key": str(uuid.uuid4()),
        "step": "preview", **changes,
    }  # fmt: skip


def test_a_part_asked_for_by_itself_gets_a_sentence_and_no_door(client: Client, asked: Any) -> None:
    answer = client.post("/consultations/parks/similar/", {"body": "木陰"}, headers=HTMX)
    assert answer.status_code == 401
    assert "data-refusal" in answer.text
    assert "/accounts/login/?next=/consultations/parks/propose/" in answer.text


def test_after_the_sign_in_one_stands_on_the_form_with_ones_words(client: Client, asked: Any) -> None:
    sent = client.post("/consultations/parks/propose/", typed(asked))
    page = sign_in_and_go_on(client, sent)
    form = page.context["form"]
    shown = {name: form[name].value() for name in ("body", "title", "tags", "age_band")}
    assert shown == {"body": "木陰がほしい", "title": "木陰", "tags": "公園", "age_band": "30s"}
    assert "まだ送られていません" in page.text
    assert page.text.count("木陰がほしい") == 2  # in its field, and to be copied

    client.post("/consultations/parks/propose/", typed(asked, step="post", consent="on"))
    assert "木陰がほしい" not in client.get("/consultations/parks/propose/").text


def test_a_comment_comes_back_on_the_page_it_was_written_on(client: Client) -> None:
    voice = ProposalFactory()
    words = {
        "body": "よい考えです",
        "name": "anonymous",
        "nickname": "",
        "consent": "on",
        "submit_key": str(uuid.uuid4()),
        "parent": "",
        "hinted": "",
    }
    page = voice.get_absolute_url()
    sent = client.post(f"{page}comments/", words, headers={"Referer": f"http://testserver{page}"})
    shown = sign_in_and_go_on(client, sent).text
    assert "よい考えです</textarea>" in shown
    assert words["submit_key"] in shown  # sent again it is the same comment, not a second one
    again = client.post(f"{page}comments/", words, headers={"Referer": f"http://testserver{page}comments/"})
    assert again.status_code == 302  # signed in now: posted


def test_a_page_that_came_back_with_errors_at_a_button_s_address_is_not_led_to(client: Client) -> None:
    page = ProposalFactory().get_absolute_url()
    sent = client.post(f"{page}comments/", {"body": ""}, headers={"Referer": f"http://testserver{page}comments/"})
    assert sent.url == f"{DOOR}?next={page}"


@pytest.mark.parametrize("typed_next", ["/consultations/parks/similar/", "/consultations/parks/follow/"])
def test_a_typed_next_that_only_takes_post_is_not_followed(client: Client, asked: Any, typed_next: str) -> None:
    client.force_login(UserFactory(), backend=BACKEND)
    assert client.get(f"{DOOR}?next={typed_next}").url == "/"
    assert client.get(f"{DOOR}?next=/consultations/parks/").url == "/consultations/parks/"


def test_words_wait_for_no_other_person(client: Client, asked: Any) -> None:
    client.force_login(UserFactory(is_active=False), backend=BACKEND)  # their session is over, not their name
    client.logout()
    sent = client.post("/consultations/parks/propose/", typed(asked))
    client.get(DOOR)  # somebody comes to the door by themselves
    assert kept_posts.KEY not in client.session
    assert "木陰がほしい" not in sign_in_and_go_on(client, sent).text


def test_words_wait_for_an_hour(client: Client, asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = client.post("/consultations/parks/propose/", typed(asked))
    monkeypatch.setattr(kept_posts, "AGE", -1)
    assert "木陰がほしい" not in sign_in_and_go_on(client, sent).text


def test_too_much_is_not_kept_for_a_visitor(client: Client, asked: Any) -> None:
    client.post("/consultations/parks/propose/", typed(asked, body="あ" * kept_posts.LONGEST))
    assert kept_posts.KEY not in client.session


def test_what_staff_typed_comes_back_after_the_sign_in(client: Client, sign_in: Callable[[Any], Client]) -> None:
    page, browser = "/admin/consultations/consultation/add/", sign_in(make_secretariat())
    form = next(form for form in Page(page, browser.get(page).text).forms if "summary" in form.names)
    sent = client.post(page, form.filled() | {"title": "公園の話", "slug": "talk", "summary": "木陰について"})
    assert sent.url == f"{DOOR}?next={page}"
    session = browser.session
    session[kept_posts.KEY] = client.session[kept_posts.KEY]
    session.save()
    shown = browser.get(page).context["adminform"].form
    assert (shown["title"].value(), shown["summary"].value()) == ("公園の話", "木陰について")


def test_an_organization_s_long_form_comes_back(client: Client) -> None:
    own = OrganizationFactory(slug="club")
    sent = client.post("/council/organizations/club/edit/", {"name": own.name, "summary": "見守りをしています"})
    assert sent.url == f"{DOOR}?next=/council/organizations/club/edit/"
    assert "%E8%A6%8B%E5%AE%88" in client.session[kept_posts.KEY]["data"]
