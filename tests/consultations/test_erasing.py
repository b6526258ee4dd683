"""伏せる and 完全削除: the words are gone from everywhere, and the trail does not repeat them."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core import serializers
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from time_machine import Traveller

from apps.consultations import actions
from apps.consultations.models import (
    AbuseReport,
    ActionRefused,
    Batch,
    Comment,
    Decision,
    InternalNote,
    ModerationCase,
    Proposal,
    ProposalRevision,
    State,
)
from apps.consultations.models.base import ERASED
from apps.core.copies import MARK
from apps.operations.models import AuditEntry, Job, Notification, with_quotations
from tests.accounts.factories import UserFactory, make_moderator, make_secretariat
from tests.consultations.factories import ConsultationFactory, ReplyFactory
from tests.consultations.moderation import comment_on, erased, propose

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
PHONE = "042-000-0000"
BODY = f"うちの電話は{PHONE}です。ベンチがほしい"


@pytest.fixture
def text() -> Proposal:
    """A text that says a number in title, body and an earlier wording, and was quoted by others."""
    author = UserFactory(nickname="さくら")
    text = propose(
        ConsultationFactory(), author, BODY, title=f"電話{PHONE}", tags=["公園"], age_band="40s", anonymous=False
    )
    ProposalRevision.objects.create(proposal=text, title=f"旧{PHONE}", body="はじめは 0４２－０００－００００ と書いた")
    actions.set_like(user=UserFactory(), proposal=text, wanted=True)
    actions.report(text=text, by=UserFactory(), reason="personal", words=f"{PHONE} と書いてある")
    InternalNote.objects.create(proposal=text, body=f"{PHONE} に注意")
    actions.request_takedown(text=text, wish="delete", reason=f"{PHONE} はわたしの番号", submit_key=uuid4())
    case = actions.open_case(text=text, by=make_moderator(), detail=f"{PHONE} が見える")
    said = {"note": f"{PHONE} は本人のもの", "appeal": f"{PHONE} は店の番号です"}
    Decision.objects.create(case=case, action="keep", before="published", after="published", **said)
    return text


def everything() -> str:
    """Every row of the portal's own tables, as text."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall() if row[0].startswith(("consultations_", "operations_"))]
        for table in tables:
            cursor.execute(f"SELECT coalesce(json_agg(t)::text, '') FROM \"{table}\" t")
            found.append(cursor.fetchone()[0])
    return "\n".join(found)


def outside(text: Proposal) -> list[str]:
    """What everyone may read of a text: its page, the theme's page, feed and file."""
    home = text.consultation.get_absolute_url()
    pages = (text.get_absolute_url(), home, f"{home}feed.atom", f"{home}proposals.csv")
    return [b"".join(Client().get(page)).decode() for page in pages]


def test_a_part_is_replaced_everywhere(text: Proposal) -> None:
    case = ModerationCase.objects.for_target(text).get()
    assert PHONE in everything()
    assert all(PHONE in page for page in outside(text))
    places = actions.redact(case=case, by=make_moderator(), part=PHONE)
    text.refresh_from_db()
    assert places == 4
    assert all(MARK in page and PHONE not in page for page in outside(text))
    assert text.body == f"うちの電話は{MARK}です。ベンチがほしい"
    assert (text.title, text.state) == (f"電話{MARK}", State.PUBLISHED)
    assert text.revisions.get().body == f"はじめは {MARK} と書いた"
    assert with_quotations(Notification.objects.filter(kind="liked"))[0].quotation == f"電話{MARK}"
    left = everything()
    assert PHONE not in left
    assert "0４２" not in left
    assert "000-0000" not in json.loads(json.dumps(left))
    assert not Proposal.objects.search(PHONE).exists()
    assert Proposal.objects.search("ベンチ").exists()
    case.refresh_from_db()
    assert case.closed_at is not None


def test_a_reader_that_kept_the_feed_is_told_that_the_entry_changed(text: Proposal, frozen_clock: Traveller) -> None:
    def updated() -> str:
        return outside(text)[2].partition("<entry>")[2].partition("<updated>")[2].partition("</updated>")[0]

    before = updated()
    actions.set_like(user=UserFactory(), proposal=text, wanted=True)
    assert updated() == before
    frozen_clock.shift(60)
    actions.redact(case=ModerationCase.objects.for_target(text).get(), by=make_moderator(), part=PHONE)
    assert updated() > before


def test_a_notification_shows_the_words_that_everyone_may_read_now() -> None:
    asked, author = ConsultationFactory(), UserFactory()
    comment = comment_on(propose(asked, UserFactory()), author, "あ" * 114 + PHONE)
    (told,) = with_quotations(Notification.objects.filter(kind="comment"))
    assert told.quotation.startswith("ああ")
    assert (told.body, len(told.quotation)) == ("", 120)
    actions.redact(case=actions.open_case(text=comment, by=make_moderator()), by=make_moderator(), part=PHONE)
    assert PHONE[:3] not in with_quotations([told])[0].quotation
    actions.withdraw_comment(comment=comment, by=author)
    assert with_quotations([told])[0].quotation == ""


STRIKES = [
    ("body = replace(body, '電話', '●●（個人情報のため）')", True),
    ("body = '●●（個人情報のため）'", True),
    ("body = replace(body, '電話', '')", False),
    ("body = replace(body, '電話', '●●（個人情報のため）') || '。'", False),
    ("body = '別の文'", False),
    ("body = '●●（個人情報のため）', status_name = '参考'", False),
]


@pytest.mark.parametrize(("change", "allowed"), STRIKES)
def test_what_is_frozen_may_be_struck_and_nothing_else(change: str, allowed: bool) -> None:
    reply = ReplyFactory(proposal=propose(ConsultationFactory(), UserFactory()), draft_body="電話 100%_ です\\")
    reply.publish(by=None)
    with transaction.atomic(), connection.cursor() as cursor:
        if allowed:
            cursor.execute(f"UPDATE consultations_replychange SET {change}")
            return
        with pytest.raises(DatabaseError, match="only parts may be struck out"):
            cursor.execute(f"UPDATE consultations_replychange SET {change}")
        transaction.set_rollback(True)


def test_the_citys_published_reply_is_struck_with_the_text(text: Proposal) -> None:
    reply = ReplyFactory(proposal=text, draft_body=f"{PHONE} へお電話しました。")
    change = reply.publish(by=None)
    actions.redact(case=ModerationCase.objects.for_target(text).get(), by=make_moderator(), part=PHONE)
    change.refresh_from_db()
    reply.refresh_from_db()
    assert change.body == reply.body == reply.draft_body == f"{MARK} へお電話しました。"


def test_a_title_that_would_grow_too_long_is_the_mark_alone() -> None:
    text = propose(ConsultationFactory(), UserFactory(), "本文", title="1" + "あ" * 59)
    case = actions.open_case(text=text, by=make_moderator())
    actions.redact(case=case, by=make_moderator(), part="1")
    text.refresh_from_db()
    assert text.title == MARK


def test_redacting_leaves_a_text_that_waits_waiting() -> None:
    text = propose(ConsultationFactory(holds_all=True), UserFactory(), BODY)
    case = ModerationCase.objects.get()
    actions.redact(case=case, by=make_moderator(), part=PHONE)
    text.refresh_from_db()
    case.refresh_from_db()
    assert (text.state, case.closed_at) == (State.HELD, None)


def test_what_does_not_stand_there_is_refused(text: Proposal) -> None:
    case = ModerationCase.objects.for_target(text).get()
    with pytest.raises(ActionRefused, match="見つかりません"):
        actions.redact(case=case, by=make_moderator(), part="03-1234-5678")


def test_an_erasure_leaves_a_placeholder_and_nothing_else(text: Proposal, sign_in: SignIn) -> None:
    case, moderator = ModerationCase.objects.for_target(text).get(), make_moderator()
    erased(case, moderator)
    text.refresh_from_db()
    assert (text.body, text.title, text.public_name, text.age_band, text.state) == (ERASED, "", "", "", State.HIDDEN)
    assert not text.revisions.exists()
    assert not text.tags.exists()
    left = everything() + "".join(outside(text))
    for words in (PHONE, "ベンチ", "うちの電話"):
        assert words not in left, words
    answer = Client().get(text.get_absolute_url())
    assert answer.status_code == 410
    assert "個人情報の保護の理由により非表示（運用ポリシー第2条）" in answer.content.decode()
    assert "完全に削除" in sign_in(text.author).get(text.get_absolute_url()).content.decode()
    assert "ベンチ" not in json.dumps(sign_in(text.author).get("/me/data.json").json(), ensure_ascii=False)
    with pytest.raises(ActionRefused):
        actions.decide(case=case, act=actions.RESTORE, by=moderator)
    with pytest.raises(ActionRefused):
        actions.undo(case=case, by=moderator)


def test_an_erased_comment_keeps_its_place_in_the_thread() -> None:
    proposal = propose(ConsultationFactory(), UserFactory())
    comment = comment_on(proposal, UserFactory(), BODY)
    case = actions.open_case(text=comment, by=make_moderator())
    erased(case, make_moderator())
    html = Client().get(proposal.get_absolute_url()).content.decode()
    assert "ベンチがほしい" not in html.replace("木陰のあるベンチがほしい", "")
    assert "個人情報の保護の理由により非表示" in html
    proposal.refresh_from_db()
    assert proposal.comment_count == 0


def test_the_reason_of_an_erasure_does_not_repeat_the_words(text: Proposal) -> None:
    case = ModerationCase.objects.for_target(text).get()
    with pytest.raises(ActionRefused, match="ことばを書かない"):
        erased(case, make_moderator(), reason=f"「{BODY}」とある")
    text.refresh_from_db()
    assert text.body == BODY


def test_the_trail_says_who_and_when_and_not_what(text: Proposal) -> None:
    case, moderator = ModerationCase.objects.for_target(text).get(), make_moderator()
    actions.redact(case=case, by=moderator, part=PHONE)
    erased(case, moderator)
    entries = list(AuditEntry.objects.for_target(text).filter(actor_id=moderator.pk))
    assert [entry.verb for entry in entries] == ["erase_reason", "erase", "redact"]
    assert entries[0].reason == "裁判所の決定による"
    trail = serializers.serialize("json", entries, ensure_ascii=False)
    assert PHONE not in trail
    assert "ベンチ" not in trail
    assert entries[1].facts["before"] == "hidden"
    assert entries[1].facts["after"] == "hidden"


def test_a_comment_of_somebody_else_keeps_its_words(text: Proposal) -> None:
    other = comment_on(text, UserFactory(), f"{PHONE} とは別の話")
    case = ModerationCase.objects.for_target(text).get()
    actions.redact(case=case, by=make_moderator(), part="うちの電話")
    assert Comment.objects.get(pk=other.pk).body == f"{PHONE} とは別の話"
    assert AbuseReport.objects.get().text == f"{PHONE} と書いてある"
    assert [decision.action for decision in Decision.objects.all()] == ["redact", "keep"]


@pytest.mark.parametrize("act", ["redact", "erase"])
def test_files_that_may_hold_the_words_go_too(text: Proposal, act: str, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    job, _is_new = Job.objects.enqueue(
        kind="export-proposals", key="x", title="書き出し", about=text, url="/", by=make_secretariat()
    )
    job.begin()
    job.attach("voices.csv", ContentFile(BODY.encode()))
    other, _is_new = Job.objects.enqueue(
        kind="plans-report", key="x", title="年次報告書", about=text, url="/", by=make_secretariat()
    )
    other.begin()
    other.attach("report.csv", ContentFile(b"x"))
    came_by = ContentFile(BODY.encode(), "voices.csv")
    text.batch = Batch.objects.create(consultation=text.consultation, source="file", channel="paper", file=came_by)
    text.save(update_fields=["batch"])
    case = ModerationCase.objects.for_target(text).get()
    if act == "redact":
        actions.redact(case=case, by=make_moderator(), part=PHONE)
    else:
        erased(case, make_moderator())
    job.refresh_from_db()
    other.refresh_from_db()
    assert (bool(job.file), bool(other.file)) == (False, True)
    assert [path.read_bytes() for path in tmp_path.rglob("*.csv")] == [b"x"]
