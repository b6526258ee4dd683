"""論点: what staff group, what a topic shows and never shows, and what they may not do with it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.consultations import actions
from apps.consultations.models import ActionRefused, Like, Topic
from apps.operations.models import AuditEntry
from tests.accounts.factories import DepartmentFactory, UserFactory, make_moderator, make_secretariat, make_staff
from tests.consultations.admin_pages import form_of
from tests.consultations.factories import ConsultationFactory, ProposalFactory, TopicFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
ADD = "/admin/consultations/topic/add/"


def change_page(topic: Topic) -> str:
    return reverse("admin:consultations_topic_change", args=[topic.pk])


def test_codes_of_topics_have_a_sequence_of_their_own() -> None:
    first, second = TopicFactory(), TopicFactory()
    assert first.code[0] == "T"
    assert int(second.code.split("-")[1]) == int(first.code.split("-")[1]) + 1


def test_voices_are_grouped_once_and_the_trail_names_them() -> None:
    topic, by = TopicFactory(), make_secretariat()
    voices = ProposalFactory.create_batch(2, consultation=topic.consultation)
    assert topic.group(voices, by=by) == voices
    assert topic.group(voices, by=by) == []
    assert topic.ungroup(voices[:1], by=by) == 1
    facts = [(row.verb, row.facts["codes"]) for row in AuditEntry.objects.for_target(topic)]
    assert facts == [("ungroup", [voices[0].code]), ("group", [voice.code for voice in voices])]
    assert list(topic.proposals.all()) == voices[1:]


def test_only_public_voices_of_the_same_consultation_are_grouped() -> None:
    topic, by = TopicFactory(), make_secretariat()
    own = ProposalFactory(consultation=topic.consultation)
    for other in (ProposalFactory(), ProposalFactory(consultation=topic.consultation, state="hidden")):
        with pytest.raises(ActionRefused, match=other.code):
            topic.group([own, other], by=by)
    assert not topic.proposals.exists()


def test_a_voice_is_in_three_topics_at_most() -> None:
    voice, by = ProposalFactory(), make_secretariat()
    topics = TopicFactory.create_batch(4, consultation=voice.consultation)
    for topic in topics[:3]:
        topic.group([voice], by=by)
    with pytest.raises(ActionRefused, match="3個まで"):
        topics[3].group([voice], by=by)


def test_the_page_counts_people_once_and_names_nobody(client: Client) -> None:
    topic = TopicFactory()
    voices = ProposalFactory.create_batch(2, consultation=topic.consultation)
    imported = ProposalFactory(consultation=topic.consultation, imported_like_count=7, imported_likes_on="2025-11-10")
    hidden = ProposalFactory(consultation=topic.consultation)
    topic.group([*voices, imported, hidden], by=make_secretariat())
    fan, other = UserFactory(nickname="イイネの人"), UserFactory()
    for voice in (*voices, hidden):
        Like.objects.set(user=fan, proposal=voice, wanted=True)
    Like.objects.set(user=other, proposal=hidden, wanted=True)
    type(hidden).objects.filter(pk=hidden.pk).update(state="hidden")
    page = client.get(topic.get_absolute_url()).text
    assert "3件" in page
    assert "1人（二つ以上の意見にイイネ！をした人も1人と数えています）" in page
    assert "7件（紙・会場や旧サイトで数えたため、人数はわかりません）" in page
    assert "イイネの人" not in page
    assert hidden.code not in page
    assert voices[0].get_absolute_url() in page


def test_an_empty_topic_says_so(client: Client) -> None:
    page = client.get(TopicFactory().get_absolute_url()).text
    assert "市の考え方は、まだ公開されていません。" in page
    assert "この論点に、いま公開されている意見はありません。" in page


def test_the_voices_are_read_on_and_sorted(client: Client) -> None:
    topic = TopicFactory()
    voices = [ProposalFactory(consultation=topic.consultation, like_count=number) for number in range(23)]
    topic.group(voices, by=make_secretariat())
    first = client.get(f"{topic.get_absolute_url()}?sort=liked")
    assert [row.like_count for row in first.context["page"].rows] == list(range(22, 2, -1))
    second = client.get(topic.get_absolute_url() + first.context["older_url"])
    assert [row.like_count for row in second.context["page"].rows] == [2, 1, 0]
    assert "はじめから表示しています" in client.get(f"{topic.get_absolute_url()}?cursor=x").text


@pytest.mark.parametrize("count", [3, 30])
def test_pages_ask_the_same_number_of_questions(client: Client, count: int, django_assert_num_queries: Any) -> None:
    topic = TopicFactory()
    topic.group(ProposalFactory.create_batch(count, consultation=topic.consultation), by=make_secretariat())
    client.get(topic.get_absolute_url())
    with django_assert_num_queries(5):
        client.get(topic.get_absolute_url())


def test_a_draft_is_seen_by_those_who_work_on_it_only(sign_in: SignIn, client: Client) -> None:
    own, other = DepartmentFactory(), DepartmentFactory()
    draft = TopicFactory(consultation=ConsultationFactory(department=own), published_at=None)
    address = draft.get_absolute_url()
    seen = {
        "visitor": client.get(address).status_code,
        "resident": sign_in(UserFactory()).get(address).status_code,
        "moderator": sign_in(make_moderator()).get(address).status_code,
        "other": sign_in(make_staff(other)).get(address).status_code,
        "own": sign_in(make_staff(own)).get(address).status_code,
        "secretariat": sign_in(make_secretariat()).get(address).status_code,
    }
    assert seen == {"visitor": 404, "resident": 404, "moderator": 404, "other": 404, "own": 200, "secretariat": 200}
    assert draft.title not in client.get(draft.consultation.get_absolute_url()).text


def test_search_finds_public_topics_only() -> None:
    public, draft = TopicFactory(title="ベンチを増やす"), TopicFactory(title="ベンチの下書き", published_at=None)
    assert list(Topic.objects.public().search("べんち")) == [public]
    assert set(Topic.objects.search("ベンチ")) == {public, draft}


def test_chosen_voices_become_a_topic_and_then_public(sign_in: SignIn, client: Client) -> None:
    asked = ConsultationFactory()
    browser = sign_in(make_staff(asked.department))
    voices = ProposalFactory.create_batch(2, consultation=asked)
    listed = reverse("admin:consultations_proposal_changelist")
    pressed = {"action": "group_voices", "_selected_action": [voice.pk for voice in voices]}
    there = browser.post(listed, pressed)
    assert there.status_code == 302
    typed = {"title": "木陰とベンチ", "summary": "休める場所がほしい"}
    made = browser.post(there["Location"], form_of(browser, there["Location"]) | typed, follow=True)
    topic = Topic.objects.get()
    assert made.status_code == 200, made.context["errors"]
    assert (topic.title, topic.consultation, set(topic.proposals.all())) == ("木陰とベンチ", asked, set(voices))
    assert client.get(topic.get_absolute_url()).status_code == 404
    assert "いまは見つかりません。" in browser.get(change_page(topic)).text, (
        "nothing resembles it: said, not left empty"
    )
    done = browser.post(change_page(topic), form_of(browser, change_page(topic)) | {"act": "publish"}, follow=True)
    assert [str(one) for one in done.context["messages"]] == ["論点を公開しました。"]
    assert client.get(topic.get_absolute_url()).status_code == 200


def test_chosen_voices_go_into_an_existing_topic(sign_in: SignIn) -> None:
    topic = TopicFactory()
    voice = ProposalFactory(consultation=topic.consultation)
    browser = sign_in(make_secretariat())
    address = f"{ADD}?codes={voice.code}"
    browser.post(address, form_of(browser, address) | {"existing": str(topic.pk)})
    assert list(topic.proposals.all()) == [voice]
    assert Topic.objects.count() == 1


def test_alike_voices_are_offered_and_taken_in_and_out(sign_in: SignIn) -> None:
    topic = TopicFactory()
    first = ProposalFactory(consultation=topic.consultation, body="駅前の広場に木陰とベンチがほしいです")
    alike = ProposalFactory(consultation=topic.consultation, body="駅前の広場に木陰やベンチをふやしてほしい")
    ProposalFactory(consultation=topic.consultation, body="図書館の開館時間を延ばす")
    topic.group([first], by=make_secretariat())
    browser = sign_in(make_secretariat())
    offered = browser.get(change_page(topic)).context["adminform"].form.fields["suggested"].choices
    assert [code for code, _words in offered] == [alike.code]
    typed = form_of(browser, change_page(topic)) | {"suggested": [alike.code], "removed": [first.code]}
    browser.post(change_page(topic), typed)
    assert list(topic.proposals.all()) == [alike]


@pytest.mark.parametrize("typed", [{"codes": "C99-9999"}, {"codes": ""}, {"title": ""}])
def test_what_does_not_fit_is_said_at_the_field(sign_in: SignIn, typed: dict[str, str]) -> None:
    voice = ProposalFactory()
    browser = sign_in(make_secretariat())
    sent = {"title": "論点", "summary": "", "codes": voice.code, "existing": "", "act": ""} | typed
    answer = browser.post(ADD, sent)
    assert answer.status_code == 422
    assert answer.context["errors"]
    assert not Topic.objects.exists()


def test_a_voice_that_is_in_enough_topics_is_said_at_the_field_and_nothing_typed_is_lost(sign_in: SignIn) -> None:
    voice, by = ProposalFactory(), make_secretariat()
    for topic in TopicFactory.create_batch(3, consultation=voice.consultation):
        topic.group([voice], by=by)
    answer = sign_in(by).post(ADD, {"title": "四つめの論点", "codes": voice.code})
    assert "論点は3個まで" in answer.text
    assert 'value="四つめの論点"' in answer.text
    assert Topic.objects.count() == 3


def test_one_foreign_voice_among_the_chosen_changes_nothing(sign_in: SignIn) -> None:
    own, other = DepartmentFactory(), DepartmentFactory()
    mine = ProposalFactory(consultation=ConsultationFactory(department=own))
    theirs = ProposalFactory(consultation=ConsultationFactory(department=other))
    browser = sign_in(make_staff(own))
    listed = reverse("admin:consultations_proposal_changelist")
    for act in ("group_voices", "assign_voices", "mark_differing"):
        pressed = {"action": act, "_selected_action": [mine.pk, theirs.pk]}
        answer = browser.post(listed, pressed, follow=True)
        assert theirs.code in answer.text
        assert "あなたの課の担当ではない意見" in answer.text
    refused = browser.post(ADD, {"title": "論点", "codes": f"{mine.code}　{theirs.code}"})
    assert "見つからないか、あなたの課の担当ではない番号" in refused.text
    assert not Topic.objects.exists()


def test_moderators_do_not_group(sign_in: SignIn) -> None:
    browser, voice = sign_in(make_moderator()), ProposalFactory()
    assert browser.get(ADD).status_code == 403
    listed = reverse("admin:consultations_proposal_changelist")
    browser.post(listed, {"action": "group_voices", "_selected_action": [voice.pk]})
    assert "group_voices" not in browser.get(listed).text


def test_a_withdrawn_voice_leaves_the_topic_by_itself(client: Client) -> None:
    topic = TopicFactory()
    voice = ProposalFactory(consultation=topic.consultation, body="消えていく言葉")
    topic.group([voice], by=make_secretariat())
    actions.withdraw_proposal(proposal=voice, by=voice.author)
    page = client.get(topic.get_absolute_url()).text
    assert "消えていく言葉" not in page
    assert "0件" in page
