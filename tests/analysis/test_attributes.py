"""Words of a group of persons: counts of five people or more, and nothing that leads to one of them."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from apps.consultations.models import Consultation, Proposal, Tag
from tests.analysis.looking import URL, counts, page

pytestmark = pytest.mark.django_db


def test_under_an_attribute_only_counts_of_five_people_are_shown(
    client: Client, voices: Callable[..., list[Proposal]]
) -> None:
    voices(*["公園のベンチ"] * 4, "公園の木陰", age_band="20s")
    voices("公園と図書館", "公園", age_band="30s")
    html = page(client, f"{URL}?age_band=20s")
    assert "公園：5回、5件の意見、5人" in html
    assert "ベンチ" not in html
    assert "/words/words/" not in html
    assert set(counts(client, "?age_band=20s")) == {"公園"}
    assert "<a " not in client.get("/analysis/words.svg?age_band=20s").content.decode()
    small = page(client, f"{URL}?age_band=30s")
    assert "5人に満たないため" in small
    assert "図書館" not in small
    assert "意見2件" not in client.get("/analysis/words.svg?age_band=30s").content.decode()
    facts = client.get("/analysis/words.json?age_band=30s").json()
    assert (facts["意見の数"], facts["人の数"]) == (None, None)
    refused = client.get("/analysis/words/words/公園/?age_band=20s")
    assert refused.status_code == 422
    assert "ベンチ" not in refused.content.decode()


def test_one_attribute_at_a_time(client: Client, theme: Consultation) -> None:
    html = page(client, f"{URL}?age_band=20s&district=north", status=422)
    assert "一度に一つだけ選べます" in html
    assert client.get("/analysis/words.json?age_band=20s&district=north").status_code == 422


@pytest.mark.parametrize("more", ["since=2025-01-01", "until=2030-01-01", "channel=web", "tag=water", "reply=waiting"])
def test_an_attribute_is_asked_for_alone(client: Client, theme: Consultation, more: str) -> None:
    """Two groups of five that differ by one day or tag would tell the attribute of whoever wrote on that day."""
    Tag.objects.create(name="water", is_approved=True)
    assert "ほかの条件といっしょには選べません" in page(client, f"{URL}?age_band=20s&{more}", status=422)
    assert client.get(f"/analysis/words.json?district=north&{more}").status_code == 422
    compared = client.get(f"{URL}compare/?a-age_band=20s&a-{more}&b-district=north")
    assert compared.status_code == 422


def test_a_group_of_people_has_no_days(client: Client, voices: Callable[..., list[Proposal]]) -> None:
    """Its first and last day would tell the attribute of whoever wrote alone on that day."""
    voices(*["公園のベンチ"] * 5, age_band="20s")
    assert client.get("/analysis/words.json").json()["期間のはじめ"]
    day = date_format(timezone.localdate(), "Y年n月j日")
    assert f"5人）・{day}・" in page(client, URL)
    group = client.get("/analysis/words.json?age_band=20s").json()
    assert (group["人の数"], group["期間のはじめ"], group["期間のおわり"]) == (5, None, None)
    assert f"5人）・{day}時点" in page(client, f"{URL}?age_band=20s")
