"""On English pages every choice has its English name: no label of a status, stage, channel or grade is left in Japanese."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.utils.translation import override

from apps.consultations.models import ReplyStatus
from apps.core.language_marks import JAPANESE
from apps.plans.models import Grade
from tests.plans.factories import grade
from tests.safety.world import City, visit

pytestmark = pytest.mark.django_db
WORDS_OF_STAFF = re.compile(r'<div class="reply__body">.*?</div>', re.DOTALL)
OWN_NAMES = {"日本語", "やさしい日本語", "こども"}  # the switch says each language in itself


class Texts(HTMLParser):
    """Collects what stands between two tags, and what attributes say."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(WORDS_OF_STAFF.sub("", html))

    def handle_data(self, data: str) -> None:
        self.found.add(" ".join(data.split()))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {value for name, value in attrs if name in {"alt", "aria-label", "title", "content"} and value}


def labels() -> Iterator[str]:
    """Every Japanese name of a choice: of columns, and of the scales that are rows."""
    with override("ja"):
        for model in apps.get_models():
            if model.__module__.startswith("apps."):
                for field in model._meta.concrete_fields:
                    yield from (str(label) for _value, label in field.flatchoices)
        for status in ReplyStatus.objects.all():
            yield from (status.name, status.meaning)
        yield from Grade.objects.values_list("words", flat=True)


def labels_on_pages(city: City, language: str) -> dict[str, str]:
    """The Japanese names of choices on the pages that everybody may open, and one address of each."""
    wanted = {label for label in labels() if JAPANESE.search(label)} - OWN_NAMES
    browser, found = Client(), dict[str, str]()
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    for name, address in city.addresses().items():
        # A published report keeps the names of its day: kinds of procedures are rows that staff name.
        if name.startswith(("admin:", "participation:")):
            continue
        answer = visit(browser, address)
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            found |= dict.fromkeys(wanted & Texts(answer.text).found, address)
    return found


def test_no_choice_keeps_its_japanese_name_on_an_english_page(quiet_log: None) -> None:
    grade("A"), grade("B")
    Grade.objects.filter(words_en="").update(words_en="As planned")
    city = City()
    city.grow(1)
    assert len(labels_on_pages(city, "ja")) > 15, "the pages name choices"
    assert labels_on_pages(city, "en") == {}


def test_what_staff_have_not_named_in_english_stays_in_japanese_and_is_marked(quiet_log: None) -> None:
    city = City()
    city.grow(1)
    ReplyStatus.objects.update(name_en="")
    found = labels_on_pages(city, "en")
    assert set(found) & set(ReplyStatus.objects.values_list("name", flat=True))


def test_the_statuses_that_the_portal_begins_with_have_english_names() -> None:
    assert not ReplyStatus.objects.filter(name_en="").exists()
    status = ReplyStatus.objects.get(code="reviewing")
    with override("en"):
        assert (status.shown_name, ReplyStatus.objects.shown_names()["検討中"]) == ("Under review", "Under review")
    with override("ja"):
        assert (status.shown_name, ReplyStatus.objects.shown_names()) == ("検討中", {})
