"""The home page says what is open, what comes, whom nobody has heard, and what to do when there is nothing."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from apps.portal.services.way_numbers import way_numbers
from tests.accounts.factories import make_secretariat
from tests.consultations.factories import ConsultationFactory, ProposalFactory, ReplyFactory, TopicFactory
from tests.council.factories import OrganizationFactory, ProjectFactory

pytestmark = pytest.mark.django_db


def page(client: Client) -> str:
    return client.get("/").content.decode()


def test_an_empty_portal_names_a_next_step(client: Client) -> None:
    html = page(client)
    assert "いま意見を受け付けているテーマはありません。" in html
    assert 'href="/consultations/"' in html
    assert "まだ市の回答はありません。" in html


def test_open_upcoming_counting_and_answered_stand_in_their_places(client: Client) -> None:
    for trait in ({}, {"upcoming": True}, {"closed": True}, {"answered": True}):
        ConsultationFactory(title=f"テーマ{next(iter(trait), 'open')}", **trait)
    html = page(client)
    places = [html.index(f"テーマ{name}") for name in ("open", "upcoming", "answered", "closed")]
    assert places == sorted(places)
    assert "残り30日" in html


def test_drafts_and_their_voices_are_not_shown(client: Client) -> None:
    ProposalFactory(consultation=ConsultationFactory(draft=True, title="下書きの件"), body="見えない声")
    html = page(client)
    assert "下書きの件" not in html
    assert "見えない声" not in html


def test_a_quiet_voice_is_reached_by_its_link(client: Client) -> None:
    quiet = ProposalFactory(body="だれか聞いて")
    ProposalFactory(consultation=quiet.consultation, body="もう聞かれた声", like_count=9)
    html = page(client)
    shelf = html[html.index("まだ反応の少ない意見") :]
    assert f'href="{quiet.get_absolute_url()}">だれか聞いて' in shelf
    assert "もう聞かれた声" not in shelf


def test_the_number_of_queries_does_not_grow(client: Client, django_assert_max_num_queries) -> None:
    for _n in range(8):
        ProposalFactory()
        ConsultationFactory(answered=True)
    with django_assert_max_num_queries(16):
        page(client)


def test_what_the_city_said_last_stands_on_the_home_page(client: Client) -> None:
    first, second = (
        ReplyFactory(topic=TopicFactory(consultation=ConsultationFactory(), title=title)) for title in ("水辺", "坂道")
    )
    day = timezone.now()
    for n, (reply, words) in enumerate(((first, "考えています。"), (second, "調べています。"), (first, "置きます。"))):
        with time_machine.travel(day + timedelta(hours=n), tick=False):
            reply.draft_body = words
            reply.publish(by=make_secretariat())
    with time_machine.travel(day + timedelta(hours=4), tick=False):
        html = page(client)
    assert html.count("水辺") == html.count("坂道") == 1
    assert html.index("水辺") < html.index("坂道"), "what was said anew comes first"
    assert "まだ市の回答はありません。" not in html


def test_a_newcomer_is_shown_a_voice_that_came_far(client: Client) -> None:
    assert "たどれる声の例" not in page(client)
    voice = ProposalFactory(body="木陰のベンチがほしい", like_count=3)
    topic = TopicFactory(consultation=voice.consultation, title="休める場所")
    topic.group([ProposalFactory(consultation=voice.consultation), voice], by=make_secretariat())
    project = ProjectFactory.by(OrganizationFactory(), title="まちなかベンチ", topic=topic)
    html = page(client)
    assert f'href="{voice.get_absolute_url()}way/">この声から「まちなかベンチ」までをたどる' in html
    type(project).objects.update(published_at=None)
    assert "たどれる声の例" not in page(client)


def test_the_first_screen_holds_the_theme_that_closes_first_with_its_voices(client: Client) -> None:
    later = ConsultationFactory(title="あとで閉まるテーマ", closes_at=timezone.now() + timedelta(days=40))
    first = ConsultationFactory(
        title="先に閉まるテーマ", closes_at=timezone.now() + timedelta(days=5), allows_guests=True
    )
    for n in range(4):
        ProposalFactory(consultation=first, body=f"声その{n}", comment_count=1)
    ProposalFactory(consultation=later, body="ほかのテーマの声", comment_count=1)
    html = page(client)
    screen = html[: html.index("ほかに受け付けているテーマ")]
    assert "先に閉まるテーマ" in screen
    assert "残り5日" in screen
    assert f'href="/consultations/{first.slug}/propose/guest/"' in screen
    assert [f"声その{n}" in screen for n in range(4)] == [False, True, True, True], "the three newest"
    assert "ほかのテーマの声" not in screen
    assert "あとで閉まるテーマ" not in screen


def test_the_numbers_lead_to_the_rows_behind_them(client: Client) -> None:
    answered = ConsultationFactory(answered=True)
    for _n in range(3):
        ProposalFactory(consultation=answered)
    ProposalFactory(consultation=ConsultationFactory(draft=True))
    ProjectFactory()
    ProjectFactory(published_at=None)
    numbers = [(str(number.label), number.value) for number in way_numbers()]
    assert numbers == [("みんなの声", 3), ("市の回答", 1), ("動き出した取組", 1), ("評価した計画", 0)]
    html = page(client)
    for number in way_numbers():
        assert f'href="{number.url}"' in html
