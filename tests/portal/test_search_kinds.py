"""検索, kind by kind: every text of a thing is searched, and nothing of any kind that is not public is found."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from apps.analysis.services.query_expansion import widen
from apps.consultations.models import Proposal, State, Topic
from apps.plans import actions
from apps.plans.models import Block
from apps.portal.services.search import KINDS, find
from tests.consultations.factories import (
    CommentFactory,
    ConsultationFactory,
    ProposalFactory,
    ReplyFactory,
    TopicFactory,
)
from tests.council.factories import OrganizationFactory, ProjectFactory
from tests.documents.factories import DocumentFactory, published
from tests.documents.factories import draft as draft_version
from tests.meetings.factories import announced, held, item, organ, with_minutes
from tests.plans.factories import SheetFactory, bring_to, write
from tests.public_comments.factories import answered, close, open_case, sent
from tests.vision.factories import IndicatorFactory

pytestmark = pytest.mark.django_db
WORD = "ひまわり畑"
TEXTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "consultations": (ConsultationFactory, ("title", "summary", "background")),
    "proposals": (ProposalFactory, ("title", "body")),
    "comments": (CommentFactory, ("body",)),
    "topics": (TopicFactory, ("title", "summary")),
    "replies": (lambda draft_body: replied(draft_body, proposal=ProposalFactory()), ("draft_body",)),
    "public-comments": (open_case, ("title", "summary")),
    "opinions": (lambda **words: opinion_answered(**words), ("summary", "text")),
    "documents": (lambda **text: published(DocumentFactory(**text)), ("title", "summary")),
    "sections": (lambda **text: document_with(**text), ("heading", "body")),
    "organs": (organ, ("name", "purpose")),
    "agenda": (lambda **text: item(announced(), **{"title": "議題", **text}), ("title", "outcome")),
    "minutes": (lambda body: with_minutes(held(), body=body), ("body",)),
    "indicators": (IndicatorFactory, ("title", "survey", "remark", "note")),
    "projects": (ProjectFactory, ("title", "summary", "body", "result", "lesson", "place")),
    "organizations": (OrganizationFactory, ("name", "body")),
    "lines": (lambda text: sheet_with(text), ("text",)),
}


def document_with(heading: str = "見出し", body: str = "本文です。") -> None:
    """A published document with one section."""
    published(text=f"# 1 {heading}\n{body}")


def opinion_answered(**words: str) -> Any:
    """A published result with one row of these words."""
    case = open_case()
    sent(case)
    return answered(close(case), **words)


def replied(words: str, **to: Any) -> None:
    """A published reply to a voice or topic."""
    ReplyFactory(draft_body=words, **to).publish(by=None)


def sheet_with(words: str) -> Any:
    """A published sheet with a line of these words."""
    sheet = SheetFactory()
    write(sheet, Block.YEARLY, words)
    return bring_to(sheet, "published")


def test_every_text_of_every_kind_is_searched() -> None:
    assert list(TEXTS) == [kind.key for kind in KINDS]
    for kind in KINDS:
        make, fields = TEXTS[kind.key]
        for number, field in enumerate(fields, 1):
            make(**{field: WORD})
            assert find(kind, widen(WORD)).count == number, (kind.key, field)


def test_a_text_is_searched_as_it_was_last_written() -> None:
    row, (kind,) = ProposalFactory(body="公園"), [kind for kind in KINDS if kind.key == "proposals"]
    row.body = WORD
    row.save(update_fields=["body"])
    assert [find(kind, widen(word)).count for word in (WORD, "公園")] == [1, 0]


def test_nothing_of_any_kind_that_is_not_public_is_found(client: Client) -> None:
    later = timezone.now() + timedelta(days=1)
    draft, theme = ConsultationFactory(draft=True, background=WORD), ConsultationFactory()
    ConsultationFactory(published_at=later, title=WORD)
    ProposalFactory(consultation=draft, body=WORD)
    TopicFactory(consultation=draft, title=WORD)
    TopicFactory(consultation=theme, title=WORD, published_at=None)
    hidden, withdrawn = ProposalFactory(consultation=theme), TopicFactory(consultation=theme)
    replied(WORD, proposal=hidden)
    replied(WORD, topic=withdrawn)
    ReplyFactory(draft_body=WORD, proposal=ProposalFactory(consultation=theme))
    Topic.objects.filter(pk=withdrawn.pk).update(published_at=None)
    CommentFactory(proposal=hidden, body=WORD)
    Proposal.objects.filter(pk=hidden.pk).update(state=State.HIDDEN)
    for state in (State.HELD, State.HIDDEN, State.WITHDRAWN):
        ProposalFactory(consultation=theme, body=WORD, state=state)
        CommentFactory(proposal=ProposalFactory(consultation=theme), body=WORD, state=state)
    draft_version(DocumentFactory(title=WORD), text=f"# 1 {WORD}\n{WORD}")
    IndicatorFactory(title=WORD, is_public=False)
    OrganizationFactory(name=WORD, is_public=False)
    for moment in (None, later):
        ProjectFactory(title=WORD, published_at=moment)
    write(SheetFactory(), Block.YEARLY, WORD)
    corrected = actions.correct_sheet(sheet=sheet_with(WORD), by=None, reason="語の誤り")
    for line in corrected.lines.filter(text=WORD):
        line.text = "菜の花畑"
        line.save()
    actions.confirm_sheet(sheet=corrected, by=None)
    actions.publish_sheet(sheet=corrected, by=None)
    letter = sent(open_case(), WORD)
    answered(close(letter.case), publish=False, text=WORD)
    html = client.get("/search/", {"q": WORD}).content.decode()
    assert "見つかりませんでした" in html
    assert draft.title not in html, "nor offered as a theme to choose"
    assert [kind.key for kind in KINDS if find(kind, widen(WORD)).count] == []


def test_a_table_that_was_emptied_since_it_was_analysed_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [ProposalFactory(body="公園") for _n in range(4)]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE consultations_proposal")
    Proposal.objects.filter(pk__in=[row.pk for row in rows]).delete()
    monkeypatch.setattr("apps.portal.services.search.MOST", 1)
    (kind,) = [kind for kind in KINDS if kind.key == "proposals"]
    assert find(kind, widen("公園")).count == 0
