"""Comparison, net, weeks, groups and snapshots: what they show, what they hide, and that they say how."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.db.utils import InternalError, OperationalError
from django.test import Client
from django.utils import timezone

from apps.analysis import network
from apps.analysis.models import Snapshot, Term
from apps.analysis.statistics import log_odds
from apps.consultations.models import Consultation, Proposal, State
from apps.core.date_formats import era_day
from tests.accounts.factories import UserFactory, make_moderator, make_secretariat

pytestmark = pytest.mark.django_db


def main_of(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode().partition("<main")[2].partition("</main>")[0]


def test_log_odds_finds_what_one_side_says_and_not_what_both_say() -> None:
    found = log_odds({1: 30, 2: 50, 3: 1}, {1: 2, 2: 52}, 100, 100)
    scores = {contrast.word: contrast.z for contrast in found}
    assert scores[1] > 3
    assert abs(scores[2]) < 1
    assert abs(scores[3]) < 1.96
    assert next(c.word for c in found) == 1
    assert log_odds({1: 3}, {}, 5, 0) == []


def test_two_groups_side_by_side_with_the_statistic_named(client: Client, voices: Any) -> None:
    voices(*["公園の木陰"] * 8, channel="paper", author=None)
    voices(*["公園の駐車場"] * 8)
    html = main_of(client, "/analysis/words/compare/?a-channel=paper&b-channel=web")
    assert "「収集経路：紙」で目立つことば" in html
    assert "対数オッズ比" in html
    left, _s, right = html.partition("「収集経路：Web」で目立つことば")
    assert "木陰" in left.partition("で目立つことば")[2]
    assert "駐車場" in right
    assert "木陰" not in right
    number = Term.objects.get(text="木陰").pk
    assert f'words/{number}/?channel=paper">木陰</a>' in left, "a count leads to the voices that it counted"
    rest = main_of(client, "/analysis/words/compare/?a-channel=paper")
    assert "「それ以外の意見」で目立つことば" in rest


def test_a_group_of_fewer_than_five_people_is_not_compared(staff: Client, voices: Any) -> None:
    voices(*["公園の木陰"] * 4, age_band="20s")
    voices(*["公園の駐車場"] * 8, age_band="40s")
    html = main_of(staff, "/analysis/words/compare/?a-age_band=20s&b-age_band=40s")
    assert "5人に満たない" in html
    assert "木陰" not in html
    assert "駐車場" not in html


def test_a_comparison_by_attribute_has_counts_of_five_people_and_no_links(staff: Client, voices: Any) -> None:
    voices(*["公園の木陰"] * 6, "公園の秘密基地", age_band="20s")
    voices(*["公園の駐車場"] * 6, age_band="40s")
    html = main_of(staff, "/analysis/words/compare/?a-age_band=20s&b-age_band=40s")
    assert "木陰" in html
    assert "秘密基地" not in html
    assert "/words/words/" not in html
    rest = main_of(staff, "/analysis/words/compare/?a-age_band=20s")
    assert "木陰" in rest
    assert "秘密基地" not in rest
    assert "/words/words/" not in rest
    main_of(staff, "/analysis/words/compare/?a-age_band=20s&a-district=north", status=422)


def test_words_used_together_are_a_net_with_groups_as_text(client: Client, voices: Any) -> None:
    voices(*["公園のベンチと木陰"] * 3, *["図書館の本と自習室"] * 3, "図書館の噴水")
    html = main_of(client, "/analysis/words/network/")
    assert [sheet.count("<line ") for sheet in html.split("<svg ")[1:]] == [6, 6], "a sheet for a desk, one for a phone"
    groups = html.partition("ことばのまとまり")[2].partition("</section>")[0]
    assert sorted(re.findall(r'<a href="/analysis/words/words/[^"]+">([^<]+)</a>', groups)) == sorted(
        ["ベンチ", "公園", "木陰", "図書館", "本", "自習室"]
    )
    assert "Louvain" in html
    assert "/analysis/words/words/" in html
    pairs = re.sub(r"<[^>]+>|\s", "", html.partition("結びつきの強い組")[2])
    assert "ベンチと公園（3件の意見）" in pairs or "公園とベンチ（3件の意見）" in pairs
    assert "噴水" not in html, "one voice alone ties no words"
    assert "年代" in main_of(client, "/analysis/words/network/?age_band=20s", status=422)


def test_labels_of_a_net_do_not_overlap_and_the_net_is_the_same_every_time() -> None:
    words = [f"ことば{n}のかたまり" for n in range(40)]
    used = {word: 100 - n for n, word in enumerate(words)}
    pairs = [(words[i], words[j], 3) for i in range(40) for j in range(i + 1, min(i + 5, 40))]
    net = network.draw(pairs, used)
    for nodes in (net["nodes"], net["phone"]["nodes"]):
        boxes = [(n["left"] + 3, n["top"] + 3, n["width"] - 6, n["height"] - 6) for n in nodes]
        for i, (x, y, w, h) in enumerate(boxes):
            for x2, y2, w2, h2 in boxes[i + 1 :]:
                assert x + w <= x2 + 0.2 or x2 + w2 <= x + 0.2 or y + h <= y2 + 0.2 or y2 + h2 <= y + 0.2
    narrow = network.box_of(net["phone"]["nodes"])
    assert narrow["width"] <= network.PHONE
    assert all(node["height"] >= 24 for node in net["phone"]["nodes"]), "a finger finds it"
    assert network.draw(pairs, used) == net


def test_weeks_show_what_rose(client: Client, voices: Any) -> None:
    for week in (6, 7, 8, 9):
        voices(*["公園の駐車場"] * 4, published_at=timezone.now() - timedelta(weeks=week))
    voices(*["公園の木陰"] * 12, published_at=timezone.now())
    html = main_of(client, "/analysis/words/weeks/")
    assert "木陰" in html.partition("この4週間で増えたことば")[2]
    assert "駐車場" not in html.partition("この4週間で増えたことば")[2]
    charts = re.findall(r'<p class="trends__word"><a href="([^"]+)">公園</a>.*?points="([^"]+)"', html, re.DOTALL)
    assert [(url, len(points.split())) for url, points in charts] == [
        (f"/analysis/words/words/{Term.objects.get(text='公園').pk}/", 10)
    ]
    assert "年代" in main_of(client, "/analysis/words/weeks/?age_band=20s", status=422)


def test_what_one_reader_asked_for_is_shown_to_the_next_in_their_own_language(
    voices: Any, sign_in: Callable[[Any], Client]
) -> None:
    for age in ("u20", "40s"):
        voices(*["公園のベンチ"] * 6, age_band=age)
    japanese, english = (sign_in(make_secretariat()) for _reader in range(2))
    english.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    for page in ("groups/", "network/"):
        abroad, at_home = main_of(english, f"/analysis/words/{page}"), main_of(japanese, f"/analysis/words/{page}")
        assert "年" not in abroad
        assert era_day(timezone.localdate()) in at_home
        assert f"{timezone.localdate():%B}" not in at_home
    assert "Under 20" in main_of(english, "/analysis/words/groups/")
    assert "10代以下" in main_of(japanese, "/analysis/words/groups/")


def test_one_week_has_no_trend(client: Client, voices: Any) -> None:
    voices("公園")
    assert "2週間分以上" in main_of(client, "/analysis/words/weeks/")


def test_small_groups_come_first_and_groups_under_five_do_not_show(staff: Client, voices: Any) -> None:
    voices(*["夜道の街灯"] * 6, age_band="40s")
    voices(*["夜道の噴水"] * 6, age_band="40s", author=UserFactory())
    voices(*["公園のベンチ"] * 14, age_band="u20")
    voices(*["秘密の話題"] * 3, age_band="80s")
    html = main_of(staff, "/analysis/words/groups/")
    part = html.partition("年代ごと")[2].partition("</section>")[0]
    assert part.index("40代") < part.index("10代以下"), "seven people before fourteen, whatever their age"
    assert "街灯" in part
    assert "噴水" not in part, "one person alone speaks for no group"
    assert "80代" not in part
    assert "秘密" not in part
    assert "/words/words/" not in part


def test_quotes_come_from_many_channels_and_questions_and_not_from_groups_of_persons(
    client: Client, voices: Any
) -> None:
    voices(*["多数の意見"] * 10, age_band="40s")
    (paper,) = voices("紙の声", channel="paper", author=None)
    (rare,) = voices("一人だけの声", age_band="70s", district="north")
    quoted = main_of(client, "/analysis/words/groups/").partition("いろいろな経路からの声")[2]
    assert paper.code in quoted
    Proposal.objects.filter(pk=rare.pk).update(age_band="", district="")
    cache.clear()
    again = main_of(client, "/analysis/words/groups/").partition("いろいろな経路からの声")[2]
    assert again == quoted, "who is quoted tells nothing of anybody"


def freeze(client: Client, kind: str, query: str = "") -> Snapshot:
    answer = client.post(f"/analysis/words/freeze/?{query}", {"kind": kind, "title": "夏のまとめ"}, follow=True)
    assert answer.status_code == 200
    return Snapshot.objects.get(kind=kind)


def test_a_snapshot_stays_as_it_was_and_names_what_was_hidden_since(
    client: Client, voices: Any, sign_in: Callable[[Any], Client]
) -> None:
    first, _second = voices("公園のベンチ", "公園の木陰")
    kept = freeze(sign_in(make_secretariat()), "cloud")
    address = kept.get_absolute_url()
    before = main_of(client, address)
    assert "公園：2回、2件の意見、2人" in before
    assert "固定した集計です" in before
    Proposal.objects.filter(pk=first.pk).update(state=State.HIDDEN)
    voices("公園の砂場")
    after = main_of(client, address)
    assert "公表後に非表示となった投稿 1件を含みます" in after
    assert "公園：2回、2件の意見、2人" in after
    assert "砂場" not in after
    assert first.code not in client.get("/analysis/words/words/ベンチ/").content.decode()
    assert address in main_of(client, "/analysis/words/")


def test_a_snapshot_says_what_it_was_narrowed_to(client: Client, voices: Any, sign_in: Callable[[Any], Client]) -> None:
    voices("公園のベンチ", channel="paper", author=None)
    kept = freeze(sign_in(make_secretariat()), "cloud", "channel=paper&since=2025-07-01")
    assert "条件：令和7年7月1日から、収集経路：紙" in main_of(client, kept.get_absolute_url())


@pytest.mark.parametrize("kind", ["compare", "network", "weeks", "groups"])
def test_each_page_can_be_kept(client: Client, voices: Any, sign_in: Callable[[Any], Client], kind: str) -> None:
    voices(*["公園の木陰"] * 6, channel="paper", author=None)
    voices(*["公園の駐車場"] * 6, published_at=timezone.now() - timedelta(weeks=3))
    query = {"compare": "a-channel=paper", "groups": "since=2030-01-01"}.get(kind, "")
    kept = freeze(sign_in(make_secretariat()), kind, query)
    html = main_of(client, kept.get_absolute_url())
    assert "木陰" in html
    assert "夏のまとめ" in html


def test_quotes_under_kept_groups_are_those_that_are_public_now(
    client: Client, voices: Any, sign_in: Callable[[Any], Client]
) -> None:
    first, second = voices("公園のベンチ", "図書館の本")
    address = freeze(sign_in(make_secretariat()), "groups").get_absolute_url()
    assert first.body in main_of(client, address)
    Proposal.objects.filter(pk=first.pk).update(state=State.HIDDEN)
    after = main_of(client, address)
    assert "公表後に非表示となった投稿 1件を含みます" in after
    assert first.body not in after
    assert second.body in after


def test_only_the_secretariat_keeps_anything(client: Client, voices: Any, sign_in: Callable[[Any], Client]) -> None:
    voices("公園")
    for person in (UserFactory(), make_moderator()):
        assert sign_in(person).post("/analysis/words/freeze/", {"kind": "cloud"}).status_code == 403
    assert client.post("/analysis/words/freeze/", {"kind": "cloud"}).status_code in {302, 403}
    assert "固定版の題名" not in main_of(client, "/analysis/words/")
    assert not Snapshot.objects.exists()


def test_nothing_and_too_few_people_cannot_be_kept(voices: Any, sign_in: Callable[[Any], Client]) -> None:
    voices("公園", age_band="20s")
    voices(*["公園のベンチ"] * 6, age_band="30s")
    client = sign_in(make_secretariat())
    for kind, query in (
        ("cloud", "age_band=20s"), ("compare", "a-age_band=20s"), ("poster", ""), ("cloud", "since=x"),
        ("network", "age_band=30s"), ("weeks", "age_band=30s"),
    ):  # fmt: skip
        client.post(f"/analysis/words/freeze/?{query}", {"kind": kind})
    assert not Snapshot.objects.exists()


def test_a_kept_cloud_of_a_group_has_no_links_either(staff: Client, voices: Any) -> None:
    voices(*["公園のベンチ"] * 5, age_band="20s")
    html = main_of(staff, freeze(staff, "cloud", "age_band=20s").get_absolute_url())
    assert "公園：5回、5件の意見、5人" in html
    assert "/words/words/" not in html


def test_the_database_refuses_to_change_a_snapshot(voices: Any, sign_in: Callable[[Any], Client]) -> None:
    voices("公園")
    kept = freeze(sign_in(make_secretariat()), "cloud")
    for sql in ("UPDATE analysis_snapshot SET title = 'x'", "DELETE FROM analysis_snapshot"):
        with (
            pytest.raises((InternalError, OperationalError, Exception)),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)
    assert Snapshot.objects.get(pk=kept.pk).title == "夏のまとめ"


def test_a_snapshot_of_a_hidden_consultation_is_not_there(
    client: Client, theme: Consultation, voices: Any, sign_in: Callable[[Any], Client]
) -> None:
    voices("公園")
    kept = freeze(sign_in(make_secretariat()), "cloud")
    Consultation.objects.filter(pk=theme.pk).update(published_at=None)
    assert client.get(kept.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("page", ["compare", "network", "weeks", "groups"])
def test_every_page_stands_without_voices(client: Client, theme: Consultation, page: str) -> None:
    html = main_of(client, f"/analysis/words/{page}/")
    for other in ("compare", "network", "weeks", "groups"):
        assert f'href="/analysis/words/{other}/"' in html


def test_common_comparisons_need_one_press(
    client: Client, theme: Consultation, voices: Callable[..., list[Proposal]]
) -> None:
    voices(*(f"公園の池{n}" for n in range(5)))
    assert "よく使う比べ方" not in client.get("/analysis/words/compare/").text, "there is nothing to compare with"
    voices(*(f"公園の花壇{n}" for n in range(5)), channel="paper", author=None)
    html = client.get("/analysis/words/compare/").text
    assert "Webの意見と、紙や窓口などの意見" in html
    assert "市の回答がある意見と、ほかの意見" not in html, "no voice has one"
    chosen = client.get("/analysis/words/compare/?a-channel=web").text
    assert 'href="/analysis/words/compare/?a-channel=web" aria-current="true"' in chosen
    assert "収集経路：Web" in chosen
