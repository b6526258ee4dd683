"""検索: finds Japanese by two letters, variants and forms, in everything public, and hints at nothing else."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.analysis.models import Synonym
from apps.analysis.segmentation import cut
from apps.analysis.services.query_expansion import widen
from apps.analysis.tasks import read_proposals
from apps.consultations.models import Proposal, State
from apps.core.search import excerpt, hits
from apps.portal.services.search import KINDS, find
from tests.accounts.factories import make_secretariat
from tests.consultations.factories import CommentFactory, ConsultationFactory, ProposalFactory
from tests.plans.factories import PlanFactory, published_sheet

pytestmark = pytest.mark.django_db


def found(client: Client, q: str, **more: str) -> str:
    answer = client.get("/search/", {"q": q, **more})
    assert answer.status_code == 200
    return answer.content.decode().partition("<main")[2].partition("</main>")[0]


def test_everything_public_is_found_by_kind_with_counts(client: Client) -> None:
    theme = ConsultationFactory(title="木陰のある公園")
    proposal = ProposalFactory(consultation=theme, body="木陰のベンチ")
    CommentFactory(proposal=proposal, body="木陰は大切")
    html = found(client, "木陰")
    for label in ("テーマ（意見募集）（1件）", "意見（1件）", "コメント（1件）"):
        assert label in html
    assert html.count("<mark>木陰</mark>") >= 3
    assert proposal.get_absolute_url() in html


def test_a_line_of_a_plan_sheet_is_called_by_its_plan_year_and_part(client: Client) -> None:
    sheet = published_sheet(plan=PlanFactory(number=12, title="公園の運営"))
    html = found(client, "アンケートを行いました")
    assert f'href="{sheet.get_absolute_url()}#line-' in html
    assert ">プラン12 公園の運営（令和6年度・後期の実績）\n</a>" in html
    assert "<mark>アンケートを行いました</mark>。参加者は４４人でした。" in html


def test_words_without_a_title_are_said_once(client: Client) -> None:
    proposal = ProposalFactory(title="", body="木陰のベンチで休みたい")
    CommentFactory(proposal=proposal, body="木陰のそばに水飲み場も")
    titled = ProposalFactory(title="木陰の道", body="駅まで歩きたい")
    html = found(client, "木陰")
    assert html.count("のベンチで休みたい") == 1
    assert f"{proposal.code} <mark>木陰</mark>のベンチで休みたい" in html
    assert html.count("のそばに水飲み場も") == 1
    assert f"{titled.code} <mark>木陰</mark>の道" in html
    assert "駅まで歩きたい" in html, "a title of its own does not stand for the text"


def test_what_is_not_public_is_not_hinted_at(client: Client) -> None:
    theme = ConsultationFactory()
    for state in (State.HELD, State.HIDDEN, State.WITHDRAWN):
        ProposalFactory(consultation=theme, body="秘密基地をつくる", state=state)
    draft = ConsultationFactory(draft=True, title="秘密基地の下書き")
    ProposalFactory(consultation=draft, body="秘密基地")
    hidden = ProposalFactory(consultation=theme, state=State.HIDDEN)
    CommentFactory(proposal=hidden, body="秘密基地")
    html = found(client, "秘密基地")
    assert "見つかりませんでした" in html
    narrowed = client.get("/search/", {"q": "どこにもないことば", "kind": "proposals"}).content.decode()
    assert f'href="?{urlencode({"q": "どこにもないことば"})}">条件をなくして探す' in narrowed
    assert "件）" not in html


@pytest.mark.parametrize("q", ["公園", "コウエン", "ｺｳｴﾝ", "こうえん"])
def test_two_letters_width_and_kana(client: Client, q: str) -> None:
    ProposalFactory(body="公園（こうえん）の水辺")
    assert "意見（1件）" in found(client, q)


def test_a_joined_spelling_and_an_inflected_form_are_found(client: Client) -> None:
    Synonym(written="子供", shown="子ども", reason="表記").put(by=make_secretariat())
    ProposalFactory(body="子供が走っている道")
    ProposalFactory(body="こどもではなく子どもと書く。走りたい")
    read_proposals()
    html = found(client, "子ども")
    assert "意見（2件）" in html
    assert "「子供」もあわせて探しました" in html
    assert "<mark>子供</mark>" in html
    assert "意見（2件）" in found(client, "走る")
    assert "意見（2件）" in found(client, "子供 走る")
    assert "意見（2件）" in found(client, "走り"), "from one form to the others"


def test_widening_never_searches_for_a_single_letter() -> None:
    ProposalFactory(body="花を見て歩く")
    read_proposals()
    (widened,) = widen("見る")
    assert "見" not in widened.variants
    assert widen("") == []


def test_a_search_typed_without_blanks_is_read_as_words(client: Client) -> None:
    Synonym(written="広場", shown="公園", reason="表記").put(by=make_secretariat())
    ProposalFactory(body="子どもが走り回れる場所と公園")
    ProposalFactory(body="広場を走った。よい場所だった")
    ProposalFactory(body="公園だけのこと")
    read_proposals()
    assert "見つかりませんでした" in found(client, "図書館で走った場所")
    html = found(client, "公園で走った場所")
    assert "意見（1件）" in html
    for mark in ("広場", "走っ", "場所"):
        assert f"<mark>{mark}</mark>" in html


@pytest.mark.parametrize("q", ['"公園"', "「公園」", "＂公園＂", "“木陰の公園”"])
def test_marks_round_a_word_are_not_searched_for(client: Client, q: str) -> None:
    assert ProposalFactory(body="木陰の公園がほしい").get_absolute_url() in found(client, q)


def test_words_that_touch_are_not_torn_apart() -> None:
    known = {"公園", "遊べる", "場所", "防災", "すまほ", "教室", "木", "年寄り"}
    assert cut("公園で遊べる場所", known) == ["公園", "遊べる", "場所"]
    assert cut("防災公園の場所", known) == ["防災公園", "場所"]
    assert cut("宇宙港のある公園", known) == ["宇宙港のある", "公園"]
    assert cut("お年寄りの木", known) == ["年寄り", "木"]
    assert cut("スマホの教室", known) == ["スマホ", "教室"]
    for whole in ("防災公園", "こうえんであそぶ", "公園で", "スマホ教室", "", "の" * 200, "遊べる"):
        assert cut(whole, known) == [whole]


def test_a_title_ranks_above_a_text_and_as_typed_above_widened(client: Client) -> None:
    Synonym(written="子供", shown="子ども", reason="表記").put(by=make_secretariat())
    titled = ProposalFactory(title="子どもの遊び場", body="つくってほしい")
    exact = ProposalFactory(body="遊び場を子どもに")
    widened = ProposalFactory(body="子供の声")
    (kind,) = [kind for kind in KINDS if kind.key == "proposals"]
    assert [row.pk for row in find(kind, widen("子ども")).page.rows] == [titled.pk, exact.pk, widened.pk]
    both = ProposalFactory(title="子どもの広場", body="遊び場")
    late = ProposalFactory(body="子どもの遊び場")
    for size in (5, 20):  # the first ones, and a page of one kind
        rows = find(kind, widen("子ども"), newest=True, size=size).page.rows
        assert [row.pk for row in rows] == [late.pk, both.pk, widened.pk, exact.pk, titled.pk]
        rows = find(kind, widen("子ども 遊び場"), size=size).page.rows
        assert [row.pk for row in rows] == [titled.pk, both.pk, late.pk, exact.pk]


def test_letters_are_found_in_a_row_and_by_their_index(client: Client) -> None:
    ProposalFactory(body="京都と東京")
    assert "見つかりませんでした" in found(client, "東京都")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "proposal_bigrams" in Proposal.objects.search("東京都").explain()


def test_one_kind_is_read_page_by_page_and_narrowed_to_a_theme(client: Client) -> None:
    theme, other = ConsultationFactory(slug="one"), ConsultationFactory(slug="two")
    for n in range(23):
        ProposalFactory(consultation=theme, body=f"公園{n}")
    ProposalFactory(consultation=other, body="公園")
    seen: list[str] = []
    answer = client.get("/search/", {"q": "公園", "kind": "proposals"})
    while True:
        rows = answer.context["groups"][0]
        seen += [hit.url for hit in rows["hits"]]
        if not rows["older_url"]:
            break
        answer = client.get(f"/search/{rows['older_url']}")
    assert len(seen) == len(set(seen)) == 24
    assert "意見（23件）" in found(client, "公園", theme="one")


def test_from_a_thousand_on_the_number_is_not_counted(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.portal.services.search.MOST", 3)
    for n in range(5):
        ProposalFactory(body=f"公園{n}")
    html = found(client, "公園")
    assert "1,000件以上" in html


def test_the_newest_rows_of_a_long_table_are_looked_through_first_and_the_answer_is_the_same(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    (kind,) = [kind for kind in KINDS if kind.key == "proposals"]
    parts = [("公園" if n % 2 else "図書館", "と広場" * (n % 3 == 0), "水辺" * (n > 7)) for n in range(24)]
    with connection.cursor() as cursor:
        cursor.execute("ALTER SEQUENCE consultations_proposal_id_seq RESTART")  # numbers without gaps
        rows = [ProposalFactory(body="".join(words)) for words in parts]
        cursor.execute("ANALYZE consultations_proposal")
    asked_for = [["公園"], ["図書館", "水族館"], ["公園前"]]
    assert Proposal.objects.expected(asked_for) == pytest.approx([12, 12, 0]), "by the commonest word, its rarest pair"
    for query, most, asked in [
        ("公園", 1, 5),  # half of the rows: how many, the last id, the newest, and what is shown of them (two)
        ("公園", 4, 5),
        ("公園", 100, 4),  # not so many in the table
        ("公園 広場", 1, 5),  # a sixth of the rows holds both
        ("水辺", 1, 5),
        ("水族館", 1, 2),
    ]:
        monkeypatch.setattr("apps.portal.services.search.MOST", most)
        holding = [row for row in reversed(rows) if all(word in row.body for word in query.split())]
        words = widen(query)
        with django_assert_num_queries(asked):
            assert find(kind, words, newest=True, size=20).page.rows == holding[:most], query


def test_a_common_word_that_stands_in_old_texts_alone_is_found_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    (kind,) = [kind for kind in KINDS if kind.key == "proposals"]
    monkeypatch.setattr("apps.portal.services.search.MOST", 2)
    with connection.cursor() as cursor:
        cursor.execute("ALTER SEQUENCE consultations_proposal_id_seq RESTART")  # numbers without gaps
        rows = [ProposalFactory(body="公園" if n < 8 else "図書館") for n in range(24)]
        cursor.execute("ANALYZE consultations_proposal")
        assert find(kind, widen("公園"), newest=True, size=20).page.rows == [rows[7], rows[6]]
        rows.append(ProposalFactory(body="公園"))
        cursor.execute("ANALYZE consultations_proposal")
        assert find(kind, widen("公園"), newest=True, size=20).page.rows == [rows[24], rows[7]], "one is not enough"


def test_voices_are_narrowed_to_a_period_and_the_pages_keep_it(client: Client) -> None:
    early = ProposalFactory(body="公園の木陰", published_at=timezone.now() - timedelta(days=40))
    late = ProposalFactory(body="公園の砂場", published_at=timezone.now() - timedelta(days=2))
    middle = str(timezone.localdate() - timedelta(days=20))
    html = found(client, "公園", since=middle)
    assert late.get_absolute_url() in html
    assert early.get_absolute_url() not in html
    assert early.get_absolute_url() in found(client, "公園", until=middle)
    for _n in range(6):
        ProposalFactory(body="公園")
    assert f"since={middle}&amp;kind=proposals" in found(client, "公園", since=middle)
    asked = {"sort": "new", "theme": early.consultation.slug, "until": str(timezone.localdate())}
    for _n in range(21):
        ProposalFactory(consultation=early.consultation, body="公園")
    titled = ProposalFactory(consultation=early.consultation, title="公園", published_at=early.published_at)
    ProposalFactory(consultation=early.consultation, body="公園の噴水")
    html = found(client, "公園", kind="proposals", **asked)
    assert html.index("噴水") < html.index(titled.get_absolute_url()), "the newest first"
    (older,) = {address for address in re.findall(r'href="(\?[^"]+)"', html) if "cursor=" in address}
    for name, value in asked.items():
        assert f"{name}={value}" in older
    assert early.consultation.title in html.partition("found__place")[2]


@pytest.mark.parametrize(
    "query",
    [
        {"q": "公" * 101},
        {"q": "公園", "kind": "secrets"},
        {"q": "公園", "theme": "none"},
        {"q": "公園", "since": "きのう"},
        {"q": "公園", "since": "2025-08-02", "until": "2025-08-01"},
    ],
)
def test_a_wrong_search_says_so(client: Client, query: dict[str, str]) -> None:
    answer = client.get("/search/", query)
    assert answer.status_code == 422
    assert "エラー" in answer.content.decode()


def test_a_letter_that_nobody_can_type_is_as_if_it_were_not_there(client: Client) -> None:
    for typed in ("公\x00園", "公\uffff園", "公\u200b園"):
        answer = client.get("/search/", {"q": typed})
        assert answer.status_code == 200
        assert "\uffff" not in answer.content.decode()


@pytest.mark.parametrize("q", ["", " ", "　", "<script>", "%", "_", "\\", "'; DROP TABLE", "😀", "\u202e", "あ " * 50])
def test_no_search_breaks_the_page(client: Client, q: str) -> None:
    ProposalFactory(body="公園")
    html = found(client, q[:100])
    assert "<script>" not in html


def test_every_header_has_the_search(client: Client) -> None:
    assert 'action="/search/"' in client.get("/").content.decode()


@pytest.mark.usefixtures("without_page_cache")
def test_many_hits_cost_as_many_questions_as_few(client: Client) -> None:
    numbers = []
    theme = ConsultationFactory()
    for more in (3, 27):
        for n in range(more):
            CommentFactory(proposal=ProposalFactory(consultation=theme, body=f"公園{n}"), body="公園")
        with CaptureQueriesContext(connection) as asked:
            found(client, "公園")
        numbers.append(len(asked))
    assert numbers[0] == numbers[1]


def test_hits_are_marked_in_the_text_as_typed() -> None:
    text = "ｶﾞｲﾄﾞとガイド、公園のｺｳｴﾝ"
    assert [text[begin:end] for begin, end in hits(text, ["がいど", "公園"])] == ["ｶﾞｲﾄﾞ", "ガイド", "公園"]
    assert excerpt("長い文" * 60 + "公園です", ["公園"])[-2:] == [("公園", True), ("です", False)]
    assert "".join(words for words, _hit in excerpt("短い公園", ["公園"])) == "短い公園"
    fits = f"C25-0142 {'長い文' * 20}の公園"
    assert "".join(words for words, _hit in excerpt(fits, ["公園"], length=80)) == fits, "what fits is not cut"


def test_similar_voices_share_rare_words(client: Client) -> None:
    theme = ConsultationFactory()
    mine = ProposalFactory(consultation=theme, body="水遊びのできる広い公園")
    like = ProposalFactory(consultation=theme, body="夏に水遊びをしたい公園")
    near = ProposalFactory(consultation=theme, body="夏に水浴びをしたい広い公園")
    hidden = ProposalFactory(consultation=theme, body="水遊びの公園")
    for n in range(8):
        ProposalFactory(consultation=theme, body=f"図書館の本{n}と{'公園' if n < 6 else '広い'}駅前")
    elsewhere = ProposalFactory(body="水遊びのできる広い公園")
    read_proposals()
    Proposal.objects.filter(pk=hidden.pk).update(state=State.HIDDEN)
    address = f"/analysis/similar/{mine.code}/"
    html = client.get(address).content.decode().partition("<main")[2]
    assert html.index(like.code) > 0
    assert "同じことば：水遊び、公園" in html, "why it is like, the rarest word first"
    for other in (hidden, elsewhere):
        assert other.code not in html
    part = client.get(address, headers={"HX-Request": "true"})
    assert [row.pk for row, _words in part.context["similar"]] == [like.pk, near.pk]
    assert "<html" not in part.content.decode()
    assert address in client.get(mine.get_absolute_url()).content.decode()
    assert client.get(f"/analysis/similar/{hidden.code}/").status_code == 404


@pytest.mark.usefixtures("without_page_cache")
def test_searching_writes_nothing(client: Client) -> None:
    ProposalFactory(body="公園")
    with CaptureQueriesContext(connection) as asked:
        found(client, "公園")
    verbs: set[Any] = {query["sql"].split()[0].upper() for query in asked.captured_queries}
    assert verbs <= {"SELECT", "WITH", "SAVEPOINT", "RELEASE", "DECLARE"}
    assert Proposal.objects.count() == 1


def test_a_hit_inside_another_word_comes_last(client: Client) -> None:
    theme = ConsultationFactory()
    bus = ProposalFactory(consultation=theme, title="", body="バスの本数を増やしてほしい")
    longer = ProposalFactory(consultation=theme, title="", body="開館時間を延ばす")
    ball = ProposalFactory(consultation=theme, title="", body="バスケットのできる公園")
    html = found(client, "バス", kind="proposals")
    assert html.index(bus.code) < html.index(ball.code) < html.index(longer.code), "the newest of the others first"
    titled = ProposalFactory(consultation=theme, title="バスの案内", body="駅前に")
    html = found(client, "バス")
    assert html.index("バス</mark>の案内") < html.index("バス</mark>の本数")
    assert titled.get_absolute_url() in html


def test_a_word_that_is_nowhere_suggests_the_nearest_that_is_known(client: Client) -> None:
    theme = ConsultationFactory()
    ProposalFactory(consultation=theme, body="図書館で本を読みたい")
    hidden = ProposalFactory(consultation=theme, body="体育館で運動したい")
    read_proposals()
    Proposal.objects.filter(pk=hidden.pk).update(state=State.HIDDEN)
    html = found(client, "図書缶")
    assert f'もしかして：<a href="?{urlencode({"q": "図書館"})}">図書館</a>' in html
    assert f'href="?{urlencode({"q": "本 図書館"})}"' in found(client, "本 図書缶")
    assert "もしかして" not in found(client, "体育缶"), "words of hidden voices are not told"
    assert "もしかして" not in found(client, "図書館")
    assert "もしかして" not in found(client, "宇宙開発")
    for wildcards in ("%%%", "___", "図%_", "\\\\\\"):
        assert "もしかして" not in found(client, wildcards), wildcards
