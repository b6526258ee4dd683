"""Cases, articles and rules for tests, and the steps of a moderator."""

import uuid
from typing import Any

import factory

from apps.consultations import actions
from apps.consultations.models import Comment, ModerationCase, ModerationRule, PolicyArticle, Proposal
from tests.accounts.factories import UserFactory, make_moderator


class ArticleFactory(factory.django.DjangoModelFactory):
    """An article of the policy."""

    class Meta:
        model = PolicyArticle
        django_get_or_create = ("number",)

    number = 2
    reason = "個人情報の保護"


class RuleFactory(factory.django.DjangoModelFactory):
    """A rule that holds a text with the word 「くたばれ」."""

    class Meta:
        model = ModerationRule

    name = factory.Sequence(lambda n: f"ルール{n + 1}")
    kind = ModerationRule.Kind.NG_WORDS
    words = "くたばれ"
    holds = True


def reported(text: Proposal | Comment, people: int = 1) -> ModerationCase:
    """The case of a text that some people reported."""
    for _n in range(people):
        actions.report(text=text, by=UserFactory(), reason="personal", words="名前が書かれています")
    return ModerationCase.objects.for_target(text).get()


def hidden(text: Proposal | Comment, by: Any) -> ModerationCase:
    """The case of a text that a moderator hid."""
    case = reported(text)
    actions.decide(case=case, act=actions.HIDE, by=by, article=ArticleFactory())
    text.refresh_from_db()
    case.refresh_from_db()
    return case


def erased(case: ModerationCase, by: Any, reason: str = "裁判所の決定による") -> None:
    """A text of which nothing is left: one person asked for it, `by` confirmed."""
    asked = actions.request_erasure(case=case, by=make_moderator(), article=ArticleFactory(), reason=reason)
    actions.confirm_erasure(request=asked, by=by)


def propose(
    consultation: Any, author: Any, body: str = "木陰のあるベンチがほしい", *, anonymous: bool = True, **more: Any
) -> Proposal:
    """A text that comes in by the same way as everybody's."""
    question, by = consultation.questions.first(), actions.AccountAuthor(author)
    more["public_name"] = "" if anonymous else author.nickname
    return actions.post_proposal(question=question, author=by, body=body, submit_key=uuid.uuid4(), **more).proposal


def comment_on(proposal: Proposal, author: Any, body: str = "わたしもそう思います") -> Comment:
    """A comment that comes in by the same way as everybody's."""
    by = actions.AccountAuthor(author)
    return actions.post_comment(proposal=proposal, author=by, body=body, submit_key=uuid.uuid4())[0]
