"""課題 × 提案: stated, offered, suggested, confirmed by both, counted once, and a project that keeps the link."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Restriction
from apps.consultations.models import Proposal, State, Tag, Topic
from apps.council import actions
from apps.council.models import Challenge, Match, Offer, Organization, Project, Stage
from apps.operations.models import Notification
from tests.accounts.factories import (
    DepartmentFactory,
    UserFactory,
    make_council_member,
    make_secretariat,
    make_staff,
)  # fmt: skip
from tests.consultations.factories import ProposalFactory
from tests.council.factories import OrganizationFactory, ProjectFactory, published_challenge, published_offer
from tests.vision.factories import FieldFactory, ViewpointFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


def words(**changed: Any) -> dict[str, Any]:
    """What a person types."""
    return {"title": "商店街の人の流れを知りたい", "body": "平日の昼の人の流れが分かりません。",
            "submit_key": str(uuid.uuid4()), **changed}  # fmt: skip


def test_a_residents_challenge_starts_from_an_own_public_voice_and_waits(sign_in: SignIn) -> None:
    voice = ProposalFactory()
    browser = sign_in(voice.author)
    for _press in range(2):
        made = browser.post("/council/challenges/new/", words(proposal=voice.code, submit_key=str(uuid.UUID(int=1))))
        assert made.status_code == 302
    challenge = Challenge.objects.get()
    assert Client().get(challenge.get_absolute_url()).status_code == 404
    assert browser.get(challenge.get_absolute_url()).status_code == 200
    assert "商店街" not in Client().get("/council/challenges/").text
    staff = sign_in(make_secretariat())
    assert "商店街" in staff.get("/council/desk/").text
    staff.post(challenge.get_absolute_url(), {"decision": "publish"})
    public = Client().get(challenge.get_absolute_url()).text
    assert "商店街の人の流れを知りたい" in public
    assert voice.code in public
    assert str(voice.author.email) not in public
    assert Notification.objects.filter(recipient_id=voice.author.pk, kind="call").exists()


def test_who_has_nothing_to_start_from_is_told_before_writing(sign_in: SignIn) -> None:
    page = sign_in(UserFactory()).get("/council/challenges/new/").text
    assert "ご自分の公開中の意見がまだありません。" in page
    assert 'name="body"' not in page
    writes = sign_in(ProposalFactory().author)
    assert 'name="body"' in writes.get("/council/challenges/new/").text
    assert "もとになるご自分の意見を選んでください。" in writes.post("/council/challenges/new/", words()).text


def test_nobody_states_a_challenge_from_anothers_or_a_hidden_voice(sign_in: SignIn) -> None:
    person, other = UserFactory(), ProposalFactory()
    hidden = ProposalFactory(author=person, state=State.HIDDEN)
    for code in (other.code, hidden.code, ""):
        assert sign_in(person).post("/council/challenges/new/", words(proposal=code)).status_code == 422
    assert not Challenge.objects.exists()


def test_whoever_may_not_write_states_no_challenge_and_reads_why(sign_in: SignIn) -> None:
    voice = ProposalFactory()
    Restriction.objects.create(user=voice.author, kind="limited", reason="宣伝が続いたため", article=3)
    refused = sign_in(voice.author).post("/council/challenges/new/", words(proposal=voice.code))
    assert refused.status_code == 403
    assert "宣伝が続いたため" in refused.text
    assert "商店街" in refused.text
    assert not Challenge.objects.exists()


def test_nobody_floods_the_desk_with_challenges(sign_in: SignIn) -> None:
    voice = ProposalFactory()
    browser = sign_in(voice.author)
    keys = [str(uuid.uuid4()) for _n in range(11)]
    answers = [browser.post("/council/challenges/new/", words(proposal=voice.code, submit_key=key)) for key in keys]
    assert [answer.status_code for answer in answers] == [302] * 10 + [422]
    assert "1時間ほどたってから" in answers[-1].text
    again = browser.post("/council/challenges/new/", words(proposal=voice.code, submit_key=keys[0]))
    assert again.status_code == 302
    assert Challenge.objects.count() == 10


def test_a_challenge_leaves_the_page_with_the_voice_it_starts_from() -> None:
    voice = ProposalFactory()
    challenge = published_challenge(proposal=voice)
    match = Match.objects.create(
        challenge=challenge, offer=published_offer(), challenger_confirmed_at=voice.created_at,
        offerer_confirmed_at=voice.created_at,
    )  # fmt: skip
    assert Client().get(match.get_absolute_url()).status_code == 200
    Proposal.objects.update(state=State.HIDDEN)
    for place in (challenge.get_absolute_url(), match.get_absolute_url()):
        assert Client().get(place).status_code == 404
    for place in ("/council/challenges/", "/council/matches/"):
        assert "見守り" not in Client().get(place).text
    assert not Challenge.objects.public().search("見守り").exists()


def test_a_department_states_its_own_challenge_only(sign_in: SignIn) -> None:
    own, other = DepartmentFactory(code="own"), DepartmentFactory(code="other")
    browser = sign_in(make_staff(own))
    assert browser.post("/council/challenges/new/", words(department=other.code)).status_code == 422
    assert browser.post("/council/challenges/new/", words(department="own")).status_code == 302
    assert Challenge.objects.get().department == own


def test_only_an_organizations_people_offer_for_it(sign_in: SignIn) -> None:
    OrganizationFactory(name="試験大学", slug="uni")
    OrganizationFactory(slug="other")
    member = sign_in(make_council_member("試験大学"))
    assert member.post("/council/offers/new/", words(organization="other")).status_code == 422
    assert member.post("/council/offers/new/", words(organization="uni")).status_code == 302
    assert sign_in(UserFactory()).post("/council/offers/new/", words(organization="uni")).status_code == 403
    assert Offer.objects.get().state == "waiting"


def test_suggestions_come_from_fields_tags_and_words() -> None:
    field = FieldFactory()
    challenge = published_challenge()
    challenge.fields.add(field)
    challenge.tags.add("高齢者")
    by_words = published_offer(title="夜の見守り", body="夜の見守りが足りません。")
    by_field = published_offer(title="全然ちがう", body="ABC")
    by_field.fields.add(field)
    by_tag = published_offer(title="まったく別", body="XYZ")
    by_tag.tags.add("高齢者")
    published_offer(title="無関係", body="QQQ")
    published_offer(title="夜の見守り終了", body="夜の見守りが足りません。", state="ended")
    assert set(Offer.objects.fitting(challenge)) == {by_words, by_field, by_tag}
    page = Client().get(challenge.get_absolute_url()).text
    assert "全然ちがう" in page
    assert "無関係" not in page


def test_a_match_counts_once_after_both_sides_confirmed(sign_in: SignIn) -> None:
    organization = OrganizationFactory(name="試験大学", contact="研究推進部")
    challenge, offer = published_challenge(), published_offer(organization=organization)
    member, clerk = make_council_member("試験大学"), make_staff(challenge.department)
    browser = sign_in(member)
    for _press in range(2):
        browser.post("/council/matches/new/", {"challenge": challenge.pk, "offer": offer.pk})
    match = Match.objects.get()
    assert "0件です" in Client().get("/council/matches/").text
    assert Client().get(match.get_absolute_url()).status_code == 404
    assert Notification.objects.filter(recipient_id=clerk.pk, kind="match").count() == 1
    stranger = sign_in(UserFactory())
    assert stranger.post(f"{match.get_absolute_url()}confirm/").status_code == 404
    for _press in range(2):
        sign_in(clerk).post(f"{match.get_absolute_url()}confirm/")
    public = Client().get("/council/matches/").text
    assert "1件です" in public
    assert "研究推進部" in Client().get(match.get_absolute_url()).text
    with pytest.raises(IntegrityError, match="match_once"), transaction.atomic():
        Match.objects.create(challenge=challenge, offer=offer)


@pytest.mark.parametrize("first", ["challenger", "offerer"])
def test_whichever_side_says_yes_first_the_match_waits_for_the_other(first: str) -> None:
    organization = OrganizationFactory(name="試験大学")
    challenge, offer = published_challenge(), published_offer(organization=organization)
    sides = {"challenger": make_staff(challenge.department), "offerer": make_council_member("試験大学")}
    match = actions.propose_match(challenge=challenge, offer=offer, by=sides[first])
    assert not Match.objects.confirmed().exists()
    assert not Match.objects.public().exists()
    actions.confirm_match(match=match, by=sides["offerer" if first == "challenger" else "challenger"])
    assert Match.objects.public().count() == 1


def test_the_secretariat_brings_together_but_says_yes_for_nobody(sign_in: SignIn) -> None:
    challenge, offer = published_challenge(), published_offer()
    staff = sign_in(make_secretariat())
    staff.post("/council/matches/new/", {"challenge": challenge.pk, "offer": offer.pk})
    match = Match.objects.get()
    staff.post(f"{match.get_absolute_url()}confirm/")
    assert not Match.objects.confirmed().exists()


def test_the_secretariats_own_department_says_yes_for_its_challenge() -> None:
    office = DepartmentFactory()
    clerk = make_secretariat(department=office)
    challenge, offer = published_challenge(department=office), published_offer()
    match = actions.propose_match(challenge=challenge, offer=offer, by=clerk)
    assert match.sides_of(clerk) == ["challenger"]
    assert clerk.pk in challenge.people()
    assert Match.objects.get().challenger_confirmed_at


def test_strangers_and_closed_calls_make_no_match(sign_in: SignIn) -> None:
    challenge, offer = published_challenge(), published_offer()
    pair = {"challenge": challenge.pk, "offer": offer.pk}
    assert "申し込めるのは" in sign_in(UserFactory()).post("/council/matches/new/", pair, follow=True).text
    Offer.objects.update(closes_on="2020-01-01")
    sign_in(make_secretariat()).post("/council/matches/new/", pair)
    sign_in(make_secretariat()).post("/council/matches/new/", {"challenge": "x", "offer": "²"})
    assert not Match.objects.exists()


def test_a_project_starts_from_a_match_and_keeps_the_link(sign_in: SignIn) -> None:
    organization = OrganizationFactory(name="試験大学", slug="uni")
    voice = ProposalFactory()
    challenge = published_challenge(proposal=voice, written_by=voice.author)
    offer = published_offer(organization=organization)
    member = make_council_member("試験大学")
    match = actions.propose_match(challenge=challenge, offer=offer, by=member)
    browser, viewpoint = sign_in(member), ViewpointFactory()
    new = {"title": "見守り", "summary": "試す。", "viewpoint": viewpoint.slug, "stage": "idea", "organization": "uni",
           "submit_key": str(uuid.uuid4()), "step": "save", "match": match.pk}  # fmt: skip
    assert browser.post("/council/projects/new/", {**new, "slug": "early"}).status_code == 422
    actions.confirm_match(match=match, by=voice.author)
    assert "見守りの課題" in browser.get(f"/council/projects/new/?match={match.pk}").text
    assert browser.post("/council/projects/new/", {**new, "slug": "grown"}).status_code == 302
    project = Project.objects.get(slug="grown")
    assert (project.match, project.proposal) == (match, voice)
    assert (project.stage, project.stage_since) == (Stage.IDEA, timezone.localdate())
    sign_in(make_secretariat()).post("/council/projects/grown/history/1/", {"decision": "publish"})
    public = Client().get("/council/projects/grown/").text
    assert match.get_absolute_url() in public
    assert "構想" in public
    assert "段階の記載なし" not in public
    assert "構想" in Client().get("/council/projects/?view=timeline").text
    assert "/council/projects/grown/" in Client().get(match.get_absolute_url()).text
    again = browser.post("/council/projects/new/", {**new, "slug": "twice", "submit_key": str(uuid.uuid4())})
    assert again.status_code == 422
    assert Project.objects.count() == 1


def test_returning_needs_a_reason_and_ending_is_the_own_sides(sign_in: SignIn) -> None:
    challenge = published_challenge()
    assert sign_in(UserFactory()).post(f"{challenge.get_absolute_url()}end/", follow=True).status_code == 200
    challenge.refresh_from_db()
    assert challenge.state == "published"
    sign_in(make_staff(challenge.department)).post(f"{challenge.get_absolute_url()}end/")
    challenge.refresh_from_db()
    assert challenge.state == "ended"
    waiting = published_offer(state="waiting")
    refused = sign_in(make_secretariat()).post(waiting.get_absolute_url(), {"decision": "return", "note": ""})
    assert refused.status_code == 422


@pytest.mark.parametrize("kind", ["challenges", "offers", "matches"])
@pytest.mark.usefixtures("without_page_cache")
def test_as_many_questions_for_three_as_for_thirty(kind: str) -> None:
    counts, field = [], FieldFactory()
    for count in (3, 17):
        for _ in range(count):
            challenge, offer = published_challenge(), published_offer()
            challenge.fields.add(field)
            offer.fields.add(field)
            Match.objects.create(
                challenge=challenge, offer=offer, challenger_confirmed_at=challenge.created_at,
                offerer_confirmed_at=challenge.created_at,
            )  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            assert Client().get(f"/council/{kind}/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_voice_leads_to_what_became_of_it() -> None:
    voice, other = ProposalFactory(), ProposalFactory()
    ProjectFactory(title="意見からの取組", proposal=voice)
    ProjectFactory(title="テーマからの取組", consultation=voice.consultation)
    ProjectFactory(title="論点からの取組", topic=topic_with(voice))
    ProjectFactory(title="未公開の取組", proposal=voice, published_at=None)
    ProjectFactory(title="別の意見の取組", proposal=other)
    published_challenge(proposal=voice)
    address = f"/proposals/{voice.code}/way/"
    assert address in Client().get(voice.get_absolute_url()).text
    page = Client().get(address).text
    for title in ("意見からの取組", "テーマからの取組", "論点からの取組", "見守りの課題"):
        assert page.count(f">{title}</a>") == 1, title
    for title in ("未公開の取組", "別の意見の取組"):
        assert title not in page
    Proposal.objects.filter(pk=voice.pk).update(state=State.HIDDEN)
    assert Client().get(address).status_code == 404


def topic_with(voice: Proposal) -> Topic:
    """A public topic that holds a voice."""
    topic = Topic.objects.create(consultation=voice.consultation, title="論点", published_at=voice.published_at)
    topic.proposals.add(voice)
    return topic


def test_after_a_match_both_sides_and_nobody_else_see_how_to_reach_the_other(sign_in: SignIn) -> None:
    department = DepartmentFactory(email="desk@example.jp")
    clerk, member = make_staff(department), make_council_member("見本団体")
    organization = OrganizationFactory(name="見本団体")
    challenge, offer = published_challenge(department=department), published_offer(organization=organization)
    match = actions.propose_match(challenge=challenge, offer=offer, by=clerk)
    assert member.email not in sign_in(clerk).get(match.get_absolute_url()).text, "not before both said yes"
    actions.confirm_match(match=match, by=member)
    assert str(member.email) in sign_in(clerk).get(match.get_absolute_url()).text
    assert "desk@example.jp" in sign_in(member).get(match.get_absolute_url()).text
    Organization.objects.filter(pk=organization.pk).update(contact="代表電話 000-000-0000")
    assert "代表電話 000-000-0000" in sign_in(clerk).get(match.get_absolute_url()).text
    for browser in (Client(), sign_in(UserFactory())):
        page = browser.get(match.get_absolute_url()).text
        assert str(member.email) not in page
        assert "desk@example.jp" not in page


def test_a_resident_is_reached_by_the_secretariat_alone(sign_in: SignIn) -> None:
    voice, member = ProposalFactory(), make_council_member("見本団体")
    offer = published_offer(organization=OrganizationFactory(name="見本団体"))
    challenge = published_challenge(proposal=voice, written_by=voice.author, department=None)
    match = actions.propose_match(challenge=challenge, offer=offer, by=voice.author)
    actions.confirm_match(match=match, by=member)
    page = sign_in(member).get(match.get_absolute_url()).text
    assert "事務局（企画経営課）を通じて連絡できます" in page
    assert str(voice.author.email) not in page
    assert str(member.email) in sign_in(voice.author).get(match.get_absolute_url()).text


def test_a_tag_leads_to_projects_challenges_and_offers() -> None:
    tag = Tag.objects.create(name="見守り", is_approved=True)
    department = DepartmentFactory()
    project, challenge = ProjectFactory(title="見守りの実証"), published_challenge(department=department)
    offer, other = published_offer(), published_offer(title="ほかの提案")
    waiting = published_challenge(department=department, state="waiting")
    for thing in (project, challenge, offer, waiting):
        thing.tags.add(tag)
    address_of_tag = reverse("consultations:tag", args=[tag.slug])
    page = Client().get(address_of_tag).text
    address = re.search(r'data-hx-get="(/council/tags/[^"]+)"', page)
    assert address
    assert f'<a href="{address[1]}">' in page, "without JavaScript one click further"
    for answer in (Client().get(address[1]), Client().get(address[1], headers={"HX-Request": "true"})):
        assert all(thing.get_absolute_url() in answer.text for thing in (project, challenge, offer))
        assert not any(thing.get_absolute_url() in answer.text for thing in (other, waiting))
    for thing in (project, challenge, offer):
        assert f'href="{address_of_tag}"' in Client().get(thing.get_absolute_url()).text
    tag.is_approved = False
    tag.save()
    assert Client().get(address[1]).status_code == 404
