"""Words of a group of persons: for staff of the consultation only, counts of five people or more, and nothing that leads
to one of them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.analysis.models import Snapshot
from apps.consultations.models import Consultation, Proposal, Tag
from apps.core.date_formats import era_day
from tests.accounts.factories import UserFactory, make_moderator, make_staff
from tests.analysis.looking import URL, counts, page
from tests.vision.factories import ViewpointFactory

pytestmark = pytest.mark.django_db


def test_under_an_attribute_only_counts_of_five_people_are_shown(
    staff: Client, voices: Callable[..., list[Proposal]]
) -> None:
    voices(*["公園のベンチ"] * 4, "公園の木陰", age_band="20s")
    voices("公園と図書館", "公園", age_band="30s")
    html = page(staff, f"{URL}?age_band=20s")
    assert "公園：5回、5件の意見、5人" in html
    assert "ベンチ" not in html
    assert "/words/words/" not in html
    assert set(counts(staff, "?age_band=20s")) == {"公園"}
    assert "<a " not in staff.get("/analysis/words.svg?age_band=20s").content.decode()
    small = page(staff, f"{URL}?age_band=30s")
    assert "5人に満たないため" in small
    assert "図書館" not in small
    assert "意見2件" not in staff.get("/analysis/words.svg?age_band=30s").content.decode()
    facts = staff.get("/analysis/words.json?age_band=30s").json()
    assert (facts["意見の数"], facts["人の数"]) == (None, None)
    refused = staff.get("/analysis/words/words/公園/?age_band=20s")
    assert refused.status_code == 422
    assert "ベンチ" not in refused.content.decode()


def test_one_attribute_at_a_time(staff: Client, theme: Consultation) -> None:
    html = page(staff, f"{URL}?age_band=20s&district=north", status=422)
    assert "一度に一つだけ選べます" in html
    assert staff.get("/analysis/words.json?age_band=20s&district=north").status_code == 422


@pytest.mark.parametrize("more", ["since=2025-01-01", "until=2030-01-01", "channel=web", "tag=water", "reply=waiting"])
def test_an_attribute_is_asked_for_alone(staff: Client, theme: Consultation, more: str) -> None:
    """Two groups of five that differ by one day or tag would tell the attribute of whoever wrote on that day."""
    Tag.objects.create(name="water", is_approved=True)
    assert "ほかの条件といっしょには選べません" in page(staff, f"{URL}?age_band=20s&{more}", status=422)
    assert staff.get(f"/analysis/words.json?district=north&{more}").status_code == 422
    compared = staff.get(f"{URL}compare/?a-age_band=20s&a-{more}&b-district=north")
    assert compared.status_code == 422


def test_a_group_of_people_has_no_days(staff: Client, voices: Callable[..., list[Proposal]]) -> None:
    """Its first and last day would tell the attribute of whoever wrote alone on that day."""
    voices(*["公園のベンチ"] * 5, age_band="20s")
    assert staff.get("/analysis/words.json").json()["期間のはじめ"]
    day = era_day(timezone.localdate())
    assert f"5人）・{day}・" in page(staff, URL)
    group = staff.get("/analysis/words.json?age_band=20s").json()
    assert (group["人の数"], group["期間のはじめ"], group["期間のおわり"]) == (5, None, None)
    assert f"5人）・{day}時点" in page(staff, f"{URL}?age_band=20s")


def test_nobody_else_narrows_by_an_attribute_and_is_told_where_the_numbers_are(
    client: Client, voices: Callable[..., list[Proposal]]
) -> None:
    ViewpointFactory(number=1)
    voices(*["公園のベンチ"] * 6, age_band="20s", district="north", relation="works")
    files = [".json", ".csv", ".svg", ".png", "/", "/words/公園/", "/network/", "/weeks/"]
    for number, name in enumerate([f"{of}{file}" for of in ("words", "viewpoints/1") for file in files]):
        query = ["age_band=20s", "district=north", "relation=works", "age_band=20s&district=x"][number % 4]
        answer = client.get(f"/analysis/{name}?{query}")
        assert answer.status_code == 422, name
        html = answer.content.decode()
        assert "結果報告" in (html if "json" not in name else str(answer.json())), name
        assert "ベンチ" not in html, name
        assert 'name="age_band"' not in html, name
    compared = client.get("/analysis/words/compare/?b-relation=works")
    assert compared.status_code == 422
    assert "結果報告" in compared.content.decode()


def test_staff_of_the_consultation_look_live_and_other_staff_do_not(
    theme: Consultation, voices: Callable[..., list[Proposal]], sign_in: Callable[[Any], Client]
) -> None:
    voices(*["公園のベンチ"] * 6, age_band="20s")
    voices(*["公園の木陰"] * 6, age_band="40s")
    looked = {
        name: (
            sign_in(person).get("/analysis/words.json?age_band=20s").status_code,
            "年代ごと" in page(sign_in(person), f"{URL}groups/"),
        )
        for name, person in {
            "own": make_staff(theme.department),
            "other": make_staff(),
            "moderator": make_moderator(),
            "resident": UserFactory(),
        }.items()
    }
    assert looked == {"own": (200, True), "other": (422, False), "moderator": (422, False), "resident": (422, False)}


def test_a_snapshot_by_an_attribute_is_for_staff_of_the_consultation_only(
    client: Client, staff: Client, voices: Callable[..., list[Proposal]]
) -> None:
    voices(*["公園のベンチ"] * 6, age_band="20s")
    voices(*["公園の木陰"] * 6, age_band="40s")
    for kind, query in (("cloud", "age_band=20s"), ("compare", "a-age_band=20s"), ("groups", "")):
        staff.post(f"{URL}freeze/?{query}", {"kind": kind, "title": "夏のまとめ"})
    cloud, compared, groups = Snapshot.objects.order_by("pk")
    for kept in (cloud, compared):
        assert staff.get(kept.get_absolute_url()).status_code == 200
        assert client.get(kept.get_absolute_url()).status_code == 404
        assert kept.get_absolute_url() not in page(client, URL)
        assert kept.get_absolute_url() in page(staff, URL)
    assert "年代ごと" in page(staff, groups.get_absolute_url())
    assert "年代ごと" not in page(client, groups.get_absolute_url())
    assert "20代" not in page(client, groups.get_absolute_url())
