"""Texts without an account and the moderators: the same rules, the reason told behind the passphrase, one appeal."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.actions import lift, restrict
from apps.accounts.models import Restriction
from apps.consultations import actions
from apps.consultations.models import Consultation, ModerationCase, ModerationRule, Proposal, ResultReport, State
from apps.operations.models import AuditEntry
from tests.accounts.factories import make_moderator, make_secretariat
from tests.consultations.factories import ConsultationFactory, ProposalFactory, TopicFactory
from tests.consultations.moderation import RuleFactory, hidden
from tests.consultations.test_guest import like, open_it, post

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


@pytest.fixture
def asked() -> Consultation:
    return ConsultationFactory(slug="open", allows_guests=True, holds_guests=False)


@pytest.fixture
def clock(frozen_clock: Any) -> Any:
    return frozen_clock


def test_speed_and_repetition_look_at_the_same_browser_only(clock: Any, asked: Consultation) -> None:
    RuleFactory(name="速さ", kind=ModerationRule.Kind.TOO_FAST, words="", threshold=3, minutes=10)
    RuleFactory(name="同じ文", kind=ModerationRule.Kind.REPEATED, words="", threshold=95, minutes=60)
    mine, other = Client(), Client()
    first, stranger = (post(browser, asked, clock)[0] for browser in (mine, other))
    again, third = post(mine, asked, clock)[0], post(mine, asked, clock, body="花壇がほしい")[0]
    states = dict(Proposal.objects.values_list("code", "state"))
    assert (states[first], states[stranger], states[again], states[third]) == (
        State.PUBLISHED, State.PUBLISHED, State.HELD, State.HELD,
    )  # fmt: skip
    assert "同じ文：100%" in ModerationCase.objects.get(proposal__code=again).detail
    assert "速さ：3件" in ModerationCase.objects.get(proposal__code=third).detail


def test_a_hidden_guest_reads_why_and_appeals_once_with_the_passphrase(
    clock: Any,
    asked: Consultation,
    sign_in: SignIn,
) -> None:
    code, words = post(Client(), asked, clock)
    voice, moderator = Proposal.objects.get(), make_moderator()
    case = hidden(voice, moderator)
    browser, page = Client(), f"/proposals/{code}/guest/"
    assert browser.get(f"{page}appeal/").headers["Location"] == f"/guest/?code={code}"
    open_it(browser, code, words)
    shown = browser.get(page).text
    assert "個人情報の保護" in shown
    assert f'href="{page}appeal/"' in shown
    assert browser.post(f"{page}appeal/", {"words": " "}).status_code == 422
    assert "ベンチを増やしてほしい" in browser.get(f"{page}appeal/").text
    assert browser.post(f"{page}appeal/", {"words": "名前は書いていません"}).headers["Location"] == page
    case.refresh_from_db()
    assert (case.closed_at, case.is_appealed) == (None, True)
    entry = AuditEntry.objects.get(verb="appeal")
    assert (entry.actor_id, entry.actor_role) == (None, "guest")
    assert "異議の申立てを受け付けました" in browser.get(page).text
    assert "appeal/" not in browser.get(page).text
    assert browser.post(f"{page}appeal/", {"words": "もう一度"}).headers["Location"] == page
    assert case.decisions.get().appeal == "名前は書いていません"
    assert (
        "名前は書いていません" in sign_in(moderator).get(f"/admin/consultations/moderationcase/{case.pk}/change/").text
    )
    actions.decide(case=case, act=actions.RESTORE, by=moderator)
    assert "公開されています" in browser.get(page).text
    assert Client().get(voice.get_absolute_url()).status_code == 200


def test_moderators_see_what_the_same_browser_wrote_and_limit_it(
    clock: Any,
    asked: Consultation,
    sign_in: SignIn,
) -> None:
    mine, moderator = Client(), make_moderator()
    first, second, stranger = (
        Proposal.objects.get(code=post(browser, asked, clock, body=body)[0])
        for browser, body in ((mine, "一つ目"), (mine, "二つ目"), (Client(), "よその人"))
    )
    cases = [hidden(voice, moderator) for voice in (first, second, stranger)]
    desk = sign_in(moderator)
    page = desk.get(f"/admin/consultations/moderationcase/{cases[1].pk}/change/")
    assert [other.pk for other in page.context["others"]] == [cases[1].pk, cases[0].pk]
    assert page.context["author_actions"] == [("非表示にした", 2)]
    add = f"/admin/accounts/restriction/add/?guest={first.guest_key.handle}"
    assert add in page.text
    typed = {"user": "", "browser": first.guest_key.handle, "article": 2, "reason": "宣伝の繰り返し",
             "ends_at_0": "", "ends_at_1": ""}  # fmt: skip
    assert first.guest_key.handle in desk.get(add).text
    desk.post(add, typed | {"kind": "suspended"})
    desk.post(add, typed | {"kind": "limited", "browser": ""})
    assert not Restriction.objects.exists()
    desk.post(add, typed | {"kind": "limited"})
    assert Restriction.objects.get().decided_by == moderator
    refused = like(mine, ProposalFactory(consultation=asked))
    assert refused.status_code in {302, 403}
    assert not Proposal.objects.filter(guest_like_count__gt=0).exists()
    assert like(Client(), ProposalFactory(consultation=asked)).status_code == 302
    assert Proposal.objects.filter(guest_like_count=1).count() == 1


def test_a_restricted_guest_reads_why_and_objects_once_with_the_passphrase(
    clock: Any, asked: Consultation, sign_in: SignIn
) -> None:
    browser, moderator = Client(), make_moderator()
    code, words = post(browser, asked, clock)
    restriction = Restriction(
        guest=Proposal.objects.get().guest_key.handle, kind="limited", article=6, reason="宣伝の繰り返し",
        ends_at=timezone.now() + timedelta(days=7),
    )  # fmt: skip
    restrict(restriction=restriction, by=moderator)
    own = f"/proposals/{code}/guest/"
    assert browser.get(f"{own}restriction/").headers["Location"] == f"/guest/?code={code}"
    open_it(browser, code, words)
    assert f'href="{own}restriction/"' in browser.get(own).text
    page = browser.get(f"{own}restriction/").text
    for said in ("宣伝の繰り返し", "運用ポリシー第6条", restriction.end_shown, "異議の申立て"):
        assert said in page
    assert browser.post(f"{own}restriction/", {"words": " "}).status_code == 422
    assert browser.post(f"{own}restriction/", {"words": "宣伝ではありません"}).status_code == 302
    browser.post(f"{own}restriction/", {"words": "もう一度"})
    restriction.refresh_from_db()
    assert (restriction.appeal, restriction.appealed_at) == ("宣伝ではありません", timezone.now())
    assert AuditEntry.objects.get(verb="object_to_restriction").actor_role == "guest"
    assert "申立てを受け付けました" in browser.get(f"{own}restriction/").text
    shown = sign_in(moderator).get(f"/admin/accounts/restriction/{restriction.pk}/change/").text
    assert "宣伝ではありません" in shown
    lift(restriction=restriction, by=moderator)
    assert "restriction/" not in browser.get(own).text
    assert browser.get(f"{own}restriction/").headers["Location"] == own


def test_likes_of_guests_stand_apart_in_topic_and_report(client: Client) -> None:
    theme, by = ConsultationFactory(allows_guests=True), make_secretariat()
    voices = ProposalFactory.create_batch(2, consultation=theme)
    topic = TopicFactory(consultation=theme)
    topic.group(voices, by=by)
    one, other = Client(), Client()
    for browser, voice in ((one, voices[0]), (one, voices[1]), (other, voices[0])):
        like(browser, voice)
    page = client.get(topic.get_absolute_url())
    assert (page.context["topic"].liker_count, page.context["topic"].guest_liker_count) == (0, 2)
    assert "2人（ブラウザーごとに1人と数え" in page.text
    assert "（ほかに登録していない人 2人）" in client.get(theme.get_absolute_url()).text
    Consultation.objects.update(closes_at=theme.opens_at + timedelta(seconds=1))
    theme.refresh_from_db()
    figures = ResultReport.objects.publish(consultation=theme, by=by).figures
    assert (figures["likes"], figures["guest_likes"], figures["topics"][0]["guest_likers"]) == (0, 3, 2)
    report = client.get(f"{theme.get_absolute_url()}result/").text
    assert "、ほかに登録していない人から 3件" in report
    assert "（ほかに登録していない人 2人）" in report
