"""論点に分ける: the board of a theme, several voices at once, suggestions, two people at once, undo."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.consultations import actions
from apps.consultations.models import ActionRefused, Consultation, Proposal, Topic
from apps.operations.models import AuditEntry
from tests.accounts.factories import UserFactory, make_moderator, make_secretariat, make_staff
from tests.consultations.factories import ConsultationFactory, ProposalFactory, QuestionFactory, TopicFactory
from tests.races import in_parallel

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


@pytest.fixture
def asked() -> Consultation:
    return ConsultationFactory(slug="parks")


def board(asked: Consultation, query: str = "") -> str:
    return reverse("admin:consultations_consultation_sort", args=[asked.pk]) + query


def undo(asked: Consultation) -> str:
    return reverse("admin:consultations_consultation_undo_sort", args=[asked.pk])


def grouped(topic: Topic) -> set[str]:
    return set(topic.proposals.values_list("code", flat=True))


def told(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_chosen_voices_go_into_a_topic_and_come_back(asked: Consultation, sign_in: SignIn) -> None:
    browser = sign_in(make_staff(asked.department))
    voices = ProposalFactory.create_batch(3, consultation=asked)
    topic = TopicFactory(consultation=asked)
    page = browser.get(board(asked))
    assert "未分類は3件" in page.text
    assert all(voice.body in page.text for voice in voices), "texts, not only numbers"
    codes = [voice.code for voice in voices[:2]]
    done = browser.post(board(asked), {"voices": codes, "target": topic.code}, follow=True)
    assert told(done) == [f"2件を{topic.code}に分けました。"]
    assert done.redirect_chain[-1][0] == board(asked)
    assert grouped(topic) == set(codes)
    assert "未分類は1件" in done.text
    assert [row[0].code for row in done.context["rows"]] == [voices[2].code]
    assert [row.facts["codes"] for row in AuditEntry.objects.for_target(topic)] == [codes]
    back = browser.post(undo(asked), follow=True)
    assert told(back) == ["2件を元に戻しました。"]
    assert grouped(topic) == set()
    assert "元に戻す</button>" not in back.text, "once"
    assert browser.post(undo(asked)).status_code == 302


def test_a_new_topic_is_made_by_the_same_press_and_once(asked: Consultation, sign_in: SignIn) -> None:
    browser = sign_in(make_staff(asked.department))
    voice = ProposalFactory(consultation=asked)
    typed = {"voices": [voice.code], "title": "木陰を増やす"}
    assert browser.post(board(asked), typed).status_code == 302
    again = browser.post(board(asked), typed)
    assert again.status_code == 400
    assert "何も変えていません。" in again.text
    topic = Topic.objects.get()
    assert (topic.title, topic.is_public, grouped(topic)) == ("木陰を増やす", False, {voice.code})


def test_a_suggestion_is_one_press(asked: Consultation, sign_in: SignIn) -> None:
    browser = sign_in(make_staff(asked.department))
    topic = TopicFactory(consultation=asked, title="多摩川の自転車道")
    topic.group([ProposalFactory(consultation=asked, body="多摩川の自転車道を広げてほしい")], by=make_secretariat())
    TopicFactory(consultation=asked, title="図書館の開館時間")
    like = ProposalFactory(consultation=asked, body="自転車道を広げて、多摩川を安全に走りたい")
    other = ProposalFactory(consultation=asked, body="ゴミ箱を駅前に置いてください")
    page = browser.get(board(asked))
    assert {row.code: found and found.code for row, found, _checked in page.context["rows"]} == {
        like.code: topic.code, other.code: None
    }  # fmt: skip
    assert f'value="{like.code} {topic.code}"' in page.text
    browser.post(board(asked), {"one": f"{like.code} {topic.code}"})
    assert like.code in grouped(topic)


def test_similar_voices_are_brought_together(asked: Consultation, sign_in: SignIn) -> None:
    browser = sign_in(make_staff(asked.department))
    first = ProposalFactory(consultation=asked, body="保育園の園庭を地域に開放してほしい")
    ProposalFactory.create_batch(3, consultation=asked, body="駅前の信号が短くて渡れません")
    last = ProposalFactory(consultation=asked, body="園庭を地域に開放する保育園が増えるとよい")
    rows = [row.code for row, _topic, _checked in browser.get(board(asked, f"?like={first.code}")).context["rows"]]
    assert rows == [first.code, last.code]


def test_filters_pages_and_all_that_match(asked: Consultation, sign_in: SignIn) -> None:
    browser = sign_in(make_staff(asked.department))
    second = QuestionFactory(consultation=asked)
    topic = TopicFactory(consultation=asked)
    ProposalFactory.create_batch(60, consultation=asked, author=None, body="ベンチがほしい")
    ProposalFactory(consultation=asked, question=second, body="花壇がほしい")
    page = browser.get(board(asked))
    assert len(page.context["rows"]) == 50
    assert len(browser.get(board(asked) + page.context["older_url"]).context["rows"]) == 11
    assert len(browser.get(board(asked, "?ask=2")).context["rows"]) == 1
    assert len(browser.get(board(asked, "?q=花壇")).context["rows"]) == 1
    stale = browser.post(board(asked, "?ask=1"), {"every": "59", "target": topic.code})
    assert stale.status_code == 400
    assert "59件から60件に変わりました" in stale.text
    browser.post(board(asked, "?ask=1"), {"every": "60", "target": topic.code})
    assert topic.proposals.count() == 60
    shown = browser.get(board(asked, f"?shown={topic.code}"))
    assert len(shown.context["rows"]) == 50
    moved = shown.context["rows"][0][0].code
    browser.post(board(asked, f"?shown={topic.code}"), {"voices": [moved], "target": "none"})
    assert topic.proposals.count() == 59
    assert Proposal.objects.get(code=moved) in Proposal.objects.in_consultation(asked).grouped(wanted=False)


def test_what_is_missing_is_said_and_what_was_chosen_stays(asked: Consultation, sign_in: SignIn) -> None:
    browser = sign_in(make_staff(asked.department))
    voice, topic = ProposalFactory(consultation=asked), TopicFactory(consultation=asked)
    nowhere = browser.post(board(asked), {"voices": [voice.code]})
    assert nowhere.status_code == 400
    assert "入れる論点を選ぶか、新しい論点を書いてください。" in nowhere.text
    assert nowhere.context["rows"][0][2], "still chosen"
    nobody = browser.post(board(asked), {"target": topic.code})
    assert (nobody.status_code, "分ける意見を選んでください。" in nobody.text) == (400, True)
    both = browser.post(board(asked), {"voices": [voice.code], "target": topic.code, "title": "別の論点"})
    assert (both.status_code, "どちらか一つ" in both.text) == (400, True)
    for bad in (
        {"voices": ["x\0"], "target": topic.code},
        {"voices": [voice.code], "target": "T99-0001"},
        {"one": "x y"},
    ):
        assert browser.post(board(asked), bad).status_code == 400
    assert browser.post(board(asked), {"voices": [voice.code], "title": "論" * 81}).status_code == 400
    assert not topic.proposals.exists()


def test_two_people_do_not_overwrite_each_other(asked: Consultation, sign_in: SignIn) -> None:
    first, second = sign_in(make_staff(asked.department)), sign_in(make_secretariat())
    voices = ProposalFactory.create_batch(2, consultation=asked)
    one, other = TopicFactory.create_batch(2, consultation=asked)
    codes = [voice.code for voice in voices]
    first.post(board(asked), {"voices": codes[:1], "target": one.code}, follow=True)
    late = second.post(board(asked), {"voices": codes, "target": other.code}, follow=True)
    assert told(late) == [
        f"1件を{other.code}に分けました。",
        f"ほかの職員が先に分けたか、公開されなくなったため、そのままにした意見：{codes[0]}",
    ]
    assert (grouped(one), grouped(other)) == ({codes[0]}, {codes[1]})
    second.post(board(asked, f"?shown={one.code}"), {"voices": codes[:1], "target": other.code})
    refused = first.post(undo(asked), follow=True)
    assert told(refused) == ["選んだ意見は、ほかの職員が先に分けたか、公開されなくなりました。何も変えていません。"]
    assert grouped(other) == set(codes), "the later decision of somebody else stays"


@pytest.mark.django_db(transaction=True)
def test_at_the_same_moment_a_voice_goes_to_one_topic(asked: Consultation) -> None:
    voice, by = ProposalFactory(consultation=asked), make_secretariat()
    topics = TopicFactory.create_batch(2, consultation=asked)

    results: list[str] = []

    def sort(number: int) -> None:
        try:
            actions.sort_proposals(consultation=asked, codes=[voice.code], source=None, target=topics[number], by=by)
        except ActionRefused:
            results.append("refused")
        else:
            results.append("done")

    in_parallel(sort, times=2, threads=2)
    assert sorted(results) == ["done", "refused"]
    assert voice.topics.count() == 1


def test_a_hidden_voice_is_passed_over_and_too_many_are_refused(asked: Consultation) -> None:
    by, topic = make_secretariat(), TopicFactory(consultation=asked)
    voice, hidden = ProposalFactory(consultation=asked), ProposalFactory(consultation=asked, state="hidden")
    foreign = ProposalFactory()
    codes = [voice.code, hidden.code, foreign.code]
    done = actions.sort_proposals(consultation=asked, codes=codes, source=None, target=topic, by=by)
    assert (done.codes, done.passed) == ([voice.code], [hidden.code, foreign.code])
    many = [f"C25-{number:04}" for number in range(501)]
    with pytest.raises(ActionRefused, match="500件まで"):
        actions.sort_proposals(consultation=asked, codes=many, source=None, target=topic, by=by)
    with pytest.raises(ActionRefused, match="入れる論点を選ぶか"):
        actions.sort_proposals(consultation=asked, codes=[voice.code], source=topic, target=topic, by=by)


def test_the_board_is_for_those_who_manage_the_theme(asked: Consultation, sign_in: SignIn) -> None:
    people = {"own": make_staff(asked.department), "secretariat": make_secretariat(), "other": make_staff(),
              "moderator": make_moderator(), "resident": UserFactory()}  # fmt: skip
    seen = {name: sign_in(person).get(board(asked)).status_code for name, person in people.items()}
    assert seen == {"own": 200, "secretariat": 200, "other": 404, "moderator": 404, "resident": 403}
    assert sign_in(people["other"]).post(undo(asked)).status_code == 404
    assert sign_in(people["other"]).post(board(asked), {"title": "x"}).status_code == 404


@pytest.mark.parametrize("count", [3, 30])
def test_the_board_asks_the_same_number_of_questions(asked: Consultation, count: int, sign_in: SignIn) -> None:
    browser = sign_in(make_staff(asked.department))
    for topic in TopicFactory.create_batch(count, consultation=asked):
        topic.group([ProposalFactory(consultation=asked)], by=make_secretariat())
    ProposalFactory.create_batch(count, consultation=asked)
    browser.get(board(asked))
    with CaptureQueriesContext(connection) as queries:
        browser.get(board(asked))
    assert len(queries) <= 18
