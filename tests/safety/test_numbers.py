"""A printed number leads to its thing from every search box that a visitor or the staff meets."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from apps.core.code_lookup import find_numbered, numbered_models, parse_number
from tests.accounts.factories import make_secretariat
from tests.consultations.factories import ProposalFactory, TopicFactory
from tests.council.factories import ProjectFactory
from tests.plans.factories import published_sheet
from tests.safety.pages import Form, Page
from tests.safety.test_get_is_safe import crawl
from tests.safety.world import City

pytestmark = pytest.mark.django_db


SPELLINGS = ["C26-0043", "c26-0043", "Ｃ２６－００４３", "C26ー0043", "c26−0043", "C26‐0043", " C26-0043 ", "C260043"]


@pytest.mark.parametrize("typed", SPELLINGS)
def test_a_number_is_read_in_every_width_and_with_every_dash(typed: str) -> None:
    assert parse_number(typed) == "C26-0043"


@pytest.mark.parametrize("typed", ["", "公園", "C26", "26-0043", "C26-0043のこと", "C26-0043 公園", "CC26-0043"])
def test_other_words_are_no_number(typed: str) -> None:
    assert parse_number(typed) == ""


def numbered_things() -> list[Any]:
    """One public thing of every model that has numbers."""
    voice = ProposalFactory()
    topic = TopicFactory(consultation=voice.consultation)
    topic.group([voice], by=None)
    topic.publish(by=None)
    things = [voice, topic, ProjectFactory()]
    assert {type(thing) for thing in things} == set(numbered_models())
    return things


def test_every_search_box_finds_every_kind_of_number(quiet_log: None) -> None:
    city = City()
    city.grow(1)
    published_sheet()
    things, boxes = numbered_things(), dict[str, Form]()

    def note(page: Page) -> None:
        for form in page.forms:
            if form.method == "get" and "q" in form.names:
                boxes.setdefault(urlsplit(form.action).path, form)

    crawl(Client(), ["/", "/consultations/", "/council/", "/plans/", "/vision/"], note)
    assert len(boxes) >= 7, sorted(boxes)
    for address in boxes:
        for thing in things:
            page = Client().get(address, {"q": thing.code.lower()}).text
            assert f'href="{thing.get_absolute_url()}"' in page, (address, thing.code)


def test_the_lists_of_the_admin_site_find_by_number(sign_in: Callable[[Any], Client]) -> None:
    browser = sign_in(make_secretariat())
    for thing in numbered_things():
        name = type(thing)._meta
        page = browser.get(f"/admin/{name.app_label}/{name.model_name}/", {"q": thing.code}).text
        assert f"/admin/{name.app_label}/{name.model_name}/{thing.pk}/change/" in page
        page = browser.get(f"/admin/{name.app_label}/{name.model_name}/", {"q": "Z99-9999"}).text
        assert f"/{thing.pk}/change/" not in page


def test_what_is_not_public_is_found_by_no_number() -> None:
    hidden, draft = ProposalFactory(state="hidden"), ProjectFactory(published_at=None)
    assert find_numbered(hidden.code) == []
    assert find_numbered(draft.code) == []
