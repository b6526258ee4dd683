"""An offer to a challenge, declining, and the messages of a match: who is told, who reads, what two people do at once."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from apps.consultations.models import ActionRefused
from apps.council import actions
from apps.council.models import Challenge, Match, MatchMessage, Offer, Organization
from apps.operations.models import AuditEntry, Notification
from apps.portal.services.personal_data import personal_data
from tests.accounts.factories import DepartmentFactory, UserFactory, make_council_member, make_secretariat, make_staff
from tests.consultations.factories import ProposalFactory
from tests.council.factories import OrganizationFactory, published_challenge, published_offer
from tests.races import while_under_way
from tests.vision.factories import FieldFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


@pytest.fixture
def challenge() -> Challenge:
    row = published_challenge(department=DepartmentFactory(name="試験推進課"))
    row.fields.add(FieldFactory(slug="safety"))
    return row


@pytest.fixture
def member() -> Any:
    OrganizationFactory(name="試験大学", slug="uni")
    return make_council_member("試験大学")


@pytest.fixture
def match(challenge: Challenge, member: Any) -> Match:
    words = {
        "title": "見守りの機器",
        "body": "センサーを貸します。",
        "organization": Organization.objects.get(slug="uni"),
    }
    return actions.answer_challenge(challenge=challenge, by=member, submit_key=uuid.uuid4(), **words)[0]


def typed(**changed: Any) -> dict[str, Any]:
    """What a member types: the rest is filled in."""
    return {
        "organization": "uni",
        "title": "見守りの機器",
        "body": "センサーを貸します。",
        "submit_key": str(uuid.uuid4()),
        **changed,
    }


def test_a_member_answers_a_challenge_from_its_page_and_its_side_sees_it_waiting(
    challenge: Challenge, member: Any, sign_in: SignIn
) -> None:
    clerk, browser = make_staff(challenge.department), sign_in(member)
    page = browser.get(challenge.get_absolute_url()).text
    assert "この課題に提案する" in page
    assert f"{challenge.get_absolute_url()}answer/" in page
    assert "この課題に提案する" not in Client().get(challenge.get_absolute_url()).text
    form = browser.get(f"{challenge.get_absolute_url()}answer/").text
    assert "「見守りの課題」への提案" in form
    assert 'value="safety"' in form
    sent = typed()
    for _press in range(2):
        assert browser.post(f"{challenge.get_absolute_url()}answer/", sent).status_code == 302
    match = Match.objects.get()
    assert (match.offer.state, match.offerer_confirmed_at is None, match.challenger_confirmed_at) == (
        "waiting",
        False,
        None,
    )
    told = Notification.objects.get(recipient_id=clerk.pk, kind="match")
    assert "提案が届きました" in told.title
    other_side = sign_in(clerk)
    for place in (told.address, "/council/desk/", challenge.get_absolute_url(), match.offer.get_absolute_url()):
        assert "見守りの機器" in other_side.get(place).text, place
    assert "センサーを貸します。" in other_side.get(told.address).text
    for stranger in (Client(), sign_in(make_council_member("別の団体")), sign_in(make_staff())):
        assert stranger.get(told.address).status_code == 404
        assert stranger.get(match.offer.get_absolute_url()).status_code == 404
        assert "見守りの機器" not in stranger.get(challenge.get_absolute_url()).text
    assert AuditEntry.objects.filter(verb="propose_match").exists()


def test_an_offer_that_is_open_already_is_brought_in_one_press(
    challenge: Challenge, member: Any, sign_in: SignIn
) -> None:
    offer = published_offer(organization=Organization.objects.get(slug="uni"), title="いまある提案")
    browser = sign_in(member)
    assert "いまある提案" in browser.get(f"{challenge.get_absolute_url()}answer/").text
    browser.post("/council/matches/new/", {"challenge": challenge.pk, "offer": offer.pk})
    assert Match.objects.get().waits_for(make_staff(challenge.department))
    assert "いまある提案" not in browser.get(f"{challenge.get_absolute_url()}answer/").text


def test_a_closed_challenge_and_a_strangers_name_are_refused_and_nothing_is_lost(
    challenge: Challenge, member: Any, sign_in: SignIn
) -> None:
    OrganizationFactory(slug="other")
    browser, place = sign_in(member), f"{challenge.get_absolute_url()}answer/"
    assert browser.post(place, typed(organization="other")).status_code == 422
    assert "書いた文" in browser.post(place, typed(title="", body="書いた文")).text
    Challenge.objects.update(state="ended")
    closed = browser.post(place, typed(body="書いた文"))
    assert (closed.status_code, "募集は終わっています" in closed.text, "書いた文" in closed.text) == (422, True, True)
    assert sign_in(UserFactory()).get(place).status_code == 403
    assert (Match.objects.count(), Offer.objects.count()) == (0, 0)


def test_declining_asks_for_a_reason_tells_it_and_can_be_taken_back(match: Match, member: Any, sign_in: SignIn) -> None:
    clerk = make_staff(match.challenge.department)
    browser, place = sign_in(clerk), f"{match.get_absolute_url()}decline/"
    assert "断る理由を書いてください。" in browser.post(place, {"reason": "  "}).text
    browser.post(place, {"reason": "今年度は予算がありません。"})
    match.refresh_from_db()
    assert (match.declined_side, match.waits_for(clerk)) == ("challenger", False)
    assert Notification.objects.filter(recipient_id=member.pk, title__contains="見送り").exists()
    assert "今年度は予算がありません。" in sign_in(member).get(match.get_absolute_url()).text
    assert "今年度は予算がありません。" in sign_in(make_secretariat()).get(match.get_absolute_url()).text
    with pytest.raises(ActionRefused, match="断られています"):
        actions.confirm_match(match=match, by=clerk)
    with pytest.raises(ActionRefused, match="断った側"):
        actions.take_back_decline(match=match, by=member)
    browser.post(f"{match.get_absolute_url()}undecline/")
    match.refresh_from_db()
    assert (match.declined_at, match.decline_reason, match.waits_for(clerk)) == (None, "", True)
    assert actions.confirm_match(match=match, by=clerk)
    late = browser.post(place, {"reason": "やはり"})
    assert (late.status_code, "やはり" in late.text, "成立したマッチングは断れません" in late.text) == (422, True, True)


def test_the_same_pair_is_not_proposed_again_once_it_was_declined(match: Match) -> None:
    Offer.objects.update(state="published")
    clerk = make_staff(match.challenge.department)
    actions.decline_match(match=match, reason="重なっています", by=clerk)
    match.refresh_from_db()
    with pytest.raises(ActionRefused, match="重なっています"):
        actions.propose_match(challenge=match.challenge, offer=Offer.objects.get(), by=clerk)


def test_the_database_knows_no_decline_without_reason_nor_of_what_is_confirmed(match: Match) -> None:
    for values in ({"declined_at": match.proposed_at}, {"decline_reason": "理由"}):
        with pytest.raises(IntegrityError, match="match_declined_with_reason"), transaction.atomic():
            Match.objects.update(**values)
    whole = {"declined_at": match.proposed_at, "declined_side": "offerer", "decline_reason": "理由"}
    with pytest.raises(IntegrityError, match="match_confirmed_or_declined"), transaction.atomic():
        Match.objects.update(challenger_confirmed_at=match.proposed_at, **whole)


def test_messages_are_the_two_sides_and_the_secretariats(match: Match, member: Any, sign_in: SignIn) -> None:
    clerk, office = make_staff(match.challenge.department), make_secretariat()
    place = f"{match.get_absolute_url()}messages/"
    for person, words in ((member, "ひみつの見積り"), (clerk, "ひみつの日程"), (office, "ひみつの助言")):
        sent = {"body": words, "submit_key": str(uuid.uuid4())}
        for _press in range(2):
            assert sign_in(person).post(place, sent).status_code == 302
    assert [row.side for row in MatchMessage.objects.order_by("pk")] == ["offerer", "challenger", "secretariat"]
    for person in (member, clerk, office):
        page = sign_in(person).get(place).text
        assert all(
            words in page
            for words in ("ひみつの見積り", "ひみつの日程", "ひみつの助言", "提案の側（試験大学）", "事務局")
        )
    assert Notification.objects.filter(kind="match", address=place).count() == 2  # one of each side, renewed
    assert sign_in(member).post(place, {"body": "", "submit_key": str(uuid.uuid4())}).status_code == 422
    confirm = actions.confirm_match(match=match, by=clerk)
    Offer.objects.update(state="published")
    assert confirm
    strangers = [sign_in(make_council_member("別の団体")), sign_in(make_staff()), sign_in(UserFactory())]
    for stranger in strangers:  # the match is public by now; its messages never are
        assert stranger.get(match.get_absolute_url()).status_code == 200
        refused = stranger.get(place)
        assert (refused.status_code, "ひみつ" in refused.text) == (403, False)
        assert stranger.post(place, {"body": "割り込み", "submit_key": str(uuid.uuid4())}).status_code == 403
    assert Client().get(place).status_code == 302
    assert "ひみつ" not in "".join(browser.get(match.get_absolute_url()).text for browser in (Client(), *strangers))
    assert MatchMessage.objects.count() == 3


def test_a_resident_is_never_named_in_messages(member: Any, sign_in: SignIn) -> None:
    voice = ProposalFactory()
    challenge = published_challenge(proposal=voice, written_by=voice.author)
    words = {"title": "題", "body": "文", "organization": Organization.objects.get(slug="uni")}
    match, _new = actions.answer_challenge(challenge=challenge, by=member, submit_key=uuid.uuid4(), **words)
    place = f"{match.get_absolute_url()}messages/"
    sign_in(voice.author).post(place, {"body": "お願いします", "submit_key": str(uuid.uuid4())})
    page = sign_in(member).get(place).text
    assert "課題の側（市民）" in page
    assert str(voice.author.email) not in page
    assert "お願いします" in str(personal_data(voice.author))


def test_what_is_being_written_is_kept_in_the_browser_until_it_is_sent(
    match: Match, member: Any, sign_in: SignIn
) -> None:
    browser, place = sign_in(member), f"{match.get_absolute_url()}messages/"
    for form, key in (
        (place, f"match-{match.pk}"),
        ("/council/offers/new/", "offer-new"),
        ("/council/projects/new/", "project-new"),
    ):
        page = browser.get(form).text
        assert f'data-draft="{key}"' in page
        assert "data-draft-clear" not in page
    sent = browser.post(place, {"body": "送った文", "submit_key": str(uuid.uuid4())}, follow=True).text
    assert f'data-draft-clear="match-{match.pk}"' in sent
    assert 'data-draft-clear="offer-new"' in browser.get(match.offer.get_absolute_url()).text


def test_nobody_floods_a_match(match: Match, member: Any, sign_in: SignIn) -> None:
    browser, place = sign_in(member), f"{match.get_absolute_url()}messages/"
    answers = [browser.post(place, {"body": f"{n}通目", "submit_key": str(uuid.uuid4())}) for n in range(21)]
    assert [answer.status_code for answer in answers] == [302] * 20 + [422]
    assert ("1時間ほどたってから" in answers[-1].text, "20通目" in answers[-1].text) == (True, True)
    assert browser.post(place, {"body": "長" * 1001, "submit_key": str(uuid.uuid4())}).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_of_confirming_and_declining_at_once_one_wins(match: Match, member: Any) -> None:
    clerk = make_staff(match.challenge.department)

    confirm, decline = actions.confirm_match, actions.decline_match
    failures = while_under_way(
        lambda: confirm(match=Match.objects.get(), by=clerk),
        lambda: decline(match=Match.objects.get(), reason="理由", by=member),
    )
    assert [type(failure) for failure in failures] == [ActionRefused]
    assert Match.objects.get().is_confirmed
