"""ふりがな on pages: who sees it, what staff change, what it costs, and that no page loses a letter."""

import re
import time
from typing import Any
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.core.furigana import FuriganaReader
from apps.core.ruby import add_ruby
from apps.operations.models import AuditEntry, FuriganaWord
from apps.operations.services import furigana
from tests.accounts import factories as people
from tests.consultations.factories import ConsultationFactory, ProposalFactory

pytestmark = pytest.mark.django_db
READING = re.compile(r"<rt>[^<]*</rt>")
MARKUP = re.compile(r"</?(?:ruby|span)[^>]*>")


@pytest.fixture(autouse=True)
def nothing_known() -> Any:
    """What this process has read for other tests is forgotten."""
    furigana._known.clear()


@pytest.fixture
def reading() -> Client:
    client = Client()
    client.cookies["furigana"] = "1"
    return client


def test_official_texts_get_readings_and_residents_words_do_not(reading: Client) -> None:
    asked = ConsultationFactory(slug="parks", title="公園の未来", summary="水辺の計画")
    ProposalFactory(consultation=asked, title="木陰の休憩所", body="木陰のある歩道がほしい")
    text = reading.get("/consultations/parks/").text
    assert "<ruby>公園<rt>こうえん</rt></ruby>の<ruby>未来<rt>みらい</rt></ruby>" in text
    assert "木陰のある歩道がほしい" in text
    assert "<title>公園の未来" in text
    assert "<rt>" not in Client().get("/consultations/parks/").text


def test_a_part_for_htmx_has_them_too(reading: Client) -> None:
    ConsultationFactory(slug="parks")
    answer = reading.get("/consultations/parks/?q=x", headers={"HX-Request": "true", "HX-Target": "proposals"})
    assert "<html" not in answer.text
    assert "<rt>" in answer.text
    assert {"Cookie", "HX-Request"} <= {name.strip() for name in answer.headers["Vary"].split(",")}


def test_the_admin_site_and_files_have_none(sign_in: Any) -> None:
    browser = sign_in(people.make_secretariat())
    browser.cookies["furigana"] = "1"
    assert "<rt>" not in browser.get("/admin/").text
    ConsultationFactory(slug="parks")
    assert b"<rt>" not in browser.get("/consultations/parks/feed.atom").content


def test_the_switch_stays_and_goes_back_to_its_page() -> None:
    client = Client()
    answer = client.post("/language/", {"furigana": "1", "next": "/terms/"})
    assert (answer.status_code, answer.url) == (302, "/terms/")
    assert answer.cookies["furigana"]["max-age"] == 365 * 24 * 3600
    page = client.get("/")
    assert "<rt>" in page.text
    assert re.search(r'name="furigana" value="0"[^>]*aria-pressed="true"', page.text)
    client.post("/language/", {"furigana": "0", "next": "/"})
    assert "<rt>" not in client.get("/").text
    assert client.post("/language/", {"furigana": "1", "next": "https://elsewhere.example/"}).url == "/"
    assert "furigana" not in client.post("/language/", {"furigana": "yes"}).cookies


def test_staff_set_a_reading_and_the_next_page_has_it(reading: Client, sign_in: Any) -> None:
    secretariat = sign_in(people.make_secretariat())
    ConsultationFactory(slug="parks", title="月見橋の未来")
    assert "つきみばし" not in reading.get("/consultations/parks/").text
    secretariat.post("/admin/operations/furiganaword/add/", {"word": "月見橋", "reading": "つきみばし"})
    assert "<ruby>月見橋<rt>つきみばし</rt></ruby>" in reading.get("/consultations/parks/").text
    word = FuriganaWord.objects.get(word="月見橋")
    assert AuditEntry.objects.for_target(word).get().verb == "set_furigana"
    secretariat.post(f"/admin/operations/furiganaword/{word.pk}/change/", {"word": "月見橋", "reading": "つきみはし"})
    assert "<ruby>月見橋<rt>つきみはし</rt></ruby>" in reading.get("/consultations/parks/").text
    secretariat.post(f"/admin/operations/furiganaword/{word.pk}/delete/", {"post": "yes"})
    assert "つきみはし" not in reading.get("/consultations/parks/").text
    assert AuditEntry.objects.filter(verb="remove_furigana").count() == 1


@pytest.mark.parametrize(
    ("word", "kana"),
    [("月見橋", "ツキミ"), ("月見橋", "<b>"), ("つきみ", "つきみ"), ("月 見", "つき"), ("<月>", "つき")],
)
def test_a_reading_is_hiragana_and_a_word_has_kanji(sign_in: Any, word: str, kana: str) -> None:
    answer = sign_in(people.make_secretariat()).post(
        "/admin/operations/furiganaword/add/", {"word": word, "reading": kana}
    )
    assert answer.status_code == 422
    with pytest.raises(IntegrityError), transaction.atomic():
        FuriganaWord.objects.create(word=word, reading=kana)


def test_the_names_of_the_citys_places_are_there_from_the_beginning(reading: Client) -> None:
    names = (
        "布田 国領 深大寺 多摩川 調布 柴崎 仙川 飛田給 染地 佐須 入間町 菊野台 小島町 富士見町 若葉町 緑ケ丘 下石原 上石原 野水 "
        "西つつじケ丘"
    )
    ConsultationFactory(slug="parks", summary=names.replace(" ", "、"))
    text = re.sub(r"<ruby>(.*?)<rt>(.*?)</rt></ruby>", r"\2", reading.get("/consultations/parks/").text)
    read = (
        "ふだ、こくりょう、じんだいじ、たまがわ、ちょうふ、しばさき、せんがわ、とびたきゅう、そめち、さす、いりまちょう、"
        "きくのだい、こじまちょう、ふじみちょう、わかばちょう、みどりがおか、しもいしわら、かみいしわら、のみず、にしつつじがおか"
    )
    assert read in text


def test_a_text_is_read_once_for_all_processes(reading: Client) -> None:
    ConsultationFactory(slug="parks")
    first = reading.get("/consultations/parks/").text
    furigana._known.clear()  # as another process
    with patch.object(FuriganaReader, "read", side_effect=AssertionError("read again")):
        again = reading.get("/consultations/parks/").text
        assert again.count("<rt>") == first.count("<rt>") > 20
        cache.clear()
        assert reading.get("/consultations/parks/").status_code == 200


@pytest.mark.usefixtures("without_page_cache")
def test_a_page_costs_one_query_more_and_only_where_it_is_asked_for(reading: Client) -> None:
    ConsultationFactory(slug="parks")
    counts = []
    for client in (Client(), reading):
        client.get("/consultations/parks/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/consultations/parks/")
        counts.append(len(queries))
    assert counts[1] == counts[0] + 1


def test_without_the_database_the_last_words_go_on() -> None:
    assert furigana.read_texts([("飛田給", "")]) == {
        ("飛田給", ""): "<span><ruby>飛田給<rt>とびたきゅう</rt></ruby></span>"
    }
    with patch.object(FuriganaWord.objects, "as_pairs", side_effect=OperationalError("gone")):
        assert "とびたきゅう" in furigana.read_texts([("飛田給", "")])["飛田給", ""]


def test_a_long_page_is_bounded_and_cheap_once_it_is_known() -> None:
    sentences = [f"第{n}号の議案について、調布市は市民の意見を聴き、計画{n}の見直しを検討します。" for n in range(2500)]
    page = "<main>" + "".join(f"<p>{sentence}</p>" for sentence in sentences) + "</main>"
    made = add_ruby(page, furigana.read_texts, is_japanese=True)
    assert READING.sub("", MARKUP.sub("", made)) == page
    assert made.endswith(f"<p>{sentences[-1]}</p></main>"), "a page over the limit is finished next time"
    short = page[:60_000]
    add_ruby(short, furigana.read_texts, is_japanese=True)
    begun = time.thread_time()
    add_ruby(short, furigana.read_texts, is_japanese=True)
    assert time.thread_time() - begun < 0.15
