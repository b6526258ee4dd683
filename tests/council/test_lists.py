"""The council's lists as files, and its organizations by the side and kind that they are of."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.council.models import Challenge, Match, Sector
from tests.consultations.factories import ProposalFactory
from tests.council.factories import (
    OrganizationFactory,
    OrganizationKindFactory,
    published_challenge,
    published_offer,
)
from tests.vision.factories import FieldFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


def rows(path: str) -> list[dict[str, str]]:
    answer = Client().get(path)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text)))


def test_organizations_are_narrowed_by_side_and_kind_and_their_file_too() -> None:
    school = OrganizationKindFactory(slug="school", name="大学")
    OrganizationFactory(name="試験大学", sector=Sector.ACADEMIA, kind=school)
    OrganizationFactory(name="試験電機", sector=Sector.INDUSTRY)
    OrganizationFactory(name="試験組合", sector=Sector.INDUSTRY, is_member=False)
    OrganizationFactory(name="未公開団体", sector=Sector.ACADEMIA, kind=school, is_public=False)
    for query, found in (
        ("sector=academia", "試験大学"),
        ("kind=school", "試験大学"),
        ("kind=company&sector=industry", "試験電機"),
    ):
        page = Client().get(f"/council/?{query}").text
        assert [name for name in ("試験大学", "試験電機", "未公開団体") if name in page] == [found]
        assert found in [row["団体名"] for row in rows(f"/council/organizations.csv?{query}")]
    assert "あてはまる構成団体はありません。" in Client().get("/council/?sector=government").text
    for broken in ("kind=none", "sector=x", "kind=²&sector="):  # an old or odd address shows all
        assert "試験電機" in Client().get(f"/council/?{broken}").text
    assert {row["団体名"] for row in rows("/council/organizations.csv")} == {"試験大学", "試験電機", "試験組合"}
    assert {row["団体名"]: row["構成団体"] for row in rows("/council/organizations.csv")}["試験組合"] == "いいえ"


def test_challenges_offers_and_matches_are_files_of_what_is_public() -> None:
    voice, field = ProposalFactory(), FieldFactory(slug="safety")
    of_resident = published_challenge(proposal=voice, written_by=voice.author, title="=夜道")
    Challenge.objects.filter(pk=published_challenge(title="確認待ちの課題").pk).update(state="waiting")
    of_city = published_challenge(title="落ち葉")
    of_city.fields.add(field)
    found = rows("/council/challenges.csv")
    assert [row["題名"] for row in found] == ["落ち葉", "'=夜道"]
    assert found[1]["出した者"] == "市民"
    assert [row["題名"] for row in rows("/council/challenges.csv?field=safety")] == ["落ち葉"]
    offer, waiting = published_offer(title="センサー"), published_offer(title="ひみつの提案", state="waiting")
    assert [row["題名"] for row in rows("/council/offers.csv")] == ["センサー"]
    now = timezone.now()
    for other in (offer, waiting):
        yes = {"challenger_confirmed_at": now, "offerer_confirmed_at": now}
        Match.objects.create(challenge=of_resident, offer=other, **yes)
    matched = rows("/council/matches.csv")
    assert [(row["課題"], row["提案"], row["成立した日"]) for row in matched] == [
        ("'=夜道", "センサー", timezone.localdate(now).isoformat())
    ]
    page = Client().get("/council/challenges/?field=safety").text
    assert "/council/challenges.csv?field=safety" in page
