"""一部を伏せる: first looked at, with counts; put back for a day; after that gone for good."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from apps.consultations import actions, tasks
from apps.consultations.models import (
    AbuseReport,
    ActionRefused,
    Decision,
    InternalNote,
    ModerationCase,
    Proposal,
    RedactedWords,
)
from apps.core.copies import MARK
from apps.operations.models import AuditEntry, Notification
from tests.accounts.factories import UserFactory, make_moderator
from tests.consultations.factories import ConsultationFactory, ReplyFactory
from tests.consultations.moderation import erased, propose
from tests.consultations.test_erasing import BODY, PHONE, everything

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


@pytest.fixture
def text() -> Proposal:
    """A text that was edited, and that others quoted."""
    text = propose(ConsultationFactory(), UserFactory(), f"はじめは{PHONE}", title="ベンチについて")
    actions.edit_proposal(proposal=text, by=text.author, title=f"電話{PHONE}", body=BODY)
    actions.set_like(user=UserFactory(), proposal=text, wanted=True)
    actions.report(text=text, by=UserFactory(), reason="personal", words=f"{PHONE} と書いてある")
    InternalNote.objects.create(proposal=text, body=f"{PHONE} に注意")
    text.refresh_from_db()
    return text


def desk(text: Proposal) -> str:
    return f"/admin/consultations/moderationcase/{ModerationCase.objects.for_target(text).get().pk}/"


def look(client: Client, text: Proposal, part: str) -> Any:
    return client.post(f"{desk(text)}redact/", {"part": part})


def seen(answer: Any) -> dict[str, str]:
    """The hidden fields of the page that asks."""
    return dict(re.findall(r'type="hidden" name="(part|seen)" value="([^"]*)"', answer.text))


def test_a_redaction_shows_before_and_after_in_numbers_and_asks(text: Proposal, sign_in: SignIn) -> None:
    client = sign_in(make_moderator())
    asked = look(client, text, "０４２-000-0000")
    assert asked.status_code == 200
    assert "次の 3か所を" in asked.text
    assert "引用 2件も変わります" in asked.text
    assert asked.text.count(f"<mark>{PHONE}</mark>") == asked.text.count(f"<mark>{MARK}</mark>") == 3
    assert "編集前の本文" in asked.text
    text.refresh_from_db()
    assert text.body == BODY
    done = client.post(f"{desk(text)}redact/", seen(asked) | {"sure": "on"}, follow=True)
    assert "3か所を伏せました。24時間以内なら、元に戻せます。" in done.text
    text.refresh_from_db()
    assert text.body == f"うちの電話は{MARK}です。ベンチがほしい"


@pytest.mark.parametrize(
    ("body", "part", "doubt"),
    [
        ("店で買って使ってみて困って疲れて待って帰った", "って", "短いことばです"),
        ("田中です。田中と田中の田中に会った", "田中", "本文の4か所が変わります"),
        ("葛城花子", "葛城花", "本文の3分の1より多く"),
    ],
)
def test_a_part_that_takes_much_away_is_done_only_with_a_tick(
    sign_in: SignIn, body: str, part: str, doubt: str
) -> None:
    text = propose(ConsultationFactory(), UserFactory(), body)
    actions.open_case(text=text, by=make_moderator())
    client = sign_in(make_moderator())
    asked = look(client, text, part)
    assert doubt in asked.text
    unsure = client.post(f"{desk(text)}redact/", seen(asked))
    assert unsure.status_code == 422
    assert "チェックを入れてください" in unsure.text
    text.refresh_from_db()
    assert text.body == body
    client.post(f"{desk(text)}redact/", seen(unsure) | {"sure": "on"})
    text.refresh_from_db()
    assert MARK in text.body


@pytest.mark.parametrize(
    ("part", "reason"), [("て", "1文字だけでは"), ("か\u3099", "1文字だけでは"), ("どこにもない", "見つかりません")]
)
def test_one_letter_or_what_is_not_there_is_refused(text: Proposal, sign_in: SignIn, part: str, reason: str) -> None:
    answer = look(sign_in(make_moderator()), text, part)
    assert (answer.status_code, reason in answer.text) == (422, True)


def test_what_was_looked_at_is_what_is_done(text: Proposal, sign_in: SignIn) -> None:
    client = sign_in(make_moderator())
    asked = look(client, text, PHONE)
    Proposal.objects.filter(pk=text.pk).update(body=f"{PHONE} に書きかえた")
    again = client.post(f"{desk(text)}redact/", seen(asked))
    assert "そのあいだに文が変わりました" in again.text
    assert Proposal.objects.get(pk=text.pk).body == f"{PHONE} に書きかえた"


def test_a_redaction_is_put_back_within_a_day_in_every_wording_and_copy(text: Proposal, sign_in: SignIn) -> None:
    client, case = sign_in(make_moderator()), ModerationCase.objects.for_target(text).get()
    earlier = text.revisions.get().body
    actions.redact(case=case, by=make_moderator(), part=PHONE)
    assert PHONE not in everything()
    page = client.get(f"{desk(text)}change/").text
    assert "最後に伏せた部分を元に戻す" in page
    back = client.post(f"{desk(text)}redact/undo/", follow=True)
    assert "伏せた部分を元に戻しました" in back.text
    text.refresh_from_db()
    case.refresh_from_db()
    assert (text.title, text.body, text.revisions.get().body) == (f"電話{PHONE}", BODY, earlier)
    assert AbuseReport.objects.get().text == f"{PHONE} と書いてある"
    assert InternalNote.objects.get().body == f"{PHONE} に注意"
    assert Proposal.objects.search(PHONE).get() == text
    assert (case.closed_at, case.decision, RedactedWords.objects.count()) == (None, None, 0)
    assert Decision.objects.get().undone_at is not None
    assert AuditEntry.objects.for_target(text).first().facts["undone"] == "redact"
    assert "取り消しました" in Notification.objects.filter(kind="moderation").latest("pk").title
    twice = client.post(f"{desk(text)}redact/undo/", follow=True)
    assert "元に戻せる伏せた部分がありません" in twice.text


def test_after_a_day_the_words_are_gone_for_good(text: Proposal, sign_in: SignIn) -> None:
    case = ModerationCase.objects.for_target(text).get()
    actions.redact(case=case, by=make_moderator(), part=PHONE)
    assert tasks.forget_redacted_words() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1)):
        assert "元に戻す" not in sign_in(make_moderator()).get(f"{desk(text)}change/").text
        with pytest.raises(ActionRefused, match="24時間"):
            actions.undo_redaction(case=case, by=make_moderator())
        assert tasks.forget_redacted_words() == 1
    assert not RedactedWords.objects.exists()


def test_tags_and_the_name_beside_it_come_back_and_what_is_published_stays_struck(text: Proposal) -> None:
    case, moderator = ModerationCase.objects.for_target(text).get(), make_moderator()
    actions.set_tags(proposal=text, names=["田中会", "公園"])
    Proposal.objects.filter(pk=text.pk).update(public_name="田中")
    reply = ReplyFactory(proposal=text, draft_body="田中さんへお答えします。")
    reply.publish(by=moderator)
    actions.redact(case=case, by=moderator, part="田中")
    reply.refresh_from_db()
    assert (reply.changes.get().body, [tag.name for tag in text.tags.all()]) == (
        f"{MARK}さんへお答えします。",
        ["公園"],
    )
    actions.undo_redaction(case=case, by=moderator)
    text.refresh_from_db()
    assert (text.public_name, {tag.name for tag in text.tags.all()}) == ("田中", {"田中会", "公園"})
    assert reply.changes.get().body == f"{MARK}さんへお答えします。"


def test_two_redactions_are_put_back_the_last_one_first(text: Proposal) -> None:
    case, moderator = ModerationCase.objects.for_target(text).get(), make_moderator()
    actions.redact(case=case, by=moderator, part=PHONE)
    once = Proposal.objects.get(pk=text.pk).body
    actions.redact(case=case, by=moderator, part="ベンチ")
    actions.undo_redaction(case=case, by=moderator)
    assert Proposal.objects.get(pk=text.pk).body == once
    actions.undo_redaction(case=case, by=moderator)
    assert Proposal.objects.get(pk=text.pk).body == BODY


def test_a_text_that_changed_since_is_not_put_back(text: Proposal) -> None:
    case = ModerationCase.objects.for_target(text).get()
    actions.redact(case=case, by=make_moderator(), part=PHONE)
    actions.edit_proposal(proposal=text, by=text.author, title="", body="書き直した文です")
    with pytest.raises(ActionRefused, match="文が変わった"):
        actions.undo_redaction(case=case, by=make_moderator())


def test_a_copy_that_went_since_stays_gone(text: Proposal) -> None:
    case = ModerationCase.objects.for_target(text).get()
    actions.redact(case=case, by=make_moderator(), part=PHONE)
    InternalNote.objects.all().delete()
    AbuseReport.objects.update(text="")
    actions.undo_redaction(case=case, by=make_moderator())
    assert (Proposal.objects.get(pk=text.pk).body, AbuseReport.objects.get().text) == (BODY, "")


def test_an_erasure_takes_what_could_be_put_back(text: Proposal) -> None:
    case = ModerationCase.objects.for_target(text).get()
    actions.redact(case=case, by=make_moderator(), part=PHONE)
    erased(case, make_moderator())
    assert not RedactedWords.objects.exists()
