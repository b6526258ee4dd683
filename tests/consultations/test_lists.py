"""Lists: order, filters, search in Japanese, and pages that are read on from where one stopped."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.consultations.models import Proposal, State, Tag, proposal_queryset
from apps.consultations.models.codes import RING
from tests.consultations.factories import CommentFactory, ConsultationFactory, ProposalFactory, QuestionFactory

pytestmark = pytest.mark.django_db


def codes(page: str) -> list[str]:
    """Codes of the proposals in a list, in their order."""
    return re.findall(r'proposal__code"[^>]*>(C\d\d-\d+)<', page)


def read_all(address: str) -> list[str]:
    """Codes of every page, following 次へ."""
    found, client, here = [], Client(), address
    while here:
        page = client.get(here).text
        found += codes(page)
        older = re.search(r'pagination__older" href="([^"]+)"', page)
        here = address.split("?")[0] + older[1].replace("&amp;", "&") if older else ""
    return found


@pytest.mark.parametrize("sort", ["new", "liked", "commented", "quiet"])
def test_reading_on_shows_every_voice_once(sort: str) -> None:
    asked = ConsultationFactory(slug="many")
    for number in range(47):
        likes, comments = (0, 0) if sort == "quiet" else (number % 3, number % 2)
        ProposalFactory(consultation=asked, like_count=likes, comment_count=comments, shuffle=number * (RING // 47))
    found = read_all(f"/consultations/many/?sort={sort}")
    assert len(found) == 47
    assert len(set(found)) == 47


def test_pages_lead_back_to_the_newer_ones() -> None:
    asked = ConsultationFactory(slug="many")
    for _number in range(45):
        ProposalFactory(consultation=asked)
    client, first = Client(), Client().get("/consultations/many/").text
    second_address = re.search(r'pagination__older" href="([^"]+)"', first)[1].replace("&amp;", "&")
    second = client.get("/consultations/many/" + second_address).text
    back_address = re.search(r'pagination__newer" href="([^"]+)"', second)[1].replace("&amp;", "&")
    back = client.get("/consultations/many/" + back_address).text
    assert codes(back) == codes(first)
    assert "pagination__newer" not in first


@pytest.mark.parametrize("cursor", ["x", "%00", "0.x", "1.x", "a" * 500, "²", "eyJ:1:2"])
def test_bad_cursor_gives_the_first_page_with_a_sentence(cursor: str) -> None:
    asked = ConsultationFactory(slug="many")
    for _number in range(3):
        ProposalFactory(consultation=asked)
    for sort in ("new", "quiet"):
        answer = Client().get(f"/consultations/many/?sort={sort}&cursor={cursor}")
        assert answer.status_code == 200
        assert len(codes(answer.text)) == 3


def test_tampered_cursor_is_named() -> None:
    ConsultationFactory(slug="many")
    assert "はじめから表示しています" in Client().get("/consultations/many/?cursor=abc").text


def test_cursor_of_another_list_is_not_accepted() -> None:
    asked = ConsultationFactory(slug="many")
    for _number in range(25):
        ProposalFactory(consultation=asked)
    first = Client().get("/consultations/many/").text
    cursor = re.search(r"cursor=([^\"&]+)", first)[1]
    assert "はじめから" in Client().get(f"/consultations/many/?sort=liked&cursor={cursor}").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("公園", True),
        ("ベンチ", True),
        ("べんち", True),
        ("ﾍﾞﾝﾁ", True),
        ("木陰 公園", True),
        ("Ｗｉ－Ｆｉ", True),
        ("プール", False),
    ],
)
def test_search_finds_japanese(query: str, found: bool) -> None:
    asked = ConsultationFactory(slug="search")
    ProposalFactory(consultation=asked, body="公園に木陰のベンチと wi-fi がほしい")
    page = Client().get("/consultations/search/", {"q": query}).text
    assert bool(codes(page)) is found


def test_search_finds_a_single_letter_and_not_scattered_pairs() -> None:
    asked = ConsultationFactory(slug="search")
    ProposalFactory(consultation=asked, body="多摩川の水辺")
    ProposalFactory(consultation=asked, body="摩天楼と多摩と川")
    assert len(codes(Client().get("/consultations/search/", {"q": "川"}).text)) == 2
    assert len(codes(Client().get("/consultations/search/", {"q": "多摩川"}).text)) == 1


@pytest.mark.parametrize("query", ["%00", "'", "\\", "%", "_", "²", "a" * 300, "<script>", "🙂"])
def test_odd_searches_get_a_page(query: str) -> None:
    ConsultationFactory(slug="search")
    for address in ("/consultations/search/", "/consultations/"):
        answer = Client().get(f"{address}?q={query}&question=²&tag=x&channel=y&sort=z&state=q")
        assert answer.status_code == 200
        assert "<script>" not in answer.text.split("<main", 1)[1]


def test_unknown_parameters_have_no_effect() -> None:
    asked = ConsultationFactory(slug="search")
    ProposalFactory(consultation=asked)
    page = Client().get("/consultations/search/?author__email__startswith=a&_connector=OR&state=hidden").text
    assert len(codes(page)) == 1


def test_filters_by_question_tag_and_channel() -> None:
    asked = ConsultationFactory(slug="steps")
    second = QuestionFactory(consultation=asked, number=77, text="だれと使いたいですか。")
    one = ProposalFactory(consultation=asked, channel="workshop")
    two = ProposalFactory(consultation=asked, question=second)
    tag = Tag.objects.create(name="公園", is_approved=True)
    two.tags.add(tag)
    client = Client()
    assert codes(client.get("/consultations/steps/?question=77").text) == [two.code]
    assert codes(client.get("/consultations/steps/?channel=workshop").text) == [one.code]
    assert codes(client.get(f"/consultations/steps/?tag={tag.slug}").text) == [two.code]
    assert codes(client.get(f"/tags/{tag.slug}/").text) == [two.code]


def test_quiet_shelf_holds_only_unheard_voices_of_open_consultations() -> None:
    asked = ConsultationFactory(slug="quiet")
    quiet = ProposalFactory(consultation=asked, like_count=2)
    ProposalFactory(consultation=asked, like_count=3)
    ProposalFactory(consultation=asked, comment_count=1)
    ProposalFactory(consultation=ConsultationFactory(closed=True))
    assert codes(Client().get("/consultations/quiet/?sort=quiet").text) == [quiet.code]
    assert [p.code for p in Proposal.objects.quiet_today(limit=10)] == [quiet.code]


def test_quiet_shelf_is_the_same_all_day_and_another_tomorrow() -> None:
    asked = ConsultationFactory()
    for number in range(30):
        ProposalFactory(consultation=asked, shuffle=number * (RING // 30))
    noon = timezone.now().replace(hour=3)
    shelves = []
    for moment in (noon, noon + timedelta(hours=8), noon + timedelta(days=1)):
        with time_machine.travel(moment, tick=False):
            shelves.append([p.code for p in Proposal.objects.quiet_today(limit=5)])
    assert shelves[0] == shelves[1]
    assert shelves[0] != shelves[2]


@pytest.mark.parametrize(("place", "expected"), [(0, "abc"), (25, "cab"), (99, "abc")])
def test_the_quiet_shelf_goes_round_the_ring_with_as_many_queries_from_every_place(
    place: int, expected: str, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    asked = ConsultationFactory()
    for body, at in zip("abc", (10, 20, 30), strict=True):
        ProposalFactory(consultation=asked, body=body, shuffle=at)
    monkeypatch.setattr(proposal_queryset, "place_of_day", lambda: place)
    with django_assert_num_queries(3):
        shelf = Proposal.objects.quiet_today(limit=3)
    assert "".join(voice.body for voice in shelf) == expected


@pytest.mark.parametrize("state", [State.HELD, State.HIDDEN, State.WITHDRAWN])
def test_what_is_not_public_is_behind_no_door(state: str) -> None:
    asked = ConsultationFactory(slug="doors")
    tag = Tag.objects.create(name="公園", is_approved=True)
    secret = ProposalFactory(consultation=asked, body="ひみつのことば", title="ひみつの題", state=state)
    secret.tags.add(tag)
    draft = ConsultationFactory(draft=True, slug="draft")
    ProposalFactory(consultation=draft, body="ひみつのことば")
    client = Client()
    doors = [
        "/",
        "/consultations/",
        "/consultations/doors/",
        "/consultations/doors/?q=ひみつ",
        "/consultations/doors/?sort=quiet",
        "/consultations/doors/feed.atom",
        f"/tags/{tag.slug}/",
        secret.get_absolute_url(),
        "/consultations/draft/",
        "/consultations/draft/feed.atom",
    ]
    for door in doors:
        text = client.get(door).text
        assert "ひみつのことば" not in text, door
        assert "ひみつの題" not in text, door
    assert client.get("/consultations/draft/").status_code == 404
    assert client.get(secret.get_absolute_url()).status_code == (404 if state == State.HELD else 410)
    for act in ("like", "comments", "report"):
        assert client.post(f"/proposals/{secret.code}/{act}/", {"wanted": "1"}).status_code in {302, 404}


def test_comment_on_a_hidden_proposal_is_behind_no_door() -> None:
    secret = ProposalFactory(state=State.HIDDEN)
    CommentFactory(proposal=secret, body="ひみつのコメント")
    assert "ひみつのコメント" not in Client().get(secret.get_absolute_url()).text


def test_where_one_can_write_stands_first_on_every_page() -> None:
    for number in range(12):
        ConsultationFactory(upcoming=True, title=f"予告 {number}")
        ConsultationFactory(closed=True, title=f"集計中 {number}")
    ConsultationFactory(title="受付中 0")
    shown, here = [], "/consultations/"
    while here:
        page = Client().get(here).text
        shown += re.findall(r">(受付中|予告|集計中) \d+<", page)
        older = re.search(r'pagination__older" href="([^"]+)"', page)
        here = "/consultations/" + older[1].replace("&amp;", "&") if older else ""
    assert shown == ["受付中"] + ["予告"] * 12 + ["集計中"] * 12


def test_states_follow_from_dates() -> None:
    assert ConsultationFactory(draft=True).state == "draft"
    assert ConsultationFactory(upcoming=True).state == "upcoming"
    assert ConsultationFactory().state == "open"
    assert ConsultationFactory(closed=True).state == "counting"
    assert ConsultationFactory(answered=True).state == "answered"


@pytest.mark.parametrize(
    "address", ["/consultations/", "/consultations/budget/", "/consultations/budget/?sort=liked&q=公園"]
)
@pytest.mark.usefixtures("without_page_cache")
def test_queries_do_not_grow_with_rows(address: str) -> None:
    asked = ConsultationFactory(slug="budget")
    client, counts = Client(), []
    client.get(address)
    for rows in (3, 18):
        for _number in range(rows - Proposal.objects.count()):
            proposal = ProposalFactory(consultation=asked, body="公園のこと")
            proposal.tags.add(Tag.objects.get_or_create(name=f"タグ{_number}", defaults={"is_approved": True})[0])
            ConsultationFactory()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 23  # with all parts of the page drawn anew


def test_closing_at_midnight_is_said_as_the_day_before() -> None:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=5)
    ConsultationFactory(slug="midnight", closes_at=midnight)
    page = Client().get("/consultations/midnight/").text
    day = timezone.localtime(midnight - timedelta(hours=1))
    assert f"{day.month}月{day.day}日" in page.split("deadline__day", 1)[1][:60]
    assert "残り4日" in page


def test_a_theme_shows_its_approved_tags(client: Client) -> None:
    asked = ConsultationFactory()
    approved, waiting = Tag.objects.create(name="水辺", is_approved=True), Tag.objects.create(name="待つことば")
    asked.tags.add(approved, waiting)
    page = client.get(asked.get_absolute_url()).text
    assert f'href="{reverse("consultations:tag", args=[approved.slug])}"' in page
    assert "待つことば" not in page
