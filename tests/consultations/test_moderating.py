"""Deciding on texts: what each decision does, what it must not do, and that it can be taken back."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.consultations import actions
from apps.consultations.models import ActionRefused, Decision, ModerationCase, Proposal, State
from apps.operations.models import AuditEntry, Notification, Outbox
from tests.accounts.factories import DepartmentFactory, UserFactory, make_moderator, make_secretariat, make_staff
from tests.consultations.factories import CommentFactory, ConsultationFactory, ProposalFactory
from tests.consultations.moderation import ArticleFactory, RuleFactory, comment_on, hidden, propose, reported

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
QUEUE = "/admin/consultations/moderationcase/"


def test_ten_reports_hide_nothing_unless_the_consultation_says_so() -> None:
    text = ProposalFactory()
    case = reported(text, people=10)
    text.refresh_from_db()
    assert text.state == State.PUBLISHED
    assert case.closed_at is None


def test_reports_hide_for_a_while_where_the_consultation_says_so() -> None:
    text = ProposalFactory(consultation=ConsultationFactory(hides_after_reports=3))
    reported(text, people=2)
    text.refresh_from_db()
    assert text.state == State.PUBLISHED
    case = reported(text, people=1)
    text.refresh_from_db()
    assert (text.state, case.closed_at) == (State.HIDDEN, None)
    page = Client().get(text.get_absolute_url())
    assert page.status_code == 410
    why = "市が内容を確認するあいだ非表示にしています（運用ポリシー第10条）"
    assert why in page.content.decode()
    assert why in Outbox.objects.get(to=text.author.email).body
    assert Notification.objects.filter(recipient_id=text.author_id, kind="moderation").exists()


def test_the_same_person_reporting_again_counts_once() -> None:
    text, person = ProposalFactory(consultation=ConsultationFactory(hides_after_reports=2)), UserFactory()
    for _n in range(5):
        actions.report(text=text, by=person, reason="insult")
    text.refresh_from_db()
    assert text.state == State.PUBLISHED


def test_what_somebody_looked_at_is_never_hidden_by_reports_again() -> None:
    text = ProposalFactory(consultation=ConsultationFactory(hides_after_reports=2))
    case = reported(text)
    actions.decide(case=case, act=actions.APPROVE, by=make_moderator())
    reported_again = [actions.report(text=text, by=UserFactory(), reason="other") for _n in range(5)]
    text.refresh_from_db()
    assert all(reported_again)
    assert text.state == State.PUBLISHED


def test_repeating_a_report_does_not_open_again_what_somebody_decided() -> None:
    text, person = ProposalFactory(), UserFactory()
    actions.report(text=text, by=person, reason="insult")
    actions.decide(case=ModerationCase.objects.get(), act=actions.APPROVE, by=make_moderator())
    assert not actions.report(text=text, by=person, reason="insult")
    assert ModerationCase.objects.undecided().count() == 0
    assert actions.report(text=text, by=UserFactory(), reason="insult")
    assert ModerationCase.objects.undecided().count() == 1


def test_nobody_floods_the_queue_with_reports(sign_in: SignIn) -> None:
    person, *texts = UserFactory(), *ProposalFactory.create_batch(31, consultation=ConsultationFactory())
    browser = sign_in(person)
    answers = [
        browser.post(f"{text.get_absolute_url()}report/", {"reason": "insult", "text": "くわしく"}) for text in texts
    ]
    assert [answer.status_code for answer in answers] == [302] * 30 + [422]
    assert "1時間ほどたってから" in answers[-1].text
    assert "くわしく" in answers[-1].text
    assert ModerationCase.objects.count() == 30


def test_hiding_needs_an_article() -> None:
    text = ProposalFactory()
    case = reported(text)
    with pytest.raises(ActionRefused, match="条を選んで"):
        actions.decide(case=case, act=actions.HIDE, by=make_moderator())
    text.refresh_from_db()
    assert text.state == State.PUBLISHED


def test_the_second_of_two_moderators_hears_that_it_is_done() -> None:
    case = reported(ProposalFactory())
    actions.decide(case=case, act=actions.APPROVE, by=make_moderator())
    with pytest.raises(ActionRefused, match="すでに判断"):
        actions.decide(case=case, act=actions.APPROVE, by=make_moderator())


def test_undoing_puts_everything_back_and_says_so() -> None:
    moderator, text = make_moderator(), ProposalFactory()
    comment = comment_on(text, UserFactory())
    case = hidden(comment, moderator)
    text.refresh_from_db()
    assert text.comment_count == 0
    actions.undo(case=case, by=moderator)
    for row in (text, comment, case):
        row.refresh_from_db()
    assert (comment.state, comment.hidden_for, text.comment_count) == (State.PUBLISHED, None, 1)
    assert (case.closed_at, case.decision) == (None, None)
    assert Decision.objects.in_force().count() == 0
    assert AuditEntry.objects.for_target(comment).first().verb == "undo"
    assert "取り消しました" in Notification.objects.get(recipient_id=comment.author_id, kind="moderation").title


def test_undoing_a_restoring_hides_by_the_same_article_again() -> None:
    moderator, text = make_moderator(), ProposalFactory()
    case = hidden(text, moderator)
    article = text.hidden_for
    actions.decide(case=case, act=actions.RESTORE, by=moderator)
    actions.undo(case=case, by=moderator)
    text.refresh_from_db()
    assert (text.state, text.hidden_for) == (State.HIDDEN, article)


def test_nothing_is_undone_while_another_case_about_the_text_waits() -> None:
    moderator, text = make_moderator(), ProposalFactory()
    case = reported(text)
    actions.decide(case=case, act=actions.APPROVE, by=moderator)
    actions.report(text=text, by=UserFactory(), reason="other")
    with pytest.raises(ActionRefused, match="その後に変更"):
        actions.undo(case=case, by=moderator)


def test_what_changed_since_is_not_undone() -> None:
    author, moderator = UserFactory(), make_moderator()
    text = propose(ConsultationFactory(), author)
    case = reported(text)
    actions.decide(case=case, act=actions.APPROVE, by=moderator)
    actions.withdraw_proposal(proposal=text, by=author)
    with pytest.raises(ActionRefused, match="その後に変更"):
        actions.undo(case=case, by=moderator)


def test_an_appeal_is_heard_once_and_by_its_author_only() -> None:
    author = UserFactory()
    text = ProposalFactory(author=author)
    case = hidden(text, make_moderator())
    decision = case.decision
    with pytest.raises(ActionRefused, match="ご自分の"):
        actions.appeal(decision=decision, by=UserFactory(), words="x")
    actions.appeal(decision=decision, by=author, words="もう一度見てください")
    with pytest.raises(ActionRefused, match="すでに申立て"):
        actions.appeal(decision=decision, by=author, words="もう一度")
    actions.decide(case=case, act=actions.HIDE, by=make_moderator(), article=ArticleFactory())
    upheld = Decision.objects.hiding(Proposal.objects.get(pk=text.pk))
    assert upheld is not None
    assert (upheld.action, upheld.may_be_appealed) == ("uphold", False)


def test_there_is_nothing_to_appeal_against_once_a_text_stands_again() -> None:
    text = ProposalFactory()
    case = hidden(text, make_moderator())
    decision = case.decision
    actions.decide(case=case, act=actions.RESTORE, by=make_moderator())
    with pytest.raises(ActionRefused, match="申立てができなく"):
        actions.appeal(decision=decision, by=text.author, words="もう一度見てください")


def test_an_author_without_address_or_who_left_gets_no_mail() -> None:
    nobody = ProposalFactory(author=UserFactory(email=None))
    hidden(nobody, make_moderator())
    gone = UserFactory()
    text = ProposalFactory(author=gone)
    gone.erase()
    hidden(text, make_moderator())
    assert not Outbox.objects.exists()
    assert not Notification.objects.filter(recipient_id=gone.pk).exists()


def test_a_department_reads_its_own_cases_and_decides_nothing(sign_in: SignIn) -> None:
    own, other = DepartmentFactory(), DepartmentFactory()
    mine = reported(ProposalFactory(consultation=ConsultationFactory(department=own), body="うちの課の案件"))
    theirs = reported(ProposalFactory(consultation=ConsultationFactory(department=other), body="よその課の案件"))
    client = sign_in(make_staff(own))
    listed = client.get(QUEUE).content.decode()
    assert "うちの課の案件" in listed
    assert "よその課の案件" not in listed
    assert client.get(f"{QUEUE}{mine.pk}/change/").status_code == 200
    assert client.get(f"{QUEUE}{theirs.pk}/change/").status_code == 404
    before = AuditEntry.objects.count()
    client.post(QUEUE, {"action": "hide", "_selected_action": [mine.pk]})
    for address in (f"decide/?act=hide&case={mine.pk}", f"{mine.pk}/redact/", f"{mine.pk}/erase/", f"{mine.pk}/undo/"):
        assert client.get(QUEUE + address).status_code == 403, address
        assert client.post(QUEUE + address, {"article": 1, "part": "案件"}).status_code == 403, address
    assert AuditEntry.objects.count() == before
    mine.refresh_from_db()
    assert mine.closed_at is None


PAGES = [
    "",
    "{case}/change/",
    "decide/?act=hide&case={case}",
    "{case}/redact/",
    "{case}/erase/",
    "open/proposal/{text}/",
]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_the_desk_by_role(page: str, sign_in: SignIn) -> None:
    text = ProposalFactory()
    case = reported(text)
    ArticleFactory()
    address = QUEUE + page.format(case=case.pk, text=text.pk)
    assert sign_in(make_moderator()).get(address).status_code == 200
    assert sign_in(make_secretariat()).get(address).status_code == 200
    assert sign_in(UserFactory()).get(address).status_code == 403
    assert Client().get(address).status_code == 302
    foreign = sign_in(make_staff()).get(address).status_code
    assert foreign == (
        200 if page == "" else 403 if page.startswith(("decide", "{case}/redact", "{case}/erase")) else 404
    )


def test_the_author_stands_nowhere_on_the_desk(sign_in: SignIn) -> None:
    author = UserFactory(nickname="さくら町のひと")
    text = ProposalFactory(author=author)
    case = reported(text)
    client = sign_in(make_moderator())
    for page in PAGES[:3]:
        html = client.get(QUEUE + page.format(case=case.pk, text=text.pk)).content.decode()
        assert "さくら町のひと" not in html
        assert str(author.email) not in html


def test_a_batch_is_decided_at_once_and_says_what_could_not_be(sign_in: SignIn) -> None:
    author = UserFactory()
    cases = [reported(ProposalFactory(author=author)) for _n in range(3)]
    actions.withdraw_proposal(proposal=cases[2].proposal, by=author)
    client = sign_in(make_moderator())
    query = "&".join(f"case={case.pk}" for case in cases)
    answer = client.post(f"{QUEUE}decide/?act=hide&{query}", {"article": ArticleFactory().pk}, follow=True)
    assert "2件を判断しました" in answer.content.decode()
    assert "投稿した人が取り下げました" in answer.content.decode()
    assert Proposal.objects.filter(state=State.HIDDEN).count() == 2


def test_hiding_without_reason_shows_the_texts_again(sign_in: SignIn) -> None:
    ArticleFactory()
    case = reported(ProposalFactory())
    answer = sign_in(make_moderator()).post(f"{QUEUE}decide/?act=hide&case={case.pk}", {"note": "メモ"})
    assert answer.status_code == 422
    assert "理由を選んでください" in answer.content.decode()
    assert "メモ" in answer.content.decode()
    case.refresh_from_db()
    assert case.closed_at is None


BAD = ["decide/", "decide/?act=burn&case=1", "decide/?act=hide&case=x", "decide/?act=hide&case=99999999999999999999",
       "decide/?act=hide&case=%00"]  # fmt: skip


@pytest.mark.parametrize("address", BAD)
def test_an_odd_address_leads_back_to_the_queue(address: str, sign_in: SignIn) -> None:
    answer = sign_in(make_moderator()).get(QUEUE + address)
    assert (answer.status_code, answer["Location"]) == (302, QUEUE)


@pytest.mark.parametrize(
    "query", ["?consultation=%C2%B2", "?reason=article-x", "?reason=report-%00", "?age=99", "?state=x", "?trigger=%00"]
)
def test_an_odd_filter_is_no_error(query: str, sign_in: SignIn) -> None:
    assert sign_in(make_moderator()).get(QUEUE + query).status_code == 200


def test_an_odd_choice_is_no_error(sign_in: SignIn) -> None:
    client = sign_in(make_moderator())
    assert client.post(QUEUE, {"action": "hide", "_selected_action": ["x"]}).status_code == 400
    assert client.get(f"{QUEUE}x/change/").status_code == 404


def test_filters(sign_in: SignIn) -> None:
    moderator = make_moderator()
    waiting = reported(ProposalFactory())
    done = hidden(ProposalFactory(), moderator)
    staffs = actions.open_case(text=ProposalFactory(), by=moderator, detail="見てください")
    client = sign_in(moderator)

    def listed(query: str) -> set[ModerationCase]:
        return set(client.get(QUEUE + query).context["cl"].result_list)

    assert listed("") == {waiting, staffs}
    assert listed("?state=done") == {done}
    assert listed("?state=all") == {waiting, staffs, done}
    assert listed("?trigger=staff") == {staffs}
    assert listed(f"?consultation={waiting.proposal.consultation_id}") == {waiting}
    assert listed("?state=all&reason=article-2") == {done}
    assert listed("?reason=report-personal") == {waiting}
    assert listed("?age=1") == set()


def test_the_queue_asks_the_same_number_of_questions_for_3_and_30(
    sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    asked, client = ConsultationFactory(), sign_in(make_moderator())

    def some(number: int) -> int:
        for _n in range(number):
            reported(ProposalFactory(consultation=asked))
            reported(CommentFactory(proposal=ProposalFactory(consultation=asked)))
        with django_assert_max_num_queries(60) as queries:
            assert client.get(QUEUE).status_code == 200
        return len(queries)

    client.get(QUEUE)
    assert some(3) == some(27)


def test_the_home_page_counts_what_waits_in_one_query(sign_in: SignIn) -> None:
    reported(ProposalFactory())
    actions.open_case(text=ProposalFactory(), by=make_moderator(), detail="x")
    html = sign_in(make_moderator()).get(reverse("admin:index")).content.decode()
    assert re.search(r"判断を待っている案件 <strong[^>]*>2</strong>", html)
    assert "?trigger=report" in html
    assert "判断を待っている案件" not in Client().get(reverse("admin:index")).content.decode()


def test_a_thread_of_placeholders_costs_the_same_for_3_and_30(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    proposal, article = ProposalFactory(), ArticleFactory()

    def asked(number: int) -> int:
        for _n in range(number):
            CommentFactory(proposal=proposal, state=State.HIDDEN, hidden_for=article)
        with django_assert_max_num_queries(40) as queries:
            html = client.get(proposal.get_absolute_url()).content.decode()
        assert "個人情報の保護の理由により非表示" in html
        return len(queries)

    assert asked(3) == asked(27)


@pytest.mark.parametrize("place", ["moderationrule", "policyarticle"])
def test_rules_and_articles_are_kept_by_moderators_and_every_change_is_on_record(place: str, sign_in: SignIn) -> None:
    article, rule = ArticleFactory(), RuleFactory()
    address = f"/admin/consultations/{place}/"
    kept = rule if place == "moderationrule" else article
    for page in ("", "add/", f"{kept.pk}/change/"):
        seen = [sign_in(make()).get(address + page).status_code for make in (UserFactory, make_staff, make_moderator)]
        assert seen == [403, 403, 200], page
    client = sign_in(make_moderator())
    assert client.post(f"{address}{kept.pk}/delete/", {"post": "yes"}).status_code == 403
    new = {"name": "新しい", "kind": "ng_words", "words": "", "threshold": "1", "minutes": "60"}
    typed = new if place == "moderationrule" else {"number": "3", "reason": ""}
    assert client.post(f"{address}add/", typed).status_code == 422
    typed |= {"words": "ばか"} if place == "moderationrule" else {"reason": "中傷・差別の禁止"}
    assert client.post(f"{address}add/", typed).status_code == 302
    assert AuditEntry.objects.filter(verb="keep_desk_data").count() == 1


def test_the_consultation_says_that_reports_may_hide(client: Client) -> None:
    asked = ConsultationFactory(hides_after_reports=3)
    assert "3人から通報があった投稿は" in client.get(asked.get_absolute_url()).content.decode()
    assert "通報があった投稿は" not in client.get(ConsultationFactory().get_absolute_url()).content.decode()
