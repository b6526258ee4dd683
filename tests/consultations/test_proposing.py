"""A resident answers a question: what is taken, what is refused, and that nothing typed is lost."""

import unicodedata
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.consultations.models import Proposal, ProposalRevision, Tag
from tests.accounts.factories import UserFactory, make_moderator, make_secretariat, make_staff
from tests.consultations.factories import ConsultationFactory, ProposalFactory, QuestionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Any:
    return UserFactory(nickname="多摩川さんぽ", consented_at=timezone.now(), consent_version="1")


@pytest.fixture
def client(person: Any, sign_in: Callable[[Any], Client]) -> Client:
    return sign_in(person)


@pytest.fixture
def asked() -> Any:
    return ConsultationFactory(slug="parks", closes_at=timezone.now() + timedelta(days=7))


def typed(asked: Any, **changes: Any) -> dict[str, Any]:
    return {
        "question": asked.questions.first().pk,
        "body": "木陰のあるベンチがほしい",
        "name": "anonymous",
        "submit_key": str(uuid.uuid4()),
        "step": "post",
        **changes,
    }


def test_proposal_is_previewed_then_posted(client: Client, asked: Any) -> None:
    preview = client.post("/consultations/parks/propose/", typed(asked, step="preview"))
    assert preview.status_code == 200
    assert "この内容で公開されます" in preview.text
    assert not Proposal.objects.exists()

    posted = client.post("/consultations/parks/propose/", typed(asked), follow=True)
    proposal = Proposal.objects.get()
    assert posted.redirect_chain[-1][0] == f"/proposals/{proposal.code}/?posted=1"
    assert "木陰のあるベンチがほしい" in posted.text
    assert "木陰のあるベンチがほしい" in Client().get("/consultations/parks/").text


def test_code_carries_fiscal_year_and_is_not_reused(client: Client, asked: Any) -> None:
    with time_machine.travel("2026-03-31 14:59:00+00:00", tick=False):  # 23:59 in Chofu, still 令和7年度
        first = ProposalFactory(consultation=asked)
    with time_machine.travel("2026-03-31 15:00:00+00:00", tick=False):
        second = ProposalFactory(consultation=asked)
    assert first.code.startswith("C25-")
    assert second.code.startswith("C26-")
    assert int(second.code[4:]) > int(first.code[4:])


def test_same_submit_key_makes_one_proposal(client: Client, asked: Any) -> None:
    data = typed(asked)
    addresses = {client.post("/consultations/parks/propose/", data).headers["Location"] for _press in range(3)}
    assert len(addresses) == 1
    assert Proposal.objects.count() == 1


def test_going_back_and_writing_something_else_posts_it_too(client: Client, asked: Any) -> None:
    data = typed(asked, body="一つ目の考え")
    first = client.post("/consultations/parks/propose/", data)
    second = client.post("/consultations/parks/propose/", {**data, "body": "二つ目の考え"}, follow=True)
    assert set(Proposal.objects.values_list("body", flat=True)) == {"一つ目の考え", "二つ目の考え"}
    assert Proposal.objects.get(body="二つ目の考え").code in second.text
    assert first.headers["Location"] not in second.redirect_chain[0][0]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("", "意見を書いてください。"),
        (" 　\n", "意見を書いてください。"),
        ("あ" * 2001, "1文字多くなっています"),
        ("a\x00b", "使えない文字"),
        ("a\u202eb", "使えない文字"),
        ("一行目\nまちの\uffff公園", "2行目、「まちの」と「公園」の間"),
        ("あ" + "\u0301" * 120_000, "使えない文字"),
        ("\u200b\u3164", "意見を書いてください。"),
        ("行\n" * 10_000, "文字多くなっています"),
    ],
)
def test_bad_body_gets_a_sentence_and_comes_back(client: Client, asked: Any, body: str, sentence: str) -> None:
    answer = client.post("/consultations/parks/propose/", typed(asked, body=body, title="残る見出し"))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "残る見出し" in answer.text
    assert not Proposal.objects.exists()


def test_characters_are_counted_as_a_person_counts(client: Client, asked: Any) -> None:
    family, composed = "👨‍👩‍👧‍👦", "か\u3099"
    body = (family + composed) * 1000
    assert client.post("/consultations/parks/propose/", typed(asked, body=body)).status_code == 302


@pytest.mark.parametrize(
    "title", ["❤\ufe0f" * 31, "か\u3099" * 31, "か\u3099" * 60, "👨\u200d👩\u200d👧\u200d👦" * 31, "❤\ufe0f" * 60]
)
def test_a_title_of_composed_letters_is_taken_or_refused_with_a_sentence(
    client: Client, asked: Any, title: str
) -> None:
    answer = client.post("/consultations/parks/propose/", typed(asked, title=title))
    if answer.status_code == 422:
        assert "多すぎて" in answer.text
    else:
        assert Proposal.objects.get().title == unicodedata.normalize("NFC", title)


def test_unusable_characters_are_taken_out_with_one_press_and_shown_again(client: Client, asked: Any) -> None:
    bad = typed(asked, body="まちの\uffff公園\u202e", title="見\x00出し")
    refused = client.post("/consultations/parks/propose/", bad)
    assert refused.status_code == 422
    assert 'name="take_out" value="body"' in refused.text
    mended = client.post("/consultations/parks/propose/", {**bad, "take_out": "body"})
    assert mended.status_code == 422
    assert "使えない文字を2つ取り除きました" in mended.text
    assert "まちの公園</textarea>" in mended.text
    assert 'value="見出し"' in mended.text
    assert not Proposal.objects.exists()
    fine = typed(asked, body="まちの公園", take_out="body")
    assert client.post("/consultations/parks/propose/", fine).status_code == 422
    assert client.post("/consultations/parks/propose/", {**fine, "take_out": ""}).status_code == 302


def test_line_ends_are_lf(client: Client, asked: Any) -> None:
    client.post("/consultations/parks/propose/", typed(asked, body="一行目\r\n二行目\r三行目"))
    assert Proposal.objects.get().body == "一行目\n二行目\n三行目"


def test_script_tags_are_shown_as_text(client: Client, asked: Any) -> None:
    page = client.post("/consultations/parks/propose/", typed(asked, body="<script>alert(1)</script>"), follow=True)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "<script>alert" not in page.text


def test_after_closing_the_text_comes_back_with_the_reason(client: Client, asked: Any) -> None:
    with time_machine.travel(asked.closes_at, tick=False):
        answer = client.post("/consultations/parks/propose/", typed(asked))
    assert answer.status_code == 403
    assert "受付は終了しました" in answer.text
    assert "木陰のあるベンチがほしい" in answer.text
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("step", ["preview", "post", "edit"])
def test_after_closing_everything_comes_back_and_no_preview_promises_publication(
    client: Client, asked: Any, step: str
) -> None:
    with time_machine.travel(asked.closes_at, tick=False):
        data = typed(asked, step=step, title="木陰の話", tags="公園、ベンチ")
        answer = client.post("/consultations/parks/propose/", data)
    assert answer.status_code == 403
    assert "この内容で公開されます" not in answer.text
    for words in ("木陰のあるベンチがほしい", "木陰の話", "公園、ベンチ"):
        assert words in answer.text


def test_a_preview_of_one_closed_question_promises_nothing(client: Client, asked: Any) -> None:
    later = QuestionFactory(consultation=asked, number=99, opens_at=timezone.now() + timedelta(days=5))
    answer = client.post("/consultations/parks/propose/", typed(asked, question=later.pk, step="preview"))
    assert answer.status_code == 422
    assert "まだ受付が始まっていません" in answer.text
    assert "この内容で公開されます" not in answer.text


@pytest.mark.parametrize(
    ("shift", "sentence"), [(timedelta(days=-2), "まだ受付が始まっていません"), (timedelta(days=8), "受付は終了")]
)
def test_outside_the_period_the_page_says_what_comes_next(
    client: Client, asked: Any, shift: timedelta, sentence: str
) -> None:
    with time_machine.travel(timezone.now() + shift, tick=False):
        answer = client.get("/consultations/parks/propose/")
    assert answer.status_code == 403
    assert sentence in answer.text


def test_question_with_its_own_period_is_closed_alone(client: Client, asked: Any) -> None:
    later = QuestionFactory(consultation=asked, number=99, opens_at=timezone.now() + timedelta(days=5))
    answer = client.post("/consultations/parks/propose/", typed(asked, question=later.pk))
    assert answer.status_code == 422
    assert "まだ受付が始まっていません" in answer.text


def test_question_of_another_consultation_is_refused(client: Client, asked: Any) -> None:
    other = ConsultationFactory()
    answer = client.post("/consultations/parks/propose/", typed(asked, question=other.questions.first().pk))
    assert answer.status_code == 422
    assert not Proposal.objects.exists()


def test_consent_is_asked_once(sign_in: Callable[[Any], Client], asked: Any) -> None:
    newcomer = UserFactory()
    client = sign_in(newcomer)
    refused = client.post("/consultations/parks/propose/", typed(asked))
    assert refused.status_code == 422
    assert "同意が必要です" in refused.text
    assert client.post("/consultations/parks/propose/", typed(asked, consent="on")).status_code == 302
    newcomer.refresh_from_db()
    assert newcomer.consent_version
    assert client.post("/consultations/parks/propose/", typed(asked)).status_code == 302


def test_name_is_the_authors_choice(client: Client, asked: Any) -> None:
    client.post("/consultations/parks/propose/", typed(asked))
    client.post("/consultations/parks/propose/", typed(asked, name="nickname"))
    assert [p.shown_name for p in Proposal.objects.order_by("pk")] == ["匿名", "多摩川さんぽ"]
    anonymous = Proposal.objects.order_by("pk").first()
    assert "多摩川さんぽ" not in Client().get(anonymous.get_absolute_url()).text


def test_unknown_tag_waits_for_staff(client: Client, asked: Any) -> None:
    Tag.objects.create(name="公園", is_approved=True)
    page = client.post("/consultations/parks/propose/", typed(asked, tags="公園、あたらしいことば"), follow=True)
    assert "#公園" in page.text
    assert "あたらしいことば" not in page.text
    assert not Tag.objects.get(name="あたらしいことば").is_approved


def test_mass_assignment_changes_nothing(client: Client, asked: Any) -> None:
    client.post(
        "/consultations/parks/propose/", typed(asked, state="hidden", like_count="99", channel="paper", author="1")
    )
    proposal = Proposal.objects.get()
    assert (proposal.state, proposal.like_count, proposal.channel) == ("published", 0, "web")


def test_edit_within_thirty_minutes_keeps_the_earlier_wording_private(client: Client, asked: Any, person: Any) -> None:
    proposal = ProposalFactory(consultation=asked, author=person, body="はじめの文")
    answer = client.post(f"/proposals/{proposal.code}/edit/", {"body": "なおした文", "title": ""}, follow=True)
    assert "なおした文" in answer.text
    assert "はじめの文" in answer.text  # the author sees the earlier wording
    public = Client().get(proposal.get_absolute_url()).text
    assert "編集済み" in public
    assert "はじめの文" not in public
    assert ProposalRevision.objects.get().body == "はじめの文"


def test_staff_read_a_corrected_wording_only_to_decide_about_the_text(asked: Any, person: Any, sign_in: Any) -> None:
    proposal = ProposalFactory(consultation=asked, author=person, body="なおした文")
    proposal.revisions.create(body="電話番号のあるはじめの文")
    desk = reverse("admin:consultations_proposal_change", args=[proposal.pk])
    seen = {}
    for make in (lambda: make_staff(asked.department), make_moderator, make_secretariat):
        browser, staff = sign_in(who := make()), who.postings.get().role
        seen[staff] = ["はじめの文" in browser.get(page).text for page in (proposal.get_absolute_url(), desk)]
    assert seen == {"staff": [False, False], "moderator": [False, True], "secretariat": [False, True]}


def test_edit_after_thirty_minutes_is_refused_and_text_kept(client: Client, asked: Any, person: Any) -> None:
    proposal = ProposalFactory(consultation=asked, author=person, body="はじめの文")
    with time_machine.travel(proposal.editable_until, tick=False):
        answer = client.post(f"/proposals/{proposal.code}/edit/", {"body": "なおした文", "title": ""})
    assert answer.status_code == 422
    assert "30分以内" in answer.text
    assert "なおした文" in answer.text
    proposal.refresh_from_db()
    assert proposal.body == "はじめの文"


def test_others_cannot_edit_or_withdraw(client: Client, asked: Any) -> None:
    proposal = ProposalFactory(consultation=asked)
    for act in ("edit", "withdraw"):
        assert client.post(f"/proposals/{proposal.code}/{act}/", {"body": "x"}).status_code == 404
    proposal.refresh_from_db()
    assert proposal.state == "published"


def test_withdrawn_proposal_answers_410_without_a_word_of_it(client: Client, asked: Any, person: Any) -> None:
    proposal = ProposalFactory(
        consultation=asked, author=person, body="取り下げる文", title="取り下げる題", public_name="多摩川さんぽ"
    )
    client.post(f"/proposals/{proposal.code}/withdraw/")
    gone = Client().get(proposal.get_absolute_url())
    assert gone.status_code == 410
    for word in ("取り下げる文", "取り下げる題", "多摩川さんぽ"):
        assert word not in gone.text
        assert word not in Client().get("/consultations/parks/").text
        assert word not in Client().get("/consultations/parks/?q=取り下げる").text
        assert word not in Client().get("/consultations/parks/feed.atom").text


def test_similar_voices_are_offered(client: Client, asked: Any) -> None:
    ProposalFactory(consultation=asked, body="公園に木陰のあるベンチを増やしてほしい")
    ProposalFactory(consultation=asked, body="交通の便が良い街が良いです。")
    preview = client.post("/consultations/parks/propose/", typed(asked, step="preview"))
    assert "似た意見が1件あります" in preview.text
    assert "公園に木陰のあるベンチを増やしてほしい" in preview.text


def test_an_old_voice_is_offered_however_many_came_after_it(asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.core.models.CANDIDATES", 10)
    old = ProposalFactory(consultation=asked, body="公園に木陰のあるベンチを増やしてほしい")
    for number in range(40):
        ProposalFactory(consultation=asked, body=f"公園の水辺を歩きたい {number}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE consultations_proposal")
    assert Proposal.objects.resembling("公園に木陰のあるベンチを増やしてほしい")[0] == old, "the same sentence"
    assert Proposal.objects.resembling("公園に木陰とベンチを増やしてください")[0] == old, (
        "much alike, by its rare pairs"
    )
    common = Proposal.objects.resembling("公園の水辺を歩きたい")
    assert len(common) == 5
    assert old not in common


def test_attributes_are_stored_with_the_act_and_never_shown(client: Client, asked: Any, person: Any) -> None:
    page = client.post("/consultations/parks/propose/", typed(asked, age_band="40s", district="north"), follow=True)
    proposal = Proposal.objects.get()
    assert (proposal.age_band, proposal.district) == ("40s", "north")
    assert "40代" not in page.text.split("<main", 1)[1]
    person.age_band = "50s"
    person.save()
    proposal.refresh_from_db()
    assert proposal.age_band == "40s"


def test_too_many_posts_an_hour_are_refused_with_a_sentence(client: Client, asked: Any) -> None:
    for number in range(10):
        assert client.post("/consultations/parks/propose/", typed(asked, body=f"意見{number}")).status_code == 302
    answer = client.post("/consultations/parks/propose/", typed(asked, body="十一番目"))
    assert answer.status_code == 422
    assert "十一番目" in answer.text
