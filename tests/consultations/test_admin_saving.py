"""Saving in the admin site: what was typed stays, a refusal is red only, and what was public leaves a trace."""

import os
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.consultations.models import Assignment, Proposal, Reply, ResultReport
from apps.consultations.models.wording import WordingChange
from apps.core import kept_uploads
from apps.operations.models import AuditEntry
from tests.accounts.factories import DepartmentFactory, make_secretariat, make_staff
from tests.consultations.admin_pages import attach, change_page, form_of, save
from tests.consultations.factories import ConsultationFactory, ProposalFactory, ReplyFactory, TopicFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


@pytest.fixture
def browser(sign_in: SignIn) -> Client:
    """The secretariat's browser."""
    return sign_in(make_secretariat())


def told(answer: Any) -> list[str]:
    return [f"{one.level_tag}: {one}" for one in answer.context["messages"]]


def test_an_answer_that_was_only_saved_is_kept_as_a_draft_and_public_nowhere(browser: Client) -> None:
    asked = ConsultationFactory(closed=True)
    first = save(browser, asked, answer_text="いただいた声を計画に生かします。")
    assert "info: 市の回答（まとめ）は、下書きとして残しました。まだ公開していません。" in told(first)
    assert form_of(browser, change_page(asked))["answer_text"] == "いただいた声を計画に生かします。"
    asked.refresh_from_db()
    assert (asked.answer, asked.state) == ("", "counting")
    assert "計画に生かします" not in Client().get(asked.get_absolute_url()).text
    save(browser, asked, act="answer")
    asked.refresh_from_db()
    assert (asked.answer, asked.answer_draft) == ("いただいた声を計画に生かします。", "")
    save(browser, asked, answer_text="書き直しの途中")
    assert "書き直しの途中" not in Client().get(asked.get_absolute_url()).text
    assert AuditEntry.objects.filter(verb="draft_answer").count() == 2


@pytest.mark.parametrize("act", ["answer", "result"])
def test_a_refused_act_saves_nothing_is_red_only_and_keeps_every_field(browser: Client, act: str) -> None:
    asked = ConsultationFactory(period_note="")
    typed = {"answer_text": "まだ早い回答", "period_note": "秋のあいだ", "links-TOTAL_FORMS": "1",
             "links-0-title": "計画の本文", "links-0-url": "https://example.jp/plan", "links-0-order": "1"}  # fmt: skip
    answer = save(browser, asked, act=act, **typed)
    assert answer.status_code == 422
    assert not [one for one in told(answer) if not one.startswith("error")]
    assert "受付終了の後に" in answer.text
    for value in ("まだ早い回答", "秋のあいだ", "計画の本文", "https://example.jp/plan"):
        assert value in answer.text
    asked.refresh_from_db()
    assert (asked.period_note, asked.answer_draft, asked.links.count()) == ("", "", 0)
    assert not ResultReport.objects.exists()


def test_a_file_that_was_chosen_stays_through_an_error(browser: Client, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    asked = ConsultationFactory(closed=True)
    paper = SimpleUploadedFile("計画の案.pdf", b"%PDF-1.7 plan", "application/pdf")
    refused = attach(browser, asked, paper, "document", title="")
    assert refused.status_code == 422
    assert "選んだファイル：計画の案.pdf" in refused.text
    ((name, words),) = re.findall(r'name="([^"]+--kept)" value="([^"]+)"', refused.text)
    again = attach(browser, asked, "", "document", **{name: words})
    assert again.status_code == 200, again.context["errors"]
    with asked.attachments.get().file.open("rb") as stored:
        assert stored.read() == b"%PDF-1.7 plan"
    assert default_storage.listdir("kept")[1] == []
    forged = attach(browser, ConsultationFactory(), "", "document", **{name: words[:-2] + "xx"})
    assert forged.status_code == 422


def test_a_file_that_was_the_error_is_not_kept_and_kept_ones_go_after_two_hours(
    browser: Client, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    fake = SimpleUploadedFile("資料.pdf", b"<html>", "application/pdf")
    assert "--kept" not in attach(browser, ConsultationFactory(), fake, "document").text
    assert not default_storage.exists("kept")
    kept_uploads.keep(SimpleUploadedFile("a.pdf", b"%PDF-"))
    (kept,) = (tmp_path / "kept").iterdir()
    for age, gone in ((kept_uploads.KEPT - timedelta(minutes=1), 0), (kept_uploads.KEPT + timedelta(minutes=1), 1)):
        moment = (timezone.now() - age).timestamp()
        os.utime(kept, (moment, moment))
        assert kept_uploads.forget() == gone


def test_the_words_of_an_announced_consultation_change_with_a_reason_and_a_public_trace(browser: Client) -> None:
    asked = ConsultationFactory(title="公園の使い方", summary="はじめの概要", background="一行目\n二行目")
    unchanged = save(browser, asked, background="一行目\r\n二行目")
    assert unchanged.status_code == 200
    without = save(browser, asked, title="公園の禁止事項")
    assert "公開したテーマの文を変えるときは、理由を書いてください。" in without.text
    asked.refresh_from_db()
    assert asked.title == "公園の使い方"
    assert not WordingChange.objects.exists()
    save(browser, asked, title="公園の禁止事項", summary="つぎの概要", reason="内容をはっきりさせるため")
    page = Client().get(asked.get_absolute_url()).text
    for words in ("公園の禁止事項", "つぎの概要", "公園の使い方", "はじめの概要", "理由：内容をはっきりさせるため"):
        assert words in page
    assert list(asked.wording_changes.values_list("what", flat=True)) == ["title", "summary"]


def test_a_draft_consultation_is_reworded_without_a_trace(browser: Client) -> None:
    draft = ConsultationFactory(draft=True)
    save(browser, draft, title="書き直した題名")
    draft.refresh_from_db()
    assert draft.title == "書き直した題名"
    assert not WordingChange.objects.exists()


@pytest.mark.parametrize("kind", ["voice", "topic"])
def test_write_opens_the_draft_that_exists(sign_in: SignIn, kind: str) -> None:
    own = DepartmentFactory()
    asked = ConsultationFactory(department=own)
    target: Any = ProposalFactory(consultation=asked) if kind == "voice" else TopicFactory(consultation=asked)
    key = {"proposal": target} if isinstance(target, Proposal) else {"topic": target, "proposal": None}
    client = sign_in(make_staff(own))
    Assignment.objects.assign([target], [own], due_on=timezone.localdate() + timedelta(days=9), by=make_secretariat())
    listed = reverse("admin:consultations_assignment_changelist")
    new = f"{reverse('admin:consultations_reply_add')}?code={target.code}"
    assert "書く</a>" in client.get(listed).text
    assert client.get(new).status_code == 200
    draft: Reply = ReplyFactory(department=own, draft_body="書きかけの文", **key)
    page = reverse("admin:consultations_reply_change", args=[draft.pk])
    assert f'href="{page}">続きを書く</a>' in client.get(listed).text
    for address in (new, f"{new}&department={own.pk}"):
        assert client.get(address).headers["Location"] == page
    other = client.get(f"{new}&department={DepartmentFactory().pk}")
    assert (other.status_code, other.headers["Location"]) == (302, page)
    typed = {"code": target.code, "department": own.pk, "draft_body": "別の画面で書いた文", "act": ""}
    twice = client.post(reverse("admin:consultations_reply_add"), typed)
    assert twice.status_code == 422
    assert "別の画面で書いた文" in twice.text
    assert f'href="{page}"' in twice.text


def test_a_topic_that_may_not_become_public_keeps_what_was_typed(browser: Client) -> None:
    topic = TopicFactory(published_at=None, consultation=ConsultationFactory(draft=True))
    address = reverse("admin:consultations_topic_change", args=[topic.pk])
    typed = {"title": "打ちかけの題", "summary": "打ちかけの説明", "act": "publish", "codes": ""}
    answer = browser.post(address, typed, follow=True)
    assert answer.status_code == 422
    assert "打ちかけの説明" in answer.text
    topic.refresh_from_db()
    assert topic.title != "打ちかけの題"


def test_what_is_promised_lies_ahead(browser: Client) -> None:
    today = timezone.localdate()
    draft = ConsultationFactory(draft=True, closed=True, reply_due_on=today - timedelta(days=1))
    late = save(browser, draft, act="publish")
    assert "回答予定日は、今日以後の日にしてください。" in late.text
    asked = ConsultationFactory(opens_at=timezone.now() - timedelta(days=30))
    moved = save(browser, asked, closes_at_0=f"{today - timedelta(days=2)}", reason="急ぐため")
    assert "いますぐ終えるときは「早期終了する」を選んでください。" in moved.text
    waiting = ConsultationFactory(closed=True)
    again = save(browser, waiting, reply_due_on=f"{today - timedelta(days=1)}", reason="急ぐため")
    assert "回答予定日は、今日以後の日にしてください。" in again.text
    assert save(browser, waiting, period_note="秋").status_code == 200
