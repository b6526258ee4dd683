"""付箋 from a workshop: thirty in one submit, public the same day, with their channel, never under the typist's name."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import User
from apps.consultations.models import ActionRefused, Batch, Channel, Consultation, Proposal
from apps.intake import actions as intake
from apps.intake.actions import Line
from apps.intake.forms import MOST_LINES, LineReader
from apps.operations.models import AuditEntry
from tests.accounts.factories import UserFactory, make_moderator, make_secretariat, make_staff
from tests.consultations.factories import ConsultationFactory, ProposalFactory, QuestionFactory
from tests.consultations.moderation import RuleFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
ADD = "/admin/consultations/batch/add/"


@pytest.fixture
def asked() -> Consultation:
    return ConsultationFactory(slug="koen")


@pytest.fixture
def typist(asked: Consultation) -> User:
    return make_staff(asked.department, nickname="課の職員A")


def typed(asked: Consultation, lines: str, **other: Any) -> dict[str, Any]:
    """What the browser sends."""
    return {
        "question": asked.questions.get().pk,
        "event_name": "公園ワークショップ",
        "held_on": timezone.localdate().isoformat(),
        "channel": "workshop",
        "group": "",
        "lines": lines,
        "submit_key": str(uuid.uuid4()),
        "step": "post",
    } | other


def channels_of(client: Client, asked: Consultation) -> list[tuple[str, int]]:
    return client.get(asked.get_absolute_url()).context["channels"]


def test_thirty_in_one_submit_appear_with_correct_channel_counts(
    sign_in: SignIn, asked: Consultation, typist: User
) -> None:
    ProposalFactory(consultation=asked)
    browser = sign_in(typist)
    lines = "# テーブル1\n" + "\n".join(f"付箋{n}" for n in range(20)) + "\n\n# テーブル2\r\n"
    lines += "\r\n".join(f"ふせん{n}" for n in range(10))
    preview = browser.post(f"{ADD}?consultation=koen", typed(asked, lines, step="preview"))
    assert "30件を公開する" in preview.content.decode()
    assert Proposal.objects.count() == 1
    answer = browser.post(f"{ADD}?consultation=koen", typed(asked, lines), follow=True)
    assert "30件の意見を公開しました" in answer.content.decode()
    assert channels_of(Client(), asked) == [("ワークショップ", 30), ("Web", 1)]
    assert Proposal.objects.public().in_consultation(asked).count() == 31
    tables = Proposal.objects.filter(channel="workshop").values_list("group_label", flat=True)
    assert (list(tables).count("テーブル1"), list(tables).count("テーブル2")) == (20, 10)
    page = Client().get(asked.get_absolute_url()).content.decode()
    assert page.count("<span>ワークショップ</span>") == 20
    assert len(set(Proposal.objects.values_list("code", flat=True))) == 31


def test_the_typists_name_is_nowhere_outside(sign_in: SignIn, asked: Consultation, typist: User) -> None:
    sign_in(typist).post(f"{ADD}?consultation=koen", typed(asked, "木陰がほしい"))
    voice = Proposal.objects.get()
    assert (voice.author, voice.public_name, voice.is_public) == (None, "", True)
    home = asked.get_absolute_url()
    for address in (voice.get_absolute_url(), home, f"{home}feed.atom", f"{home}proposals.csv"):
        page = b"".join(Client().get(address)).decode()
        assert "木陰がほしい" in page
        for name in ("課の職員A", typist.handle, str(typist), str(typist.email)):
            assert name not in page, (address, name)
    assert "公園ワークショップ" in Client().get(voice.get_absolute_url()).content.decode()
    batch = Batch.objects.get()
    assert batch.entered_by == typist
    entry = AuditEntry.objects.for_target(batch).get()
    assert (entry.actor_id, entry.facts["voices"]) == (typist.pk, 1)
    assert Proposal.objects.search("木陰").get() == voice


def test_a_second_press_adds_nothing(sign_in: SignIn, asked: Consultation, typist: User) -> None:
    data = typed(asked, "一枚目\n二枚目")
    browser = sign_in(typist)
    for _press in range(2):
        assert browser.post(f"{ADD}?consultation=koen", data).status_code == 302
    assert (Batch.objects.count(), Proposal.objects.count()) == (1, 2)


def test_every_line_that_cannot_be_taken_is_named_and_nothing_is_lost(
    sign_in: SignIn, asked: Consultation, typist: User
) -> None:
    lines = "よい\n" + "あ" * 2001 + "\n悪い\x1b文字\n# " + "長" * 41
    answer = sign_in(typist).post(f"{ADD}?consultation=koen", typed(asked, lines))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "2行目：2,000文字より長い" in page
    assert "3行目：使えない文字" in page
    assert "4行目：テーブル・グループの名前" in page
    assert "あ" * 2001 in page
    assert Proposal.objects.count() == 0


@pytest.mark.parametrize(
    ("channel", "words"), [("post", "郵送"), ("fax", "FAX"), ("email", "メール"), ("phone", "電話"), ("desk", "窓口")]
)
def test_it_says_by_which_way_a_voice_came(
    sign_in: SignIn, asked: Consultation, typist: User, channel: str, words: str
) -> None:
    browser = sign_in(typist)
    form = browser.get(f"{ADD}?consultation=koen").content.decode()
    assert f'value="{channel}"' in form
    browser.post(f"{ADD}?consultation=koen", typed(asked, "届いた意見", channel=channel))
    voice = Proposal.objects.get()
    assert (voice.channel, channels_of(Client(), asked)) == (channel, [(words, 1)])
    assert f"<span>{words}</span>" in Client().get(asked.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"lines": "\n".join("あ" * 201)}, "一度に入力できるのは200件まで"),
        ({"lines": "# テーブルだけ"}, "意見を1件以上"),
        ({"event_name": ""}, "行事名を入れてください"),
        ({"held_on": "2999-01-01"}, "今日までの日付"),
        ({"channel": "web"}, "web"),
        ({"question": 0}, "選択"),
    ],
)
def test_bad_input_gets_a_sentence(
    sign_in: SignIn, asked: Consultation, typist: User, other: dict[str, Any], sentence: str
) -> None:
    answer = sign_in(typist).post(f"{ADD}?consultation=koen", typed(asked, "よい") | other)
    assert (answer.status_code, Proposal.objects.count()) == (422, 0)
    assert sentence in answer.content.decode()


def test_two_hundred_lines_are_taken() -> None:
    reader = LineReader("テーブル1")
    assert (len(reader.read("\n".join("あ" * MOST_LINES))), MOST_LINES, reader.problems) == (200, 200, [])


def test_a_text_that_is_there_already_is_pointed_out(sign_in: SignIn, asked: Consultation, typist: User) -> None:
    ProposalFactory(consultation=asked, body="ベンチ")
    page = sign_in(typist).post(f"{ADD}?consultation=koen", typed(asked, "ベンチ\n日陰\n日陰", step="preview"))
    assert page.content.decode().count("同じ文の意見があります") == 2


def test_what_looks_like_personal_data_is_marked_before_it_is_published(
    sign_in: SignIn, asked: Consultation, typist: User
) -> None:
    RuleFactory(name="個人情報らしい文字列", kind="personal", words="")
    lines = "ベンチがほしい\n田中です。090-1234-5678\n小島町2-35-1の角"
    page = sign_in(typist).post(f"{ADD}?consultation=koen", typed(asked, lines, step="preview")).text
    assert page.count("らしい文字列があります") == 2
    assert "番地・部屋番号らしい文字列があります" in page


def test_only_the_department_and_the_secretariat_enter(sign_in: SignIn, asked: Consultation, typist: User) -> None:
    address = f"{ADD}?consultation=koen"
    for person, status in (
        (typist, 200), (make_secretariat(), 200), (make_staff(), 404), (make_moderator(), 403), (UserFactory(), 403),
    ):  # fmt: skip
        assert sign_in(person).get(address).status_code == status, person
    assert sign_in(make_staff()).post(address, typed(asked, "x")).status_code == 404
    voices = {"question": asked.questions.get(), "lines": [Line(1, "x")], "submit_key": uuid.uuid4()}
    event = {"channel": "paper", "event_name": "箱", "held_on": timezone.localdate()}
    with pytest.raises(ActionRefused, match="所管課か事務局"):
        intake.enter_batch(**voices, **event, by=make_staff())
    sign_in(typist).post(address, typed(asked, "x"))
    batch = Batch.objects.get()
    assert sign_in(make_staff()).get(batch.get_absolute_url()).status_code == 404
    assert sign_in(typist).get(batch.get_absolute_url()).status_code == 200


def test_a_question_of_another_consultation_is_not_taken(sign_in: SignIn, asked: Consultation, typist: User) -> None:
    other = QuestionFactory(consultation=ConsultationFactory())
    answer = sign_in(typist).post(f"{ADD}?consultation=koen", typed(asked, "x", question=other.pk))
    assert (answer.status_code, Proposal.objects.count()) == (422, 0)


def test_paper_may_come_after_the_closing_until_the_city_has_answered(
    sign_in: SignIn, asked: Consultation, typist: User
) -> None:
    with time_machine.travel(asked.closes_at + timedelta(days=5), tick=False):
        browser = sign_in(typist)
        browser.post(f"{ADD}?consultation=koen", typed(asked, "遅れて届いた紙", channel="paper"))
        assert Proposal.objects.get().channel == Channel.PAPER
        asked.give_answer(by=typist, answer="反映します。")
        answer = browser.post(f"{ADD}?consultation=koen", typed(asked, "もう一枚"))
        assert answer.status_code == 403
        assert "市の回答を公開した後は" in answer.content.decode()
    assert Proposal.objects.count() == 1


def test_nothing_is_entered_before_the_opening(sign_in: SignIn) -> None:
    soon = ConsultationFactory(upcoming=True)
    answer = sign_in(make_secretariat()).post(f"{ADD}?consultation={soon.slug}", typed(soon, "x"))
    assert (answer.status_code, Proposal.objects.count()) == (403, 0)


def test_the_database_refuses_a_nameless_event_and_the_web_as_a_channel(asked: Consultation) -> None:
    for bad in ({"channel": "web"}, {"event_name": ""}, {"held_on": None}):
        fields = {"channel": "paper", "event_name": "箱", "held_on": timezone.localdate()} | bad
        with pytest.raises(IntegrityError), transaction.atomic():
            Batch.objects.create(consultation=asked, **fields)


@pytest.mark.usefixtures("without_page_cache")
def test_the_list_of_batches_asks_as_much_for_thirty_as_for_three(sign_in: SignIn, asked: Consultation) -> None:
    browser = sign_in(make_secretariat())
    counts = []
    for number in (3, 27):
        for _n in range(number):
            batch = Batch.objects.create(
                consultation=asked, channel="paper", event_name="箱", held_on=timezone.localdate()
            )
            ProposalFactory(consultation=asked, batch=batch, channel="paper")
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/admin/consultations/batch/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.usefixtures("without_page_cache")
def test_a_page_of_entered_voices_asks_as_much_for_thirty_as_for_three(asked: Consultation) -> None:
    counts = []
    for number in (3, 17):
        for _n in range(number):
            batch = Batch.objects.create(
                consultation=asked, channel="paper", event_name="箱", held_on=timezone.localdate()
            )
            ProposalFactory(consultation=asked, batch=batch, channel="paper", author=None)
        with CaptureQueriesContext(connection) as queries:
            Client().get(asked.get_absolute_url())
        counts.append(len(queries))
    assert counts[0] == counts[1]
