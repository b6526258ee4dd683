"""「意見」 in the admin site: filters above the list, numbers in any form, columns of the work, all that match at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.consultations.models import (
    Assignment,
    Batch,
    Channel,
    Consultation,
    DifferingVoice,
    ModerationRule,
    Proposal,
    State,
    Tag,
    Topic,
)
from tests.accounts.factories import DepartmentFactory, make_moderator, make_secretariat, make_staff
from tests.consultations.admin_pages import change_page, form_of
from tests.consultations.factories import (
    AssignmentFactory,
    ConsultationFactory,
    ProposalFactory,
    QuestionFactory,
    ReplyFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
LIST = "/admin/consultations/proposal/"


@pytest.fixture
def asked() -> Consultation:
    return ConsultationFactory(slug="parks")


def found(browser: Client, query: str) -> set[str]:
    answer = browser.get(f"{LIST}?{query}")
    assert answer.status_code == 200, answer
    return {row.code for row in answer.context["cl"].result_list}


def test_every_filter_narrows_the_list(asked: Consultation, sign_in: SignIn) -> None:
    by, department = make_secretariat(), DepartmentFactory(code="water")
    other = ProposalFactory()
    second = QuestionFactory(consultation=asked)
    tag = Tag.objects.create(name="水辺", is_approved=True)
    batch = Batch.objects.create(
        consultation=asked, channel=Channel.WORKSHOP, event_name="西部の会", held_on=timezone.localdate(), entered_by=by
    )
    plain, asking, topical, answered, drafted, assigned, held, paper, tagged, named = [
        ProposalFactory(consultation=asked, **fields)
        for fields in (
            {}, {"question": second}, {}, {}, {}, {}, {"state": State.HELD}, {"channel": Channel.WORKSHOP, "batch": batch},
            {}, {"body": "電話は042-481-0000です"},
        )
    ]  # fmt: skip
    tagged.tags.add(tag)
    topic = TopicFactory(consultation=asked)
    topic.group([topical], by=by)
    ReplyFactory(topic=topic)
    ReplyFactory(proposal=answered).publish(by=by)
    ReplyFactory(proposal=drafted)
    AssignmentFactory(proposal=assigned, department=department)
    AssignmentFactory(topic=topic, department=department)
    ModerationRule.objects.get_or_create(kind=ModerationRule.Kind.PERSONAL, defaults={"name": "個人情報"})
    Proposal.objects.filter(pk=plain.pk).update(created_at=timezone.now() - timedelta(days=400))
    browser = sign_in(by)
    of_theme = {row.code for row in Proposal.objects.in_consultation(asked)}
    day = (timezone.localdate() - timedelta(days=400)).isoformat()
    expected = {
        "": of_theme | {other.code},
        "theme=parks": of_theme,
        "theme=parks&ask=2": {asking.code},
        "theme=parks&topic=any": {topical.code},
        "theme=parks&topic=none": of_theme - {topical.code},
        f"theme=parks&topic={topic.code}": {topical.code},
        "answer=public": {answered.code},
        "answer=draft": {drafted.code, topical.code},
        "theme=parks&answer=none": of_theme - {answered.code, drafted.code, topical.code},
        "department=water": {assigned.code, topical.code},
        "state=held": {held.code},
        "channel=workshop": {paper.code},
        "theme=parks&event=西部の会": {paper.code},
        f"tag={tag.slug}": {tagged.code},
        "personal=yes": {named.code},
        f"since={day}&until={day}": {plain.code},
        "theme=parks&channel=workshop&state=held": set(),
    }
    assert {query: found(browser, query) for query in expected} == expected


def test_a_number_is_found_however_it_is_typed(sign_in: SignIn) -> None:
    voice, other, _third = ProposalFactory.create_batch(3)
    browser, code = sign_in(make_secretariat()), voice.code
    wide = code.translate({ord(letter): chr(ord(letter) + 0xFEE0) for letter in code})
    for typed in (code, code.lower(), code.replace("-", ""), code.replace("-", " "), wide):
        assert found(browser, f"q={typed}") == {code}, typed
    assert found(browser, f"q={code.lower()} {other.code}") == {code, other.code}


def test_what_no_filter_offers_narrows_nothing_and_bad_days_say_so(asked: Consultation, sign_in: SignIn) -> None:
    voice = ProposalFactory(consultation=asked)
    browser = sign_in(make_secretariat())
    for query in ("theme=nowhere", "ask=9", "topic=T25-9999", "answer=x", "state=x", "event=no", "kind=x", "tag=99999"):
        assert found(browser, query) == {voice.code}, query
    page = browser.get(f"{LIST}?since=きのう&until=R8.13.40").text
    assert page.count('class="errorlist"') == 2
    assert 'value="きのう"' in page
    assert "以後の日にしてください" in browser.get(f"{LIST}?since=2026-11-02&until=2026-11-01").text


def test_columns_show_topics_and_answers_but_no_foreign_draft(asked: Consultation, sign_in: SignIn) -> None:
    by = make_secretariat()
    voice = ProposalFactory(consultation=asked)
    topic = TopicFactory(consultation=asked, title="木陰を増やす")
    topic.group([voice], by=by)
    ReplyFactory(topic=topic).publish(by=by)
    draft = ReplyFactory(proposal=voice)
    row = browser_row(sign_in(by))
    assert "木陰を増やす" in row
    assert f"反映<br>下書き（{draft.department}）" in row or f"下書き（{draft.department}）<br>反映" in row
    foreign = browser_row(sign_in(make_staff(asked.department)))
    assert "反映" in foreign
    assert "下書き" not in foreign
    assert found(sign_in(make_staff(asked.department)), "answer=draft") == set()


def browser_row(browser: Client) -> str:
    text = browser.get(f"{LIST}?theme=parks").text
    start = text.index('id="result_list"')
    return text[start : text.index("</table>", start)]


@pytest.mark.parametrize("count", [3, 30])
def test_the_list_asks_the_same_number_of_questions(asked: Consultation, count: int, sign_in: SignIn) -> None:
    by = make_secretariat()
    topic = TopicFactory(consultation=asked)
    topic.group(ProposalFactory.create_batch(count, consultation=asked), by=by)
    ReplyFactory(topic=topic)
    browser = sign_in(by)
    browser.get(LIST)
    with CaptureQueriesContext(connection) as queries:
        browser.get(f"{LIST}?theme=parks&topic=any&answer=draft")
    assert len(queries) <= 30


def test_all_that_match_are_grouped_assigned_and_marked(asked: Consultation, sign_in: SignIn) -> None:
    """More than a page, and more than a URL has room for."""
    department, by = DepartmentFactory(email="office@example.org"), make_staff(asked.department)
    voices = ProposalFactory.create_batch(120, consultation=asked, author=None)
    ProposalFactory(consultation=asked, state=State.HELD)
    browser = sign_in(by)
    listed = f"{LIST}?theme=parks&state=published"
    pressed = {"_selected_action": [voices[0].pk], "select_across": "1"}
    there = browser.post(listed, pressed | {"action": "group_voices"})
    data = form_of(browser, there["Location"])
    assert data["codes"].split() == [voice.code for voice in voices]
    saved = browser.post(there["Location"], data | {"title": "木陰"}, follow=True)
    assert saved.status_code == 200, saved.context["errors"]
    assert Topic.objects.get().proposals.count() == 120
    there = browser.post(listed, pressed | {"action": "assign_voices"})
    in_two_weeks = str(timezone.localdate() + timedelta(days=14))
    data = form_of(browser, there["Location"]) | {"departments": [department.pk], "due_on": in_two_weeks}
    assert browser.post(there["Location"], data).status_code == 302
    assert Assignment.objects.of_departments({department.pk}).count() == 120
    browser.post(listed, pressed | {"action": "mark_differing"})
    assert DifferingVoice.objects.count() == 120


def test_the_page_of_a_theme_counts_what_waits(asked: Consultation, sign_in: SignIn) -> None:
    by = make_staff(asked.department)
    voices = ProposalFactory.create_batch(5, consultation=asked)
    ProposalFactory(consultation=asked, state=State.HELD)
    ProposalFactory(consultation=asked, state=State.WITHDRAWN)
    topic = TopicFactory(consultation=asked)
    topic.group(voices[:2], by=by)
    ReplyFactory(topic=topic).publish(by=by)
    ReplyFactory(proposal=voices[2], department=asked.department)
    browser = sign_in(by)
    page = browser.get(change_page(asked))
    rows = page.text[page.text.index("このテーマの意見") :]
    expected = {"": 6, "&amp;state=held": 1, "&amp;state=published&amp;topic=none": 3,
                "&amp;state=published&amp;answer=none": 2, "&amp;state=published&amp;answer=draft": 1}  # fmt: skip
    for query, number in expected.items():
        link = f'href="{LIST}?theme=parks{query}"'
        assert link in rows, query
        assert f">{number}</strong>" in rows[rows.index(link) :][:200], query
        listed = found(browser, f"theme=parks{query.replace('&amp;', '&')}")
        assert len(listed) == number + (not query), "with withdrawn ones where no state is chosen"


def test_moderators_read_the_list_without_acts(asked: Consultation, sign_in: SignIn) -> None:
    voice = ProposalFactory(consultation=asked)
    browser = sign_in(make_moderator())
    assert found(browser, "theme=parks") == {voice.code}
    assert "group_voices" not in browser.get(LIST).text
