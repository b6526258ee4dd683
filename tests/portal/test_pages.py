"""The city's own pages, and what search engines are told."""

from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.management import call_command
from django.test import Client

from apps.operations.models import Contact
from tests.consultations.factories import ConsultationFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("slug", ["terms", "privacy", "contact"])
def test_the_first_draft_is_loaded_and_says_that_it_is_one(client: Client, slug: str) -> None:
    call_command("loaddata", "site_pages", verbosity=0)
    html = client.get(f"/{slug}/").content.decode()
    assert "これは初期案です" in html
    assert "第1版" in html
    assert html.count("<h1") == 1


@pytest.mark.parametrize("slug", ["terms", "privacy", "contact"])
def test_a_missing_page_gets_a_sentence(client: Client, slug: str) -> None:
    response = client.get(f"/{slug}/")
    assert response.status_code == 404
    assert "ページが見つかりません" in response.content.decode()


@pytest.mark.usefixtures("without_page_cache")
def test_the_address_of_the_settings_stands_until_staff_enter_one(client: Client, settings: Any) -> None:
    call_command("loaddata", "site_pages", verbosity=0)
    assert "mailto:" not in client.get("/contact/").content.decode()
    settings.CONTACT_EMAIL = "sanka@city.example.jp"
    assert 'href="mailto:sanka@city.example.jp"' in client.get("/contact/").content.decode()
    assert "sanka@city.example.jp" not in client.get("/terms/").content.decode()
    Contact.objects.update(email="kikaku@city.example.jp")
    assert 'href="mailto:kikaku@city.example.jp"' in client.get("/contact/").text


def test_the_sitemap_names_public_themes_only(client: Client) -> None:
    public, draft = ConsultationFactory(), ConsultationFactory(draft=True)
    response = client.get("/sitemap.xml")
    assert response["Content-Type"].startswith("application/xml")
    places = [place.text for place in ElementTree.fromstring(response.content).iter() if place.tag.endswith("loc")]
    assert f"http://localhost:8000{public.get_absolute_url()}" in places
    assert f"http://localhost:8000{draft.get_absolute_url()}" not in places


def test_robots_keep_away_from_what_belongs_to_one_person(client: Client) -> None:
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /me/" in text
    assert "Sitemap: http://localhost:8000/sitemap.xml" in text
