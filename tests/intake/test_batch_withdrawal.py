"""What was entered by mistake goes as a whole, with a reason, and comes back whole when that was the mistake."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.consultations import actions
from apps.consultations.models import ActionRefused, Batch, Consultation, Proposal, State
from apps.intake import actions as intake
from apps.operations.models import AuditEntry, Job
from apps.operations.tasks import run_jobs
from tests.accounts.factories import UserFactory, make_moderator, make_secretariat, make_staff
from tests.consultations.factories import ConsultationFactory, ProposalFactory
from tests.consultations.moderation import ArticleFactory, reported
from tests.intake.test_import import bring_in, send

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
REASON = "別のテーマの付箋を入力したため"


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def asked() -> Consultation:
    return ConsultationFactory(slug="koen")


@pytest.fixture
def typist(asked: Consultation) -> User:
    return make_staff(asked.department)


def entered(asked: Consultation, by: User, *bodies: str) -> Batch:
    lines = [intake.Line(number=n, body=body) for n, body in enumerate(bodies, start=1)]
    return intake.enter_batch(
        question=asked.questions.get(), channel="workshop", event_name="公園ワークショップ", lines=lines,
        held_on=timezone.localdate(), by=by, submit_key=uuid.uuid4(),
    )[0]  # fmt: skip


def page_of(batch: Batch) -> str:
    return f"/admin/consultations/batch/{batch.pk}/take-back/"


def channels(asked: Consultation) -> dict[str, int]:
    return dict(Client().get(asked.get_absolute_url()).context["channels"])


def test_a_batch_goes_as_a_whole_and_comes_back_with_its_likes_and_comments(
    sign_in: SignIn, asked: Consultation, typist: User
) -> None:
    ProposalFactory(consultation=asked)
    batch = entered(asked, typist, "木陰がほしい", "ベンチがほしい", "水遊びがしたい")
    kept = entered(asked, typist, "ほかの日の付箋")
    liked = Proposal.objects.get(body="木陰がほしい")
    actions.set_like(user=UserFactory(), proposal=liked, wanted=True)
    actions.post_comment(
        proposal=liked, author=actions.AccountAuthor(UserFactory()), body="同感です", submit_key=uuid.uuid4()
    )
    browser = sign_in(typist)
    shown = browser.get(page_of(batch)).content.decode()
    assert "3件を取り消す" in shown
    assert all(line in shown for line in ("木陰がほしい", "ベンチがほしい", "水遊びがしたい"))
    assert "ほかの日の付箋" not in shown
    assert Proposal.objects.public().count() == 5  # looking changes nothing

    said = browser.post(page_of(batch), {"reason": REASON, "step": "take-back"}, follow=True).content.decode()
    assert "3件の意見を取り消しました" in said
    assert REASON in said
    assert channels(asked) == {"Web": 1, "ワークショップ": 1}
    gone = Client().get(liked.get_absolute_url())
    assert gone.status_code == 410
    assert "入力の誤りのため、市が取り消しました" in gone.content.decode()
    for secret in ("木陰がほしい", REASON, "同感です"):
        assert secret not in gone.content.decode()
    assert "木陰がほしい" not in b"".join(Client().get("/consultations/koen/proposals.csv")).decode()
    assert not Proposal.objects.public().search("水遊び").exists()

    said = browser.post(page_of(batch), {"step": "put-back"}, follow=True).content.decode()
    assert "3件の意見を、元に戻しました" in said
    assert channels(asked) == {"Web": 1, "ワークショップ": 4}
    liked.refresh_from_db()
    assert (liked.state, liked.like_count, liked.comment_count) == (State.PUBLISHED, 1, 1)
    assert Proposal.recount() == 0
    back, taken = AuditEntry.objects.for_target(batch).order_by("-pk")[:2]
    assert [(e.verb, e.actor_id, e.reason, e.facts["voices"]) for e in (taken, back)] == [
        ("take_back_batch", typist.pk, REASON, 3),
        ("put_back_batch", typist.pk, REASON, 3),
    ]
    assert not AuditEntry.objects.for_target(kept).exclude(verb="enter_batch").exists()


def test_a_reason_is_asked_for_and_a_second_press_does_nothing(
    sign_in: SignIn, asked: Consultation, typist: User
) -> None:
    batch = entered(asked, typist, "一枚目")
    browser = sign_in(typist)
    answer = browser.post(page_of(batch), {"reason": " ", "step": "take-back"})
    assert (answer.status_code, "理由を書いてください" in answer.content.decode()) == (422, True)
    assert Proposal.objects.public().count() == 1
    for _press in range(2):
        browser.post(page_of(batch), {"reason": REASON, "step": "take-back"})
    assert "取り消されています" in browser.post(page_of(batch), {"reason": "x"}, follow=True).content.decode()
    for _press in range(2):
        browser.post(page_of(batch), {"step": "put-back"})
    assert AuditEntry.objects.for_target(batch).count() == 3
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.with_parts(batch).mark(taken_back_at=timezone.now(), reason="")


def test_only_who_may_enter_takes_back(sign_in: SignIn, asked: Consultation, typist: User) -> None:
    batch = entered(asked, typist, "一枚目")
    for person, status in (
        (typist, 200), (make_secretariat(), 200), (make_staff(), 404), (make_moderator(), 403), (UserFactory(), 403),
    ):  # fmt: skip
        assert sign_in(person).get(page_of(batch)).status_code == status, person
    assert sign_in(make_staff()).post(page_of(batch), {"reason": REASON}).status_code == 404
    with pytest.raises(ActionRefused):
        intake.withdraw_batch(batch=batch, reason=REASON, by=make_staff())
    assert Proposal.objects.public().count() == 1


def test_what_moderators_hid_stays_hidden_and_cannot_come_back_alone(asked: Consultation, typist: User) -> None:
    batch = entered(asked, typist, "名前のある付箋", "ふつうの付箋")
    text = Proposal.objects.get(body="名前のある付箋")
    case = reported(text)
    actions.decide(case=case, act=actions.HIDE, by=make_moderator(), article=ArticleFactory())
    intake.withdraw_batch(batch=batch, reason=REASON, by=typist)
    for act in (
        lambda: actions.decide(case=case, act=actions.RESTORE, by=make_moderator()),
        lambda: actions.undo(case=case, by=make_moderator()),
    ):
        with pytest.raises(ActionRefused, match="元に戻してください"):
            act()
    intake.restore_batch(batch=batch, by=typist)
    text.refresh_from_db()
    assert text.state == State.HIDDEN
    assert Proposal.objects.public().get().body == "ふつうの付箋"


HEADER = "番号,設問番号,本文,収集経路,行事名,集めた日\n"


def test_a_file_goes_with_the_events_it_names_and_the_right_one_may_have_the_same_numbers(
    sign_in: SignIn, asked: Consultation, typist: User
) -> None:
    browser = sign_in(typist)
    wrong = send(browser, f"{HEADER}A1,1,まちがい,紙,,\nA2,1,まちがい２,ワークショップ,第1回,2025-10-01\n".encode())
    bring_in(browser, wrong)
    assert channels(asked) == {"ワークショップ": 1, "紙": 1}
    part = Batch.objects.get(event_name="第1回")
    assert "ファイルごと取り消して" in browser.get(page_of(part)).content.decode()
    browser.post(page_of(part), {"reason": REASON})
    assert Proposal.objects.public().count() == 2
    browser.post(page_of(wrong), {"reason": REASON})
    assert channels(asked) == {}

    right = send(browser, f"{HEADER}A1,1,ただしい,紙,,\nA2,1,ただしい２,紙,,\n".encode())
    assert "追加 2件" in bring_in(browser, right)
    assert channels(asked) == {"紙": 2}
    refusal = browser.post(page_of(wrong), {"step": "put-back"}, follow=True).content.decode()
    assert "同じ番号の意見が、あとから1件取り込まれています" in refusal
    browser.post(page_of(right), {"reason": REASON})
    browser.post(page_of(wrong), {"step": "put-back"})
    assert set(Proposal.objects.public().values_list("body", flat=True)) == {"まちがい", "まちがい２"}


def test_a_file_taken_back_is_not_brought_in_any_further(sign_in: SignIn, asked: Consultation, typist: User) -> None:
    browser = sign_in(typist)
    batch = send(browser, f"{HEADER}A1,1,まちがい,紙,,\n".encode())
    job, _new = intake.request_import(batch=batch, by=typist, skip_bad=False)
    with pytest.raises(ActionRefused, match="処理が続いています"):
        intake.withdraw_batch(batch=batch, reason=REASON, by=typist)
    job.cancel()
    intake.withdraw_batch(batch=batch, reason=REASON, by=typist)
    job, _new = intake.request_import(batch=batch, by=typist, skip_bad=False)
    run_jobs()
    job.refresh_from_db()
    assert (job.state, Proposal.objects.count()) == (Job.State.FAILED, 0)


def test_a_large_file_goes_in_pieces_with_a_progress(
    sign_in: SignIn, asked: Consultation, typist: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.intake.actions.batch_withdrawal.CHUNK_SIZE", 2)
    batch = entered(asked, typist, *[f"付箋{n}" for n in range(5)])
    browser = sign_in(typist)
    browser.post(page_of(batch), {"reason": REASON})
    assert Proposal.objects.public().count() == 3
    assert "件を元に戻す" not in browser.get(page_of(batch)).content.decode()
    run_jobs()
    assert Proposal.objects.public().count() == 0
    assert "5件を元に戻す" in browser.get(page_of(batch)).content.decode()
    browser.post(page_of(batch), {"step": "put-back"})
    run_jobs()
    assert channels(asked) == {"ワークショップ": 5}
