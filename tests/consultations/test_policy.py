"""運用ポリシー in public: the placeholder, the page, the figures. Numbers of texts, never a text."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client

from apps.consultations import actions
from apps.consultations.models import ModerationCase, PolicyArticle
from apps.operations.models import AuditEntry, SitePage
from apps.portal import demo
from tests.accounts.factories import UserFactory, make_moderator
from tests.consultations.factories import ProposalFactory
from tests.consultations.moderation import ArticleFactory, comment_on, hidden, reported

pytestmark = pytest.mark.django_db
WORDS = "だれにも見せないことば"


def at(year: int, month: int, day: int = 15) -> Any:
    return time_machine.travel(datetime(year, month, day, 3, tzinfo=UTC), tick=False)


def numbers(table: Any, part: int, name: str) -> list[int]:
    return next(row.numbers for row in table.parts[part].rows if row.name == name)


def some_months() -> None:
    """Two texts hidden and one kept in May 2026, one restored in January 2027."""
    moderator = make_moderator()
    with at(2026, 5):
        first = hidden(ProposalFactory(body=WORDS), moderator)
        hidden(comment_on(ProposalFactory(), UserFactory(), WORDS), moderator)
        actions.decide(case=reported(ProposalFactory()), act=actions.APPROVE, by=moderator)
        undone = hidden(ProposalFactory(), moderator)
        actions.undo(case=undone, by=moderator)
        actions.appeal(decision=first.decision, by=first.proposal.author, words=WORDS)
    with at(2027, 1):
        actions.decide(case=first, act=actions.RESTORE, by=moderator)


def test_figures_by_month_action_and_reason(client: Client) -> None:
    some_months()
    with at(2027, 2):
        answer = client.get("/policy/figures/?year=2026")
        table = answer.context["table"]
        html = answer.content.decode()
        assert numbers(table, 0, "通報")[1] == 4
        assert numbers(table, 1, "非表示にした")[1] == 2
        assert numbers(table, 1, "公開を続けた")[1] == 1
        assert numbers(table, 1, "公開に戻した")[9] == 1
        assert numbers(table, 2, "第2条 個人情報の保護")[1] == 2
        assert numbers(table, 3, "受け付けた申立て")[1] == 1
        assert len(numbers(table, 1, "非表示にした")) == 11, "March is still to come"
        assert WORDS not in html
        assert "令和8年度" in html
        lines = list(csv.reader(io.StringIO(b"".join(client.get("/policy/figures.csv?year=2026")).decode("utf-8-sig"))))
    assert lines[0][:3] == ["区分", "項目", "2026-04"]
    assert next(line for line in lines if line[1] == "第2条 個人情報の保護")[-1] == "2"


def test_a_year_without_decisions_says_so(client: Client) -> None:
    some_months()
    with at(2027, 5):
        assert "判断した案件がまだありません" in client.get("/policy/figures/").content.decode()
        assert numbers(client.get("/policy/figures/?year=2026").context["table"], 1, "非表示にした")[1] == 2


@pytest.mark.parametrize(
    "query", ["?year=x", "?year=%00", "?year=99999999999", "?year=-1", "?year=²", "?year=2026&year=1"]
)
def test_an_odd_year_is_the_newest_one(client: Client, query: str) -> None:
    for page in ("/policy/figures/", "/policy/figures.csv"):
        assert client.get(page + query).status_code == 200


def test_the_figures_ask_the_same_number_of_questions_for_2_and_20(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    moderator = make_moderator()

    def asked() -> int:
        with django_assert_max_num_queries(20) as queries:
            client.get("/policy/figures/")
        return len(queries)

    for number in (2, 3):
        hidden(ProposalFactory(), moderator)
        ArticleFactory(number=number, reason="中傷・差別の禁止")
    few = asked()
    for _n in range(18):
        case = reported(ProposalFactory())
        actions.decide(case=case, act=actions.HIDE, by=moderator, article=PolicyArticle.objects.get(number=3))
    assert asked() == few


def test_the_city_begins_with_a_policy_its_articles_and_rules(client: Client) -> None:
    demo.load_fixture("policy")
    html = client.get("/policy/").content.decode()
    assert "第16条" in html
    assert "/policy/figures/" in html
    body = SitePage.objects.get(slug="policy").body
    for article in PolicyArticle.objects.all():
        assert f"# 第{article.number}条 {article.reason}\n" in body


def test_a_hidden_text_is_nowhere(client: Client) -> None:
    moderator = make_moderator()
    proposal = ProposalFactory(body=f"{WORDS}の提案", title=f"{WORDS}の題")
    proposal.tags.add("ひみつのタグ")
    shown = ProposalFactory(consultation=proposal.consultation)
    comment = comment_on(shown, UserFactory(), WORDS)
    hidden(proposal, moderator)
    hidden(comment, moderator)
    slug = proposal.consultation.slug
    pages = ["/", "/consultations/", f"/consultations/{slug}/", f"/consultations/{slug}/?q={WORDS}",
             f"/consultations/{slug}/feed.atom",
             shown.get_absolute_url(), proposal.get_absolute_url(), "/sitemap.xml", "/policy/figures/", "/policy/figures.csv",
             f"/takedown/?text={proposal.code}"]  # fmt: skip
    for page in pages:
        html = b"".join(client.get(page)).decode()
        assert WORDS not in html.replace(f'value="{WORDS}"', ""), page
        assert "ひみつのタグ" not in html, page


@pytest.mark.parametrize(
    "change", ["UPDATE operations_auditentry SET facts = '{}'", "DELETE FROM operations_auditentry"]
)
def test_not_even_the_portals_own_role_changes_what_moderators_did(change: str) -> None:
    hidden(ProposalFactory(), make_moderator())
    before = list(AuditEntry.objects.values_list("verb", "facts"))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE chofu_app")
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(change)
        cursor.execute("RESET ROLE")
    assert list(AuditEntry.objects.values_list("verb", "facts")) == before
    assert (
        "hide",
        {"case": ModerationCase.objects.get().pk, "before": "published", "after": "hidden", "note": False},
    ) in before
