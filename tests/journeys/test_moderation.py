"""report → hide → author told → appeal → restore, through the pages, without JavaScript."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from apps.consultations.models import Decision, ModerationCase, State
from apps.operations.models import AuditEntry
from apps.operations.tasks import deliver_mail
from tests.accounts.factories import UserFactory, make_moderator
from tests.consultations.factories import ProposalFactory
from tests.consultations.moderation import ArticleFactory, comment_on
from tests.operations.factories import SitePageFactory

pytestmark = pytest.mark.django_db
WORDS = "わたしの電話は 042-000-0000 です"


def decide(moderator: Client, case: ModerationCase, act: str, **typed: Any) -> Any:
    """From the queue to the page that asks, and its button."""
    queue = reverse("admin:consultations_moderationcase_changelist")
    asked = moderator.post(f"{queue}?state=all", {"action": act, "_selected_action": [case.pk]})
    assert asked.status_code == 302
    assert WORDS in moderator.get(asked["Location"]).content.decode()
    return moderator.post(asked["Location"], typed, follow=True)


@pytest.mark.parametrize("kind", ["proposal", "comment"])
def test_reported_hidden_told_appealed_restored(kind: str, sign_in: Callable[[Any], Client]) -> None:
    author, neighbour, moderator = UserFactory(), UserFactory(), make_moderator()
    article = ArticleFactory()
    SitePageFactory(slug="policy", title="運用ポリシー")
    proposal = ProposalFactory(author=author, body=WORDS if kind == "proposal" else "ベンチがほしい")
    text = proposal if kind == "proposal" else comment_on(proposal, author, WORDS)
    page = proposal.get_absolute_url()
    report = f"{page}report/" if kind == "proposal" else f"{page}comments/{text.pk}/report/"
    own, neighbours, desk = sign_in(author), sign_in(neighbour), sign_in(moderator)

    neighbours.post(report, {"reason": "personal", "text": "電話番号が書かれています"})
    assert WORDS in Client().get(page).content.decode()
    case = ModerationCase.objects.get()

    decide(desk, case, "hide", article=article.pk)
    seen = neighbours.get(page)
    assert WORDS not in seen.content.decode()
    assert "個人情報の保護の理由により非表示（運用ポリシー第2条）" in seen.content.decode()
    assert seen.status_code == (410 if kind == "proposal" else 200)

    told = own.get("/me/notifications/").content.decode()
    assert "非表示にしました" in told
    assert "個人情報の保護" in told
    deliver_mail()
    letter = mail.outbox[-1]
    assert letter.to == [author.email]
    assert "第2条" in letter.body
    assert "申し立てる" in letter.body
    assert WORDS not in letter.body + letter.subject

    text.refresh_from_db()
    mine = own.get(text.get_own_url()).content.decode()
    assert WORDS in mine
    assert "異議を申し立てる" in mine
    appeal = f"{page}appeal/" if kind == "proposal" else f"{page}comments/{text.pk}/appeal/"
    own.post(appeal, {"words": "これは電話番号ではありません。"})
    case.refresh_from_db()
    assert case.closed_at is None
    assert (
        "これは電話番号ではありません。"
        in desk.get(f"/admin/consultations/moderationcase/{case.pk}/change/").content.decode()
    )

    decide(desk, case, "restore")
    assert WORDS in Client().get(page).content.decode()
    assert "公開に戻しました" in own.get("/me/notifications/").content.decode()
    deliver_mail()
    assert "公開に戻しました" in mail.outbox[-1].subject

    text.refresh_from_db()
    assert (text.state, text.hidden_for) == (State.PUBLISHED, None)
    trail = [(entry.verb, entry.actor_id) for entry in AuditEntry.objects.for_target(text)]
    assert trail == [("restore", moderator.pk), ("appeal", author.pk), ("hide", moderator.pk)]
    assert [d.action for d in Decision.objects.for_target(text)] == ["restore", "hide"]
    proposal.refresh_from_db()
    assert proposal.comment_count == (1 if kind == "comment" else 0)
