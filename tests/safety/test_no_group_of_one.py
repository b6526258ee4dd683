"""Who an anonymous author is (age band, district, relation) cannot be worked out: not from two pages, not from two moments.

An attacker polls everything that the public can open, with every filter that a page offers and every attribute as a
parameter, before and after a post. Whatever attributes the author gave, the answers are the same: there is nothing to
subtract.
"""

import io
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from apps.accounts.models import User
from apps.analysis.tasks import read_proposals
from apps.consultations.models import Consultation, Proposal, ResultReport
from apps.consultations.models.answers.result_statistics import shown_groups
from tests.accounts.factories import UserFactory, make_secretariat
from tests.consultations.factories import ConsultationFactory, ProposalFactory
from tests.safety.pages import Page
from tests.safety.test_get_is_safe import crawl
from tests.safety.world import City, visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quiet_log")]
TOKEN = re.compile(rb'name="(?:csrfmiddlewaretoken|submit_key)" value="[^"]+"')
ATTRIBUTES = {
    column.name: [value for value, _label in column.choices]
    for column in Proposal._meta.concrete_fields
    if column.choices and column.name in {own.name for own in User._meta.concrete_fields}
}
ONE = {name: values[0] for name, values in ATTRIBUTES.items()}
OTHER = {name: values[-1] for name, values in ATTRIBUTES.items()}


@pytest.fixture
def now() -> Iterator[None]:
    """Two polls are of one moment: what differs between them is not the clock."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


@pytest.fixture
def city(now: None, settings: Any, tmp_path: Path) -> City:
    """Two themes under one viewpoint with six people of either kind in each, and a result report of the closed one."""
    settings.MEDIA_ROOT = tmp_path
    made = City()
    made.grow(1)
    closed = ConsultationFactory(closed=True, slug="closed", department=made.department)
    closed.viewpoints.add(made.viewpoint)
    for theme in (made.asked, closed):
        for _person in range(6):
            ProposalFactory(consultation=theme, body="公園のベンチと木陰", **ONE)
            ProposalFactory(consultation=theme, body="図書館の自習室と駐車場", **OTHER)
    read_proposals()
    ResultReport.objects.publish(consultation=closed, by=made.people["secretariat"])
    return made


def everything_public(city: City) -> list[str]:
    """Every address that a visitor can open, with every choice that a form on it offers, and every attribute tried."""
    pages: list[Page] = []
    starts = [address for address in city.addresses().values() if not address.startswith("/admin/")]
    starts += ["/consultations/closed/", "/consultations/closed/result/", "/analysis/closed/", "/analysis/closed.json"]
    opened = crawl(Client(), starts, pages.append)
    asking = {urlsplit(form.action).path: form for page in pages for form in page.forms if form.method == "get"}
    chosen = [
        f"{path}?{urlencode({control.name: value})}"
        for path, form in asking.items()
        for control in form.controls
        for value in control.options
        if value
    ]
    files = {path for path in opened if path.startswith("/analysis/") and path.endswith((".json", ".csv", ".svg"))}
    tried = [
        f"{path}?{urlencode({prefix + name: values[0]})}"
        for path in {*asking, *files}
        for name, values in ATTRIBUTES.items()
        for prefix in (("a-", "b-") if path.endswith("/compare/") else ("",))
    ]
    drawn_again = (".png", "poster.pdf", "sheet.pdf")  # what is drawn from the same counts, or holds no voices
    return sorted(path for path in {*opened, *chosen, *tried} if not path.endswith(drawn_again))


def poll(addresses: list[str]) -> dict[str, tuple[int, Any]]:
    """What each answers a visitor now, without what differs from one answer to the next."""
    cache.clear()
    found = {}
    for address in addresses:
        answer = visit(Client(), address)
        body = answer.read if answer.streaming else answer.content
        if answer.headers.get("Content-Type") == "application/pdf":  # which notes when it was drawn
            body = [page.extract_text() for page in PdfReader(io.BytesIO(body)).pages]
        found[address] = (answer.status_code, TOKEN.sub(b"", body) if isinstance(body, bytes) else body)
    return found


def differing(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """The addresses that answer otherwise."""
    return [address for address in one if one[address] != other[address]]


def test_whatever_attributes_an_author_gave_the_public_sees_the_same(city: City) -> None:
    addresses = everything_public(city)
    assert {"/analysis/city/groups/", "/analysis/viewpoints/1/groups/", "/consultations/closed/result/"} <= set(
        addresses
    )
    seen = ["/analysis/city.json", "/consultations/city/", "/consultations/closed/", "/analysis/viewpoints/1.csv"]
    before = poll(seen)
    posts = [
        ProposalFactory(consultation=theme, author=UserFactory(), body="公園のベンチを増やしてほしい", **ONE)
        for theme in (city.asked, Consultation.objects.get(slug="closed"))
    ]
    read_proposals()
    here = poll(addresses)
    assert differing(before, here) == seen, "the attacker does see that somebody wrote"
    written = Proposal.objects.filter(pk__in=[post.pk for post in posts])
    written.update(**OTHER)
    assert differing(here, poll(addresses)) == []
    groups = [address for address in addresses if address.endswith(("/groups/", "/result/", ".csv"))]
    looks = []
    for attributes in (ONE, OTHER):
        written.update(state="hidden", **attributes)
        looks.append(poll(groups))
    assert differing(*looks) == [], "what is hidden tells nothing either"


def test_a_later_edition_repeats_the_groups_of_the_first() -> None:
    closed, by = ConsultationFactory(closed=True), make_secretariat()
    for _person in range(6):
        ProposalFactory(consultation=closed, **ONE)
    first = ResultReport.objects.publish(consultation=closed, by=by)
    ProposalFactory(consultation=closed, **ONE)
    second = ResultReport.objects.publish(consultation=closed, by=by)
    assert second.figures["groups"] == first.figures["groups"]
    assert second.figures["proposals"] == first.figures["proposals"] + 1


def test_no_group_under_five_is_found_by_subtraction_in_a_breakdown() -> None:
    """What is left out of a table is, with all that its total tells, never one group alone nor fewer than five people."""
    for seed in range(500):
        chance = random.Random(seed)
        people = [chance.choice([0, 0, 1, 2, 4, 5, 6, 9, 40]) for _group in range(8)]
        groups = [{"key": key, "people": n, "n": n * chance.choice([1, 1, 2])} for key, n in enumerate(people)]
        shown = dict(shown_groups(groups))
        left_out = [group["people"] for group in groups if shown[group["key"]] is None]
        assert all(group["people"] >= 5 for group in groups if shown[group["key"]] is not None), seed
        if any(left_out) and any(n is not None for n in shown.values()):
            assert len(left_out) >= 2, seed
            assert sum(left_out) >= 5, seed
