"""The list of cases: reasons and numbers of reports, order, search, the next case, how long decisions took, rules tried."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.consultations import actions
from apps.consultations.models import AbuseReport, ModerationCase, ModerationRule
from apps.operations.models import AuditEntry, Notification, Outbox
from tests.accounts.factories import UserFactory, make_moderator, make_staff
from tests.consultations.factories import CommentFactory, ProposalFactory
from tests.consultations.moderation import ArticleFactory, RuleFactory, reported

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
LIST = "/admin/consultations/moderationcase/"


def listed(browser: Client, **query: str) -> list[int]:
    answer = browser.get(LIST, query)
    assert answer.status_code == 200
    return [case.pk for case in answer.context["cl"].result_list]


def page_of(case: ModerationCase) -> str:
    return reverse("admin:consultations_moderationcase_change", args=[case.pk])


def test_reasons_stand_beside_the_number_and_the_list_is_sorted_by_it(sign_in: SignIn) -> None:
    few, many = ProposalFactory(), CommentFactory()
    first = reported(few)
    second = reported(many, people=2)
    actions.report(text=many, by=UserFactory(), reason=AbuseReport.Reason.INSULT, words="")
    browser = sign_in(make_moderator())
    page = browser.get(LIST).text
    assert "通報1人（個人情報が書かれている 1）" in page
    assert "通報3人（個人情報が書かれている 2、ひどい悪口や差別的な内容 1）" in page
    column = browser.get(LIST).context["cl"].list_display.index("numbers")
    assert listed(browser, o=f"-{column}") == [second.pk, first.pk]
    assert listed(browser, o=str(column)) == [first.pk, second.pk]


def test_a_case_is_found_by_words_and_number(sign_in: SignIn) -> None:
    voice = ProposalFactory(body="夜の公園が暗い")
    comment = CommentFactory(proposal=voice, body="街灯をつけてほしい")
    other = reported(ProposalFactory(body="図書館の本"))
    of_voice, of_comment = reported(voice), reported(comment)
    browser = sign_in(make_moderator())
    assert listed(browser, q="暗い公園") == []
    assert listed(browser, q="公園") == [of_voice.pk]
    assert listed(browser, q="街灯") == [of_comment.pk]
    assert listed(browser, q=voice.code.lower().replace("-", "")) == [of_voice.pk, of_comment.pk]
    assert other.pk in listed(browser, q="")


def test_the_next_case_is_one_press_away(sign_in: SignIn) -> None:
    cases = [reported(ProposalFactory()) for _n in range(3)]
    for age, case in zip((3, 2, 1), cases, strict=True):
        ModerationCase.objects.filter(pk=case.pk).update(opened_at=timezone.now() - timedelta(days=age))
    browser = sign_in(make_moderator())
    following = [cases[1], cases[2], cases[0]]
    for case, then in zip(cases, following, strict=True):
        assert browser.get(page_of(case)).context["next_case"] == then
    address = f"{reverse('admin:consultations_moderationcase_decide')}?act=approve&case={cases[1].pk}"
    done = browser.post(address, {"note": ""}, follow=True)
    assert f'href="{page_of(cases[2])}">次の案件を開く' in "".join(map(str, done.context["messages"]))
    department = make_staff(cases[0].consultation.department)
    assert sign_in(department).get(page_of(cases[0])).context["next_case"] is None, "of the own consultations only"


def test_the_list_says_how_long_decisions_took(sign_in: SignIn) -> None:
    browser, by = sign_in(make_moderator()), make_moderator()
    for hours in (1, 2, 3, 4, 50):
        case = reported(ProposalFactory())
        ModerationCase.objects.filter(pk=case.pk).update(opened_at=timezone.now() - timedelta(hours=hours))
        assert "usual-waits" not in browser.get(LIST).text, "too few say nothing"
        actions.decide(case=case, act=actions.APPROVE, by=by)
    page = " ".join(browser.get(LIST).text.split())
    assert "判断までの時間（最近の案件の中央値）： 通報 3時間" in page


def test_every_decision_comes_with_a_sentence(sign_in: SignIn) -> None:
    author, by = UserFactory(email="author@example.com"), make_moderator()
    voice = ProposalFactory(author=author)
    case = reported(voice)
    actions.decide(case=case, act=actions.HIDE, by=by, article=ArticleFactory())
    case = ModerationCase.objects.get(pk=case.pk)
    actions.decide(case=case, act=actions.RESTORE, by=by)
    told = Notification.objects.filter(recipient_id=author.pk).order_by("-pk").first()
    assert told is not None
    assert "公開に戻しました" in told.title
    assert told.body == "もう一度確かめた結果、表示しない理由はないと判断しました。だれでも読むことができます。"
    assert told.body in Outbox.objects.filter(to=author.email).latest("pk").body
    held = ProposalFactory(author=author, state="held", published_at=None)
    waiting = actions.open_case(text=held, by=by, detail="")
    actions.decide(case=waiting, act=actions.APPROVE, by=by)
    assert "運用ポリシーに反することはありませんでした。" in Outbox.objects.filter(to=author.email).latest("pk").body


def test_a_rule_is_tried_without_a_trace(sign_in: SignIn) -> None:
    rule = RuleFactory()
    browser = sign_in(make_moderator())
    address = reverse("admin:consultations_moderationrule_try", args=[rule.pk])
    assert f'href="{address}"' in browser.get(reverse("admin:consultations_moderationrule_change", args=[rule.pk])).text
    before = AuditEntry.objects.count()
    hit = browser.post(address, {"text": "くたばれと言われた"})
    assert "この文は、承認まで公開されません。" in hit.text
    assert "くたばれと言われた" in hit.text, "stays to be changed and tried again"
    assert "当てはまりません" in browser.post(address, {"text": "公園がほしい"}).text
    assert browser.post(address, {"text": ""}).status_code == 422
    assert (AuditEntry.objects.count(), ModerationCase.objects.count()) == (before, 0)
    repeated = RuleFactory(kind=ModerationRule.Kind.REPEATED, threshold=90, holds=False, is_active=False)
    address = reverse("admin:consultations_moderationrule_try", args=[repeated.pk])
    page = browser.post(address, {"text": "ベンチがほしいです", "other": "ベンチがほしいです"}).text
    assert "この文は、公開されたまま案件になります。" in page
    assert "このルールは、いま使っていません。" in page
    fast = RuleFactory(kind=ModerationRule.Kind.TOO_FAST)
    assert "文では試せません" in browser.get(reverse("admin:consultations_moderationrule_try", args=[fast.pk])).text
    assert sign_in(make_staff()).get(address).status_code == 403


@pytest.mark.parametrize("count", [3, 20])
def test_the_queue_asks_the_same_number_of_questions(count: int, sign_in: SignIn) -> None:
    for _n in range(count):
        reported(ProposalFactory())
    browser = sign_in(make_moderator())
    browser.get(LIST)
    with CaptureQueriesContext(connection) as queries:
        browser.get(LIST)
    assert len(queries) <= 12
