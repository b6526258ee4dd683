"""A case is announced outside the portal: the feed, the notice for boards and counters, and search."""

import io
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from pypdf import PdfReader

from tests.public_comments.factories import draft_case, open_case

pytestmark = pytest.mark.django_db
PLACES = "\n".join(f"閲覧場所{number}（9時〜17時）" for number in range(10))
ATOM = "{http://www.w3.org/2005/Atom}"


def test_the_feed_has_announced_cases_with_their_state_and_days(client: Client) -> None:
    case, draft = open_case(title="緑の計画（案）"), draft_case(title="まだ秘密の案")
    entries = ET.fromstring(client.get("/public-comments/feed.xml").content).findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == [f"【募集中】{case.title}"]
    assert "募集期間" in (entries[0].findtext(f"{ATOM}summary") or "")
    assert draft.title not in client.get("/public-comments/feed.xml").text
    assert "feed.xml" in client.get("/public-comments/").text


def test_the_notice_prints_places_days_and_ways(client: Client) -> None:
    case = open_case(title="緑の計画（案）", places=PLACES, send_to="環境政策課 窓口 8時30分から")
    answer = client.get(f"{case.get_absolute_url()}notice.pdf")
    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    plain = "".join(words.split())
    assert answer.headers["Content-Type"] == "application/pdf"
    assert len(PdfReader(io.BytesIO(answer.content)).pages) == 1
    for said in (
        "緑の計画（案）",
        "閲覧場所0",
        "閲覧場所9",
        "窓口8時30分から",
        f"{case.days}日間",
        "必着",
        case.department.name,
    ):
        assert said in plain, said
    assert "notice.pdf" in client.get(case.get_absolute_url()).text


def test_a_draft_has_no_notice(client: Client) -> None:
    assert client.get(f"{draft_case().get_absolute_url()}notice.pdf").status_code == 404


def test_an_announced_case_is_found(client: Client) -> None:
    open_case(title="ひまわり畑の計画（案）")
    draft_case(title="ひまわり畑の秘密")
    html = client.get("/search/?q=ひまわり畑").text
    assert "の計画（案）" in html
    assert "の秘密" not in html
