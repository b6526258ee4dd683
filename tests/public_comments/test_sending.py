"""Sending an opinion: several sections at once, once each press, found again, corrected, withdrawn, entered from paper."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.operations.models import AuditEntry
from apps.public_comments import actions
from apps.public_comments.actions import PartText, TooFast
from apps.public_comments.models import ActionRefused, Opinion, OpinionPart, Sender, State
from tests.accounts.factories import UserFactory
from tests.documents.factories import published
from tests.public_comments.factories import (
    close,
    entered,
    kind,
    open_case,
    parts,
    sender,
    sent,
    sent_with_words,
)

pytestmark = pytest.mark.django_db


def words_of(opinion: Opinion) -> list[tuple[str, str]]:
    return [(part.about, part.body) for part in Opinion.objects.for_pages().get(pk=opinion.pk).current_parts]


def test_an_opinion_speaks_of_several_sections() -> None:
    case = open_case()
    section = case.version.sections.get(key="s2")
    key = uuid.uuid4()
    said: dict[str, Any] = {
        "case": case, "parts": [PartText(section, "夜も開けて"), PartText(None, "全体によい")], "sender": sender(),
        "eligibility": kind(), "ip": "::1",
    }  # fmt: skip
    first = actions.send_opinion(**said, submit_key=key)
    again = actions.send_opinion(**said, submit_key=key)
    assert first.is_new
    assert (again.is_new, again.passphrase, again.opinion) == (False, "", first.opinion)
    assert words_of(first.opinion) == [("2 公園", "夜も開けて"), ("案の全体", "全体によい")]
    assert len(first.passphrase.split("・")) == 4
    assert first.passphrase not in Opinion.objects.get().passphrase
    assert Opinion.objects.get().number_shown.count("-") == 1


def test_receipt_numbers_do_not_run_on() -> None:
    case = open_case()
    numbers = [int(sent(case).number) for _ in range(4)]
    assert numbers != list(range(numbers[0], numbers[0] + 4))


def test_nothing_is_taken_outside_the_period_or_for_another_draft() -> None:
    case = open_case()
    elsewhere = published().sections.first()
    with pytest.raises(ActionRefused, match="この案の節ではありません"):
        sent(case, "文", section=elsewhere)
    with pytest.raises(ActionRefused, match="意見を書いて"):
        sent(case, " ")
    with pytest.raises(ActionRefused, match="終わりました"):
        sent(close(case))
    assert not Opinion.objects.exists()


def test_one_network_sends_so_many_in_an_hour() -> None:
    case = open_case()
    for _ in range(30):
        sent(case, ip="192.0.2.1")
    with pytest.raises(TooFast):
        sent(case, ip="192.0.2.1")
    sent(case, ip="192.0.2.2")


def test_number_and_passphrase_open_it_and_nothing_else_does() -> None:
    opinion, words = sent_with_words(open_case())
    assert actions.open_with(number=opinion.number_shown, typed=words.replace("・", " "), ip="::1") == opinion
    wide = opinion.number_shown.translate(str.maketrans("0123456789-", "０１２３４５６７８９ー"))
    assert actions.open_with(number=wide, typed=words, ip="::1") == opinion
    for number, typed in [("00000000", words), (opinion.number, "あさひ・いちご"), (opinion.number, "")]:
        with pytest.raises(ActionRefused, match="違います"):
            actions.open_with(number=number, typed=typed, ip="::2")
    paper = entered(opinion.case)
    with pytest.raises(ActionRefused):
        actions.open_with(number=paper.number, typed="", ip="::3")


def test_wrong_passphrases_stop_the_stranger_and_not_the_sender() -> None:
    opinion, words = sent_with_words(open_case())
    for _ in range(5):
        with pytest.raises(ActionRefused):
            actions.open_with(number=opinion.number, typed="ちがう", ip="192.0.2.9")
    with pytest.raises(TooFast):
        actions.open_with(number=opinion.number, typed=words, ip="192.0.2.9")
    assert actions.open_with(number=opinion.number, typed=words, ip="192.0.2.10") == opinion


def test_a_correction_holds_and_the_former_words_stay_for_the_city() -> None:
    opinion = sent(open_case(), "はじめ")
    said: dict[str, Any] = {"sender": sender("市民A"), "eligibility": kind("worker"), "is_group": True}
    corrected = actions.correct_opinion(opinion=opinion, parts=parts(["直した", "足した"]), **said)
    assert (corrected.edition, corrected.is_group, corrected.eligibility) == (1, True, kind("worker"))
    assert [body for _about, body in words_of(opinion)] == ["直した", "足した"]
    assert set(OpinionPart.objects.values_list("edition", "body")) == {(0, "はじめ"), (1, "直した"), (1, "足した")}
    assert Sender.objects.get().name == "市民A"
    assert actions.correct_opinion(opinion=opinion, parts=parts(["直した", "足した"]), **said).edition == 1
    close(opinion.case)
    with pytest.raises(ActionRefused, match="終わりました"):
        actions.correct_opinion(opinion=opinion, parts=parts(["遅い"]), **said)


def test_what_is_withdrawn_leaves_only_its_number() -> None:
    opinion, late = sent(open_case()), sent(open_case())
    actions.withdraw_opinion(opinion=opinion)
    opinion.refresh_from_db()
    assert (opinion.state, opinion.parts.count(), Sender.objects.filter(opinion=opinion).exists()) == (
        State.WITHDRAWN, 0, False,
    )  # fmt: skip
    with pytest.raises(ActionRefused, match="すでに取り下げ"):
        actions.withdraw_opinion(opinion=opinion)
    close(late.case)
    with pytest.raises(ActionRefused, match="終わりました"):
        actions.withdraw_opinion(opinion=late)
    entry = AuditEntry.objects.for_target(opinion).get()
    assert (entry.verb, entry.actor_id, entry.actor_role) == ("withdraw_opinion", None, "guest")


def test_a_letter_is_typed_in_with_its_day() -> None:
    case = close(open_case())
    letter = entered(case, "手紙の文", received_on=case.closes_on)
    assert (letter.state, letter.channel, letter.passphrase) == (State.ACCEPTED, "post", "")
    late = entered(case, received_on=timezone.localdate(), channel="fax")
    assert (late.state, late.excluded_reason) == (State.EXCLUDED, "late")
    for day in (case.opens_on - timedelta(days=1), timezone.localdate() + timedelta(days=1)):
        with pytest.raises(ActionRefused, match="今日までの日"):
            entered(case, received_on=day)
    actions.exclude_opinion(opinion=late, reason="", by=None)
    late.refresh_from_db()
    assert late.is_accepted


def test_an_opinion_is_left_out_with_a_reason_only() -> None:
    opinion = sent(open_case())
    actions.exclude_opinion(opinion=opinion, reason="not-eligible", by=None)
    opinion.refresh_from_db()
    assert opinion.get_excluded_reason_display() == "提出できる人にあたらない"
    with pytest.raises(IntegrityError, match="opinion_excluded_with_reason"), transaction.atomic():
        Opinion.objects.filter(pk=opinion.pk).update(excluded_reason="")
    with pytest.raises(ActionRefused, match="変えられません"):
        actions.withdraw_opinion(opinion=opinion)


def test_the_account_is_kept_only_where_somebody_asked_to_be_told() -> None:
    person = UserFactory()
    assert sent(open_case()).author is None
    told = sent(open_case(), author=person)
    assert list(Opinion.objects.by_author(person)) == [told]
    actions.withdraw_opinion(opinion=told)
    assert not Opinion.objects.by_author(person).exists()
