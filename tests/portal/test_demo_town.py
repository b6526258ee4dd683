"""The town of the demonstration: what a newcomer finds to look at, that its days can be true, and that all of it is 見本."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F, Q
from django.test import Client
from django.utils import timezone

from apps.analysis.tasks import read_proposals
from apps.consultations.models import (
    AnswerChange,
    Assignment,
    Batch,
    Comment,
    Consultation,
    Decision,
    Like,
    Proposal,
    Reply,
    ReplyChange,
    ResultReport,
    State,
    Topic,
)
from apps.portal import demo
from apps.portal.demo.town.themes import THEMES

pytestmark = pytest.mark.django_db
LARGE, ANSWERED = "demo-kurashi", "demo-kunren"
STATES = {
    "demo-kurashi": "open", "demo-sanka": "open", "demo-kodomo": "open", "demo-anzen": "upcoming",
    "demo-koryu": "draft", "demo-toshokan": "counting", "demo-mizube": "counting", "demo-kunren": "answered",
    "demo-sodan": "answered",
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A portal on its first day, one for all tests of this file: each works in a savepoint of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        assert demo.load()
        yield
        transaction.set_rollback(True)


def voices(slug: str) -> Any:
    return Proposal.objects.public().filter(consultation__slug=slug)


def test_the_large_theme_is_heard_over_the_web_by_guests_at_a_workshop_on_paper_and_at_the_counter() -> None:
    rows = voices(LARGE)
    assert Counter(rows.values_list("channel", flat=True)) == {"web": 49, "workshop": 12, "paper": 8, "desk": 5}
    assert rows.filter(guest_key__isnull=False).count() == 8
    assert rows.exclude(author=None).values("author").distinct().count() == 26
    assert {batch.event_name[-4:] for batch in Batch.objects.filter(consultation__slug=LARGE)} == {"（見本）"}


def test_there_is_a_theme_in_every_state_and_one_answer_is_late() -> None:
    themes = Consultation.objects.filter(slug__startswith="demo-")
    assert {theme.slug: theme.state for theme in themes} == STATES
    assert [theme.slug for theme in themes if theme.is_late] == ["demo-mizube"]
    outcomes = Consultation.objects.promised().filter(slug__startswith="demo-").values_list("slug", "outcome")
    assert {slug: outcome for slug, outcome in outcomes if outcome != "waiting"} == {
        "demo-mizube": "late", "demo-kunren": "kept", "demo-sodan": "kept",
    }  # fmt: skip
    viewpoints = [set(theme.viewpoints.values_list("number", flat=True)) for theme in themes if theme.state == "open"]
    assert set.union(*viewpoints) == {1, 2, 3, 4}


def test_likes_differ_and_what_is_counted_is_there() -> None:
    counts = set(voices(LARGE).values_list("like_count", flat=True))
    assert len(counts) > 12
    assert {0, 21} <= counts
    assert voices(LARGE).filter(guest_like_count__gt=0).count() > 10
    assert Proposal.recount() == 0
    assert not Like.objects.filter(user=F("proposal__author")).exists()


def test_three_topics_hold_voices_and_their_replies_stand_in_different_states() -> None:
    topics = Topic.objects.public().filter(consultation__slug=LARGE)
    assert topics.count() == 3
    assert all(topic.public_proposals.count() >= 5 for topic in topics)
    published, drafts = Reply.objects.public().filter(topic__in=topics), Reply.objects.drafts().filter(topic__in=topics)
    assert [reply.changes.count() for reply in published] == [2]
    waiting = topics.exclude(pk__in=[reply.topic_id for reply in (*published, *drafts)]).get()
    assert Assignment.objects.unanswered().filter(topic=waiting).exists()
    hidden = drafts.get().draft_body
    assert hidden not in Client().get(drafts.get().topic.get_absolute_url()).text
    assert set(Reply.objects.public().values_list("status__code", flat=True)) == {
        "received", "reviewing", "partly", "reflected"
    }  # fmt: skip


def test_a_refused_voice_says_by_which_article_and_nothing_of_itself(client: Client) -> None:
    decision = Decision.objects.get()
    refused = decision.case.proposal
    assert refused not in voices(LARGE)
    page = client.get(refused.get_absolute_url())
    assert page.status_code == 410
    assert "宣伝・勧誘の禁止の理由により非表示（運用ポリシー第6条）" in page.text
    assert refused.body not in page.text
    assert refused.published_at <= refused.reports.get().created_at <= decision.decided_at


def test_the_answered_theme_has_its_report_with_differing_opinions_and_groups(client: Client) -> None:
    theme, report = Consultation.objects.get(slug=ANSWERED), ResultReport.objects.get()
    assert theme.closes_at < theme.answered_at < report.as_of < timezone.now()
    assert AnswerChange.objects.get(consultation=theme).published_at == theme.answered_at
    page = client.get(f"/consultations/{ANSWERED}/result/").text
    assert report.figures["proposals"] == voices(ANSWERED).count() == 16
    assert report.figures["differing"]
    assert [n for rows in report.figures["groups"].values() for _key, n in rows if n], "some group may be shown"
    for words in ("【見本】短い訓練、夜の訓練", "1時間で終わる回を試します。", "隣の人の名前を知ること"):
        assert words in page


def test_everything_was_said_while_its_theme_was_open_and_in_order() -> None:
    town = Proposal.objects.filter(consultation__slug__startswith="demo-").exclude(published_at=None)
    early, late = F("consultation__opens_at"), F("consultation__closes_at")
    assert not town.filter(Q(published_at__lt=early) | Q(published_at__gte=late)).exists()
    assert not town.exclude(created_at=F("published_at")).exclude(consultation__slug="demo-sodan").exists()
    assert not Comment.objects.filter(published_at__lte=F("proposal__published_at")).exists()
    assert not Comment.objects.filter(published_at__lte=F("parent__published_at")).exists()
    assert not Reply.objects.filter(published_at__lt=F("topic__published_at")).exists()
    assert not Topic.objects.filter(published_at__lt=F("consultation__opens_at")).exists()
    for reply in Reply.objects.public():
        moments = list(reply.changes.order_by("pk").values_list("published_at", flat=True))
        assert moments == sorted(moments)
        assert reply.published_at == moments[0]
    assert not Batch.objects.filter(created_at__date__lt=F("held_on")).exists()


def test_weeks_have_a_curve_and_every_page_of_words_something_to_say(client: Client) -> None:
    read_proposals()
    weeks = client.get(f"/analysis/{LARGE}/weeks/").context
    assert len(weeks["data"]["weeks"]) >= 8
    assert len(set(weeks["data"]["totals"])) >= 4
    assert weeks["rising"], "words that rose"
    words = {row["word"] for row in weeks["table"]}
    assert {"公園", "バス"} & words
    sides = {"question": ("1", "2"), "channel": ("web", "paper")}
    for name, (a, b) in sides.items():
        context = client.get(f"/analysis/{LARGE}/compare/", {f"a-{name}": a, f"b-{name}": b}).context
        assert any(side["contrasts"] for side in context["sides"]), name
    middle = timezone.localdate() - timedelta(days=30)
    periods = client.get(f"/analysis/{LARGE}/compare/", {"a-until": middle.isoformat()}).context
    assert any(side["contrasts"] for side in periods["sides"])
    assert client.get(f"/analysis/{LARGE}/network/").context["data"]["edges"]
    groups = client.get(f"/analysis/{LARGE}/groups/").context["data"]
    assert {grouping["name"] for grouping in groups["groupings"]} == {"age_band", "district", "relation"}
    assert [group["words"] for grouping in groups["groupings"] for group in grouping["groups"] if group["words"]]
    assert len(groups["channels"]["groups"]) == 4


def test_every_public_page_of_the_town_answers(client: Client) -> None:
    read_proposals()
    themes = Consultation.objects.public().filter(slug__startswith="demo-")
    addresses = ["/", "/consultations/", "/answers/", "/policy/figures/", "/search/?q=公園"]
    addresses += [
        f"/analysis/{theme.slug}/{page}"
        for theme in themes
        for page in ("", "compare/", "network/", "weeks/", "groups/")
    ]
    addresses += [f"{theme.get_absolute_url()}{page}" for theme in themes for page in ("", "feed.atom", "qr.svg")]
    addresses.append(f"/consultations/{ANSWERED}/result/")
    addresses += [
        f"/consultations/{LARGE}/?{query}" for query in ("sort=liked", "channel=paper", "reply=waiting", "q=バス")
    ]
    proposals = Proposal.objects.public().filter(consultation__in=themes)
    addresses += [f"{row.get_absolute_url()}{page}" for row in proposals for page in ("", "way/")]
    addresses += [row.get_absolute_url() for row in Topic.objects.public()]
    assert len(addresses) > 250
    assert {address: status for address in addresses if (status := client.get(address).status_code) != 200} == {}


def test_everything_is_marked_as_a_sample(client: Client) -> None:
    for theme in Consultation.objects.filter(slug__in=[theme.slug for theme in THEMES]):
        assert theme.title.startswith("（見本）")
        assert "見本です。調布市が実際に募集し" in theme.background
    for topic in Topic.objects.all():
        assert topic.title.startswith("【見本】")
        assert topic.summary.endswith("見本です。")
    for change in ReplyChange.objects.all():
        assert change.body.startswith("**【見本】")
    assert all("【見本】" in answer.body for answer in AnswerChange.objects.all())
    assert all("見本" in reply.draft_body for reply in Reply.objects.drafts())
    names = {
        *Proposal.objects.values_list("public_name", flat=True),
        *Comment.objects.values_list("public_name", flat=True),
    }
    assert {name[:2] + name[3:] for name in names - {""}} == {"市民（見本）"}
    quoted = voices(LARGE).first()
    assert "（見本）これからの調布の暮らし" in client.get(quoted.get_absolute_url()).text


def test_what_waits_for_approval_is_on_no_page(client: Client) -> None:
    waiting = Proposal.objects.get(state=State.HELD)
    assert waiting.cases.get().closed_at is None
    assert client.get(waiting.get_absolute_url()).status_code == 404
