"""The counts of comparison, net, weeks and groups, one by one; and that each page says from what it counted."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.analysis import network
from apps.analysis.models import DictionaryVersion, Snapshot, StopWord, Term
from apps.analysis.services.counting import count_by_week, count_words, extent_of
from apps.analysis.statistics import log_odds
from apps.consultations.models import Proposal
from apps.operations.models import AuditEntry
from tests.accounts.factories import UserFactory, make_secretariat

pytestmark = pytest.mark.django_db


def shown(client: Client, page: str) -> Any:
    """What a page draws, after a look at the lines under it."""
    answer = client.get(f"/analysis/words/{page}")
    html = answer.content.decode()
    assert f"意見{Proposal.objects.count()}件（" in html
    assert f"時点・辞書 第{DictionaryVersion.objects.current()}版" in html
    assert "市民全体の意見を代表するものではありません" in html
    return answer.context


def told(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(row["word"], row["here"], row["there"]) for row in rows]


def test_two_sides_with_their_counts_and_what_five_people_of_one_say(client: Client, voices: Any) -> None:
    loud = [UserFactory() for _n in range(4)]
    voices(*["公園の木陰"] * 8, channel="paper", author=None)
    voices(*["公園の駐車場"] * 9)
    for author in loud:  # eight proposals, but of four people
        voices("噴水", "噴水", channel="paper", author=author)
        voices("砂場", "砂場", author=author)
    for query in ("a-channel=paper&b-channel=web", "a-channel=paper", "b-channel=web"):
        context = shown(client, f"compare/?{query}")
        assert [(side["proposals"], side["people"]) for side in context["sides"]] == [(16, 12), (17, 13)]
        assert [told(side["contrasts"]) for side in context["sides"]] == [[("木陰", 8, 0)], [("駐車場", 0, 9)]]
    assert "1.96以上" in client.get("/analysis/words/compare/?a-channel=paper").content.decode()


def test_each_attribute_narrows_by_itself_and_each_link_keeps_what_narrows(
    client: Client, staff: Client, voices: Any
) -> None:
    mine = {"age_band": "20s", "district": "north", "relation": "works"}
    voices(*["公園の木陰"] * 5, **mine)
    voices(*["公園の駐車場"] * 5, channel="paper", author=None)
    for name, value in mine.items():
        found = staff.get(f"/analysis/words.json?{name}={value}").json()["words"]
        assert {(row["word"], row["people"]) for row in found} == {("公園", 5), ("木陰", 5)}, name
    html = client.get("/analysis/words/?channel=paper").content.decode()
    links = re.findall(r'href="(/analysis/words/words/[^"]+)"', html)
    assert len(links) == 6
    assert all(link.endswith("/?channel=paper") for link in links)


def test_the_statistic_is_the_one_that_is_named() -> None:
    """Log-odds with a prior from both sides, by its standard error; worked out by hand for 30 of 100 against 10 of 50."""
    (found,) = log_odds({1: 30}, {1: 10}, 100, 50)
    # (30 + 3.167) / (70 + 7.833) against (10 + 1.833) / (40 + 4.167); variance 1 / 33.167 + 1 / 11.833
    assert found.z == pytest.approx(1.3704, abs=0.0001)


def test_a_pair_is_as_strong_as_it_is_seldom_apart() -> None:
    used = {"公園": 90, "ベンチ": 60, "車椅子": 8, "段差": 8}
    pairs = [("公園", "ベンチ", 40), ("車椅子", "段差", 8)]
    assert [(a, b) for a, b, _n, _share in network.strongest(pairs, used)] == [("車椅子", "段差"), ("公園", "ベンチ")]


def test_the_net_stands_on_its_facts(client: Client, voices: Any) -> None:
    voices(*["公園のベンチ"] * 3)
    assert told_pairs(shown(client, "network/")["strongest"]) == [({"公園", "ベンチ"}, 3)]


def told_pairs(edges: list[dict[str, Any]]) -> list[tuple[set[str], int]]:
    return [({edge["a"], edge["b"]}, edge["n"]) for edge in edges]


def test_every_week_is_there_with_its_counts_and_four_weeks_rise(client: Client, voices: Any) -> None:
    last = timezone.now()
    for weeks, body, number in ((7, "公園の駐車場", 9), (5, "公園の噴水", 6), (0, "公園の木陰", 8)):
        voices(*[body] * number, published_at=last - timedelta(weeks=weeks))
    context = shown(client, "weeks/")
    assert context["data"]["totals"] == [9, 0, 6, 0, 0, 0, 0, 8]
    counts = {row["word"]: row["counts"] for row in context["table"]}
    assert counts["公園"] == [9, 0, 6, 0, 0, 0, 0, 8]
    assert counts["噴水"] == [0, 0, 6, 0, 0, 0, 0, 0]
    assert told(context["rising"]) == [("木陰", 8, 0)]


def test_a_week_begins_on_monday_in_chofu(voices: Any) -> None:
    voices("公園", published_at=datetime(2025, 7, 7, 0, 30, tzinfo=timezone.get_current_timezone()))
    term = Term.objects.numbers_of(["公園"])["公園"]
    monday = date(2025, 7, 7)
    assert count_by_week(Proposal.objects.public(), [term]) == ({monday: 1}, {(term, monday): 1})


def test_little_heard_voices_have_words_of_their_own_and_channels_too(client: Client, voices: Any) -> None:
    voices(*["公園の木陰"] * 8, channel="paper", author=None)
    voices(*["公園の駐車場"] * 6, like_count=3)
    voices(*["公園の噴水"] * 6, comment_count=1)
    context = shown(client, "groups/")
    assert (context["data"]["quiet_count"], told(context["quiet"])) == (8, [("木陰", 8, 0)])
    channels = {group["value"]: set(told(group["words"])) for group in context["channels"]["groups"]}
    assert channels == {"paper": {("木陰", 8, 0)}, "web": {("駐車場", 6, 0), ("噴水", 6, 0)}}


def test_what_is_kept_is_on_record_with_all_that_it_counted(
    client: Client, voices: Any, sign_in: Callable[[Any], Client]
) -> None:
    StopWord.objects.create(word="駅前", reason="試し")
    voices(*["公園の木陰"] * 5, channel="paper", author=None)
    voices(*["公園の駐車場"] * 6)
    staff = sign_in(make_secretariat())
    for kind, query in (("compare", "a-channel=paper"), ("cloud", "")):
        staff.post(f"/analysis/words/freeze/?{query}", {"kind": kind})
        kept = Snapshot.objects.latest("pk")
        assert len(kept.proposal_ids) == 11
        assert AuditEntry.objects.filter(verb="freeze", target_id=str(kept.pk)).exists()
    words = f"市の辞書で{StopWord.objects.count()}語を除き"
    StopWord.objects.create(word="天文台", reason="試し")
    html = client.get(kept.get_absolute_url()).content.decode()
    assert words in html
    assert "固定版</" in html


def test_no_voices_at_all_are_counted_as_none() -> None:
    nothing = Proposal.objects.none()
    assert extent_of(nothing).proposals == 0
    assert count_words(nothing) == []
    assert count_words(Proposal.objects.filter(pk__in=[])) == []
