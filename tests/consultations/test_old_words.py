"""Words that change or go: an announced question, a replaced file, what its author took back a year ago."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from apps.consultations import actions, tasks
from apps.consultations.models import ActionRefused, Attachment, Comment, Proposal, ProposalRevision
from apps.consultations.models.base import ERASED, WITHDRAWN_KEPT
from apps.operations.models import AuditEntry
from tests.accounts.factories import UserFactory, make_secretariat
from tests.consultations.admin_pages import save
from tests.consultations.factories import CommentFactory, ConsultationFactory, ProposalFactory

pytestmark = pytest.mark.django_db
OLD, NEW = "どんな公園があるとうれしいですか。", "どのような公園があるとうれしいですか。"


def test_an_announced_question_changes_only_with_a_reason_and_its_old_words_stay(
    sign_in: Callable[[Any], Client],
) -> None:
    asked, browser = ConsultationFactory(slug="words"), sign_in(make_secretariat())
    typed = {"questions-0-text": NEW}
    assert "理由を書いてください" in save(browser, asked, **typed).content.decode()
    assert asked.questions.get().text == OLD
    save(browser, asked, **typed, **{"questions-0-reason": "わかりやすくするため"})
    question = asked.questions.get()
    assert question.text == NEW
    assert [(old.text, old.reason) for old in question.wordings.all()] == [(OLD, "わかりやすくするため")]
    assert AuditEntry.objects.filter(verb="reword").count() == 1
    page = Client().get("/consultations/words/").text
    assert OLD in page
    assert "わかりやすくするため" in page
    with pytest.raises(ActionRefused):
        question.reword(by=None, text="ほか", help_text="", reason=" ")


def test_a_drafts_question_changes_freely(sign_in: Callable[[Any], Client]) -> None:
    draft = ConsultationFactory(draft=True)
    save(sign_in(make_secretariat()), draft, **{"questions-0-text": NEW})
    question = draft.questions.get()
    assert (question.text, question.wordings.count()) == (NEW, 0)


def test_a_replaced_or_removed_attachment_takes_its_file_along(
    settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    document = Attachment(consultation=ConsultationFactory(), title="資料", dated_on=timezone.localdate())
    document.file.save("first.pdf", ContentFile(b"%PDF-1"))
    first = Path(document.file.path)
    with django_capture_on_commit_callbacks(execute=True):
        document.file.save("second.pdf", ContentFile(b"%PDF-2"))
        assert first.exists()  # until it is certain that the new one stays
    second = Path(document.file.path)
    assert (first.exists(), second.exists()) == (False, True)
    with django_capture_on_commit_callbacks(execute=True):
        document.title = "ほかの名称"
        document.save()
    assert second.exists()
    with django_capture_on_commit_callbacks(execute=True):
        document.delete()
    assert not second.exists()


def test_words_taken_back_go_after_a_year_and_the_placeholder_stays() -> None:
    person = UserFactory(nickname="川べり")
    gone, kept = (ProposalFactory(author=person, body="取り下げる文", title="題", public_name="川べり") for _n in "ab")
    gone.tags.create(name="公園")
    ProposalRevision.objects.create(proposal=gone, body="はじめの文")
    reply = CommentFactory(author=person, body="取り下げるコメント", proposal=ProposalFactory(comment_count=1))
    actions.withdraw_proposal(proposal=gone, by=person)
    actions.withdraw_comment(comment=reply, by=person)
    with time_machine.travel(timezone.now() + WITHDRAWN_KEPT - timedelta(minutes=1), tick=False):
        assert tasks.erase_withdrawn() == 0
    with time_machine.travel(timezone.now() + WITHDRAWN_KEPT, tick=False):
        actions.withdraw_proposal(proposal=kept, by=person)
        assert tasks.erase_withdrawn() == 2
        assert tasks.erase_withdrawn() == 0
    erased, other = Proposal.objects.get(pk=gone.pk), Proposal.objects.get(pk=kept.pk)
    assert (erased.body, erased.title, erased.public_name, erased.author) == (ERASED, "", "", None)
    assert (erased.search_text, erased.search_bigrams, erased.tags.count()) == ("", [], 0)
    assert not ProposalRevision.objects.exists()
    assert other.body == "取り下げる文"
    assert Comment.objects.get(pk=reply.pk).body == ERASED
    page = Client().get(gone.get_absolute_url())
    assert page.status_code == 410
    assert ERASED not in page.text


def test_many_words_go_in_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.consultations.actions.retention.AT_ONCE", 2)
    old = timezone.now() - WITHDRAWN_KEPT
    for _n in range(5):
        ProposalFactory(state="withdrawn", state_changed_at=old)
    assert tasks.erase_withdrawn() == 5


def test_a_field_left_out_is_named_in_the_portals_words(sign_in: Callable[[Any], Client]) -> None:
    page = sign_in(make_secretariat()).post("/admin/consultations/consultation/add/", {
        "questions-TOTAL_FORMS": "0", "questions-INITIAL_FORMS": "0", "attachments-TOTAL_FORMS": "0",
        "attachments-INITIAL_FORMS": "0", "links-TOTAL_FORMS": "0", "links-INITIAL_FORMS": "0",
        "glossary-TOTAL_FORMS": "0", "glossary-INITIAL_FORMS": "0", "schedule_changes-TOTAL_FORMS": "0",
        "schedule_changes-INITIAL_FORMS": "0", "plain_wordings-TOTAL_FORMS": "0", "plain_wordings-INITIAL_FORMS": "0",
    })  # fmt: skip
    text = page.content.decode()
    assert "このフィールドは必須です" not in text
    assert "入力してください。" in text
    assert "選んでください。" in text


def test_an_answer_to_what_was_typed_may_be_shown_again(sign_in: Callable[[Any], Client]) -> None:
    asked, person = ConsultationFactory(slug="again"), UserFactory(consent_version="1", consented_at=timezone.now())
    browser, key = sign_in(person), str(uuid.uuid4())
    data = {
        "question": asked.questions.get().pk,
        "body": "声",
        "name": "anonymous",
        "submit_key": key,
        "step": "preview",
    }
    previews = [browser.post("/consultations/again/propose/", data) for _reload in range(2)]
    for preview in previews:
        assert preview.headers["Cache-Control"] == "private, max-age=0"
        assert key in preview.text  # a reload, and going back, send the same key
    assert "no-store" in browser.get("/consultations/again/").headers["Cache-Control"]
    posts = [browser.post("/consultations/again/propose/", {**data, "step": "post"}) for _press in range(2)]
    assert {post.status_code for post in posts} == {302}
    assert Proposal.objects.count() == 1
