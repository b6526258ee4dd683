"""The pages of words: cloud, table, files and the list behind a word; who is hidden behind counts."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from time_machine import Traveller

from apps.analysis.cloud_layout import PHONE, WIDE, draw_picture, lay_out, overlaps
from apps.analysis.models import ProposalTerm, Snapshot, StopWord, Synonym, Term
from apps.analysis.services import count_cache, counting
from apps.analysis.services.scope import WordFilter, scope_of
from apps.analysis.services.word_cloud import cloud_for
from apps.analysis.tasks import read_proposals
from apps.consultations.models import Consultation, Proposal, State, Tag
from tests.accounts.factories import make_secretariat
from tests.analysis.looking import URL, counts, main_of, page
from tests.consultations.factories import ConsultationFactory, ProposalFactory, QuestionFactory, ReplyFactory
from tests.vision.factories import ViewpointFactory

pytestmark = pytest.mark.django_db


def test_each_word_is_a_link_to_exactly_the_proposals_that_use_it(
    client: Client, voices: Callable[..., list[Proposal]]
) -> None:
    first, second, third = voices("公園のベンチ", "木陰のベンチ", "図書館の本")
    html = page(client)
    address = f"/analysis/words/words/{Term.objects.get(text='ベンチ').pk}/"
    assert html.count(f'href="{address}"') == 3  # wide, phone, table
    assert "ベンチ：2回、2件の意見、2人" in html
    assert 'href="#cloud-files"' in html.partition("<figure")[2].partition("</figure")[0], (
        "a way past the words by keyboard"
    )
    assert 'id="cloud-files"' in html
    behind = page(client, address)
    older = main_of(page(client, "/analysis/words/words/ベンチ/"))
    assert main_of(behind) == older, "addresses of before words had numbers go on"
    assert first.code in behind
    assert second.code in behind
    assert third.code not in behind
    assert "<mark>ベンチ</mark>" in behind


def test_what_is_hidden_is_gone_from_cloud_table_list_and_files_at_once(
    client: Client, voices: Callable[..., list[Proposal]]
) -> None:
    hidden, _other = voices("秘密基地", "図書館")
    texts = (URL, *(f"/analysis/words.{name}" for name in ("svg", "json", "csv")), f"{URL}?measure=proposals")
    for address in texts:  # whoever keeps an answer keeps this one
        assert "秘密基地" in client.get(address).getvalue().decode()
    drawn = client.get("/analysis/words.png")
    picture, etag = drawn.content, drawn.headers["ETag"]
    assert client.get("/analysis/words.png", headers={"if-none-match": etag}).status_code == 304
    Proposal.objects.filter(pk=hidden.pk).update(state=State.HIDDEN)
    for address in (*texts, f"{URL}?measure=distinct"):
        assert "秘密基地" not in client.get(address).getvalue().decode()
    assert client.get("/analysis/words.png", headers={"if-none-match": etag}).content not in {b"", picture}
    behind = main_of(page(client, "/analysis/words/words/秘密基地/"))
    assert hidden.code not in behind
    assert behind.replace("秘密基地", "宇宙基地") == main_of(page(client, "/analysis/words/words/宇宙基地/"))


def test_a_word_with_a_stroke_in_it_breaks_no_cloud(
    client: Client, voices: Callable[..., list[Proposal]], sign_in: Any
) -> None:
    voices("よろしくお願いします ok(^_^)/", "また ok(^_^)/ です", "ＡＣ/ＤＣとand/or", "★☆ (^o^)丿 orz/")
    assert not [word for word in Term.objects.values_list("text", flat=True) if "(" in word or "☆" in word]
    Term.objects.create(text="ok(^_^)/")  # as texts were read before
    ProposalTerm.objects.create(term=Term.objects.get(text="ok(^_^)/"), proposal=Proposal.objects.first(), n=1)
    pages = [f"{URL}{name}" for name in ("", "network/", "weeks/", "groups/", "compare/?a-channel=paper")]
    for address in (*pages, "/analysis/words.svg", "/analysis/words.json"):
        assert client.get(address).status_code == 200, address
    payload = cloud_for(scope_of(slug="words"), WordFilter()).to_payload()
    for row in payload["words"]:
        row[1] = "もうない/ことば" if row[1] == "ok(^_^)/" else row[1]
    kept = Snapshot.objects.create(
        kind="cloud",
        title="固定",
        consultation=Consultation.objects.get(),
        payload=payload,
        query=[{}],
        proposal_ids=[],
    )
    frozen = client.get(kept.get_absolute_url())
    assert frozen.status_code == 200
    assert "もうない/ことば" in frozen.content.decode()


def test_a_number_tells_nothing_of_words_that_are_not_public(
    client: Client, voices: Callable[..., list[Proposal]]
) -> None:
    (hidden, _other) = voices("秘密基地", "図書館")
    number = Term.objects.get(text="秘密基地").pk
    Proposal.objects.filter(pk=hidden.pk).update(state=State.HIDDEN)
    answer, unknown = (client.get(f"/analysis/words/words/{n}/") for n in (number, 999_999_999_999_999_999_999))
    assert (answer.status_code, unknown.status_code) == (404, 404)
    assert main_of(answer.content.decode()) == main_of(unknown.content.decode())


def test_a_draft_has_no_cloud(client: Client) -> None:
    ConsultationFactory(slug="draft", draft=True)
    for address in ("/analysis/draft/", "/analysis/draft.svg", "/analysis/draft.json", "/analysis/draft/words/公園/"):
        assert client.get(address).status_code == 404


def test_what_a_cloud_was_narrowed_to_stands_on_its_page_its_pictures_and_behind_its_words(
    client: Client, voices: Callable[..., list[Proposal]]
) -> None:
    voices("公園のベンチ", channel="paper", author=None)
    query = "?channel=paper&since=2025-07-01"
    for address in (URL, "/analysis/words.svg", f"{URL}words/公園/", f"{URL}weeks/"):
        assert "令和7年7月1日から、収集経路：紙" in client.get(address + query).content.decode()
        assert "収集経路：紙" not in client.get(address).content.decode()
    words, plain = [("公園", "noun", 2.0)], {"title": "公園", "lines": ["意見1件"]}
    assert draw_picture(words, conditions="収集経路：紙", **plain) != draw_picture(words, **plain)
    assert client.get(f"/analysis/words.png{query}").content != client.get("/analysis/words.png").content


@pytest.mark.parametrize(
    "query",
    [
        "since=yesterday",
        "since=2025-02-01&until=2025-01-01",
        "channel=telegraph",
        "question=x",
        "tag=none",
        "measure=z",
    ],
)
def test_a_wrong_address_says_what_is_wrong(client: Client, theme: Consultation, query: str) -> None:
    QuestionFactory(consultation=theme)
    assert "エラー" in main_of(page(client, f"{URL}?{query}", status=422))
    for suffix in (".svg", ".png", ".csv", ".json"):
        answer = client.get(f"/analysis/words{suffix}?{query}")
        assert answer.status_code == 422
        assert re.search("[ぁ-ん]", answer.content.decode())


def test_a_word_is_no_formula_in_a_spreadsheet(client: Client, voices: Callable[..., list[Proposal]]) -> None:
    voices("公園のベンチ", "公園")
    Term.objects.filter(text="ベンチ").update(text="=ベンチ")
    answer = client.get("/analysis/words.csv")
    assert answer.getvalue().decode("utf-8-sig").splitlines() == [
        "語,品詞,使われた回数,使った意見の数,使った人の数,特徴度,打ち消した形,打ち消した意見の数",
        "公園,名詞,2,2,2,,,0",
        "'=ベンチ,名詞,1,1,1,,,0",
    ]
    name = quote(f"ことば_公園のこれから_{timezone.localdate():%Y%m%d}.csv")
    assert answer["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"


def test_filters_narrow_the_count(client: Client, theme: Consultation, voices: Callable[..., list[Proposal]]) -> None:
    second = QuestionFactory(consultation=theme)
    tag = Tag.objects.create(name="緑", slug="midori", is_approved=True)
    voices("公園", channel="paper", author=None)
    voices("図書館", question=second)
    (tagged,) = voices("体育館")
    tagged.tags.set([tag])
    voices("児童館", published_at=timezone.now() - timedelta(days=40))
    today = timezone.localdate().isoformat()
    assert set(counts(client, "?channel=paper")) == {"公園"}
    assert set(counts(client, f"?question={second.number}")) == {"図書館"}
    assert set(counts(client, "?tag=midori")) == {"体育館"}
    assert set(counts(client, f"?until={(timezone.localdate() - timedelta(days=30)).isoformat()}")) == {"児童館"}
    assert set(counts(client, f"?since={today}&until={today}")) == {"公園", "図書館", "体育館"}


def test_a_viewpoint_gathers_its_consultations(client: Client, theme: Consultation, voices: Any) -> None:
    viewpoint = ViewpointFactory(number=1)
    voices("公園")
    assert counts(client, url="/analysis/viewpoints/1.json") == {}
    theme.viewpoints.add(viewpoint)
    assert set(counts(client, url="/analysis/viewpoints/1.json")) == {"公園"}
    assert counts(client, "?state=answered", url="/analysis/viewpoints/1.json") == {}
    assert "/analysis/viewpoints/1/words/" in page(client, "/analysis/viewpoints/1/")
    assert client.get("/analysis/viewpoints/7/").status_code == 404


def test_distinctive_words_are_those_that_others_do_not_use(client: Client, voices: Any) -> None:
    elsewhere = ConsultationFactory()
    voices(*["公園の木陰"] * 6, "公園の木陰と噴水")
    voices(*["公園の駐車場"] * 12, consultation=elsewhere)
    found = client.get("/analysis/words.json?measure=distinct").json()["words"]
    assert [w["word"] for w in found] == ["木陰"], "what a single person said is distinctive of nobody"
    assert found[0]["score"] > 1.96
    assert f",{found[0]['score']},,0\r\n" in client.get("/analysis/words.csv?measure=distinct").getvalue().decode()
    Proposal.objects.filter(consultation=elsewhere).update(state=State.HIDDEN)
    assert client.get("/analysis/words.json?measure=distinct").json()["words"] == [], "nothing public is left beside it"


def test_the_picture_is_a_png_of_both_sizes(client: Client, voices: Any) -> None:
    voices("公園のベンチ")
    for query, size in (("", (1200, 630)), ("?size=2400", (2400, 1260))):
        data = client.get(f"/analysis/words.png{query}").content
        assert data[:8] == b"\x89PNG\r\n\x1a\n"
        assert (int.from_bytes(data[16:20]), int.from_bytes(data[20:24])) == size
    assert client.get("/analysis/words.png?size=9999").status_code == 422


def test_the_same_voices_give_the_same_cloud(client: Client, voices: Any) -> None:
    voices("公園のベンチと木陰", "図書館の本と公園")
    first = client.get("/analysis/words.svg").content
    cache.clear()  # counted and drawn anew, not the same run
    assert client.get("/analysis/words.svg").content == first
    words = [("公園", "noun", 3.0), *((f"ことば{n}", "noun", 2.0) for n in range(9))]
    assert lay_out(words, WIDE).hash == lay_out(words[::-1], WIDE).hash


def test_what_explains_the_numbers_stands_on_and_under_the_cloud(client: Client, voices: Any) -> None:
    StopWord.objects.all().delete()
    StopWord.objects.create(word="木陰", reason="試験")
    voices("公園のベンチ", "公園の木陰")
    for text in (page(client), client.get("/analysis/words.svg").content.decode()):
        assert "意見2件（2人）" in text
        assert "時点" in text
        assert "辞書 第" in text
        assert f"市の辞書で1語を除き、{Synonym.objects.count()}語をほかの書き方とまとめています" in text
        assert "市民全体の意見を代表するものではありません" in text
    facts = client.get("/analysis/words.json").json()
    assert facts["意見の数"] == 2
    assert facts["時点"] == timezone.localdate().isoformat()


def test_words_are_placed_without_overlap_and_large_enough_for_a_finger() -> None:
    words = [(f"ことば{n}", "noun", float(200 - n)) for n in range(150)]
    for sheet in (WIDE, PHONE):
        layout = lay_out(words, sheet)
        assert len(layout.words) == sheet.words
        assert overlaps(layout) == 0
        shrunk = 254 / 342 if sheet is PHONE else 1  # on a phone of 320 px
        assert min(word.height for word in layout.words) * shrunk >= 24
        by_size = [word.size for word in layout.words]
        assert by_size == sorted(by_size, reverse=True)
    assert max(word.left + word.width for word in lay_out(words, PHONE).words) <= PHONE.width
    assert min(word.size for word in lay_out(words, PHONE).words) >= 16


def test_nothing_of_a_page_needs_a_style_attribute(client: Client, voices: Any) -> None:
    voices("公園のベンチ")
    html = page(client) + client.get("/analysis/words.svg").content.decode()
    assert " style=" not in html
    assert "<style" not in html


@pytest.mark.parametrize("number", [0, 1])
def test_a_cloud_of_few_or_no_voices_has_a_page(client: Client, theme: Consultation, voices: Any, number: int) -> None:
    voices(*["公園"] * number)
    html = page(client)
    assert ("まだ意見がありません" in html) is (number == 0)
    assert client.get("/analysis/words.svg").status_code == 200
    assert client.get("/analysis/words.png").status_code == 200


def test_what_is_still_being_read_is_said(client: Client, theme: Consultation, voices: Any) -> None:
    voices("公園")
    ProposalFactory(consultation=theme, body="図書館")
    assert "2件のうち1件が済みました" in page(client)
    assert "HX-Refresh" not in client.get("/analysis/words/status/", headers={"HX-Request": "true"}).headers
    read_proposals()
    assert client.get("/analysis/words/status/", headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert "読み取っています" not in page(client)


@pytest.mark.usefixtures("without_page_cache")
def test_reading_a_page_writes_nothing_and_asks_as_much_for_many_as_for_few(client: Client, voices: Any) -> None:
    numbers = []
    for more in (15, 27):  # from some voices on a word has neighbours
        voices(*[f"公園{chr(0x4E00 + n)}番とベンチ" for n in range(more)])
        for address in (URL, "/analysis/words/words/公園/"):
            with CaptureQueriesContext(connection) as asked:
                client.get(address)
            assert not [
                q
                for q in asked.captured_queries
                if q["sql"].lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))
            ]
            numbers.append(len(asked))
    assert numbers[:2] == numbers[2:]


def test_a_cloud_that_takes_too_long_says_why_and_shows_the_last_one(
    client: Client, voices: Any, monkeypatch: pytest.MonkeyPatch, frozen_clock: Traveller
) -> None:
    monkeypatch.setattr(count_cache, "MIN_PROPOSALS", 1)
    first, _second = voices("秘密基地", "図書館")
    assert "秘密基地" in page(client)
    with monkeypatch.context() as patch:
        slow = counting.COUNT.replace("WITH {chosen}", "WITH {chosen}, slow AS (SELECT pg_sleep(9))")
        patch.setattr(counting, "COUNT", slow.replace("FROM counted n", "FROM slow, counted n"))
        patch.setattr(counting, "ROOM", "SET LOCAL statement_timeout = '500ms'")
        html = page(client, f"{URL}?channel=web", 503)
        assert "時間内に数え終わりませんでした" in html
        frozen_clock.shift(20)
        voices("体育館")
        html = page(client)
        assert "時間内に数え終わりませんでした" in html
        assert "前回の集計（意見2件）" in html
        assert "秘密基地" in html
        Proposal.objects.filter(pk=first.pk).update(state=State.HIDDEN)
        assert "秘密基地" not in page(client, URL, 503)
    assert "時間内に" not in page(client)


def test_hostile_words_stay_text(client: Client, voices: Any) -> None:
    voices('<script>alert(1)</script>公園"><img src=x onerror=1>', "公園 %00 ../../ %2e")
    for address in (URL, "/analysis/words.svg", "/analysis/words/words/公園/"):
        html = page(client, address)
        assert "<script>alert" not in html
        assert "<img src=x" not in html
    assert client.get("/analysis/words/words/%2e%2e%2f/").status_code in {200, 404}
    json.loads(client.get("/analysis/words.json").content)


def test_words_are_filtered_by_what_the_city_said(client: Client, theme: Consultation) -> None:
    answered = ProposalFactory(consultation=theme, body="公園の木陰")
    ProposalFactory(consultation=theme, body="公園の駐車場")
    ReplyFactory(proposal=answered).publish(by=make_secretariat())
    read_proposals()
    for chosen, seen, unseen in (("status-reflected", "木陰", "駐車場"), ("waiting", "駐車場", "木陰")):
        for where in ("", "words/公園/"):
            html = client.get(f"/analysis/words/{where}?reply={chosen}").content.decode()
            assert seen in html
            assert unseen not in html
    assert client.get("/analysis/words/?reply=status-nonsense").status_code == 422
