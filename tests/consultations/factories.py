"""Consultations and voices for tests."""

from datetime import timedelta

import factory
from django.utils import timezone

from apps.consultations.models import (
    Assignment,
    Comment,
    Consultation,
    Proposal,
    Question,
    Reply,
    ReplyStatus,
    State,
    Topic,
)
from apps.consultations.models.codes import next_codes
from tests.accounts.factories import DepartmentFactory, UserFactory


class ConsultationFactory(factory.django.DjangoModelFactory):
    """One that is open now: since yesterday, for 30 more days, an answer promised 60 days from now."""

    class Meta:
        model = Consultation
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"theme-{n + 1}")
    title = factory.Sequence(lambda n: f"公園のこれからを考える{n + 1}")
    summary = "身近な公園をどう使いたいか、お聞かせください。"
    background = "## 背景\n\n市内には多くの公園があります。"
    department = factory.SubFactory(DepartmentFactory)
    opens_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    closes_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=30))
    reply_due_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=60))
    published_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=2))
    question = factory.RelatedFactory("tests.consultations.factories.QuestionFactory", "consultation")

    class Params:
        draft = factory.Trait(published_at=None)
        upcoming = factory.Trait(opens_at=factory.LazyFunction(lambda: timezone.now() + timedelta(days=3)))
        closed = factory.Trait(
            opens_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=40)),
            closes_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=10)),
        )
        answered = factory.Trait(
            opens_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=40)),
            closes_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=10)),
            answer="いただいた意見を来年度の計画に反映します。",
            answered_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=1)),
        )


class QuestionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Question

    consultation = factory.SubFactory(ConsultationFactory, question=None)
    number = factory.LazyAttribute(lambda o: o.consultation.questions.count() + 1)
    text = "どんな公園があるとうれしいですか。"


class ProposalFactory(factory.django.DjangoModelFactory):
    """A public voice in an open consultation."""

    class Meta:
        model = Proposal

    consultation = factory.SubFactory(ConsultationFactory)
    question = factory.LazyAttribute(lambda o: o.consultation.questions.first())
    author = factory.SubFactory(UserFactory)
    body = "木陰のあるベンチがほしい"
    code = factory.LazyFunction(lambda: next_codes()[0])
    state = State.PUBLISHED
    published_at = factory.LazyFunction(timezone.now)


class CommentFactory(factory.django.DjangoModelFactory):
    """A public comment; use the action where the counter matters."""

    class Meta:
        model = Comment

    proposal = factory.SubFactory(ProposalFactory)
    author = factory.SubFactory(UserFactory)
    body = "わたしもそう思います"
    state = State.PUBLISHED
    published_at = factory.LazyFunction(timezone.now)


class TopicFactory(factory.django.DjangoModelFactory):
    """A public topic without voices; group some with `topic.group`."""

    class Meta:
        model = Topic

    consultation = factory.SubFactory(ConsultationFactory)
    title = factory.Sequence(lambda n: f"木陰と休む場所{n + 1}")
    summary = "木陰やベンチなど、休める場所を増やしてほしいという意見です。"
    published_at = factory.LazyFunction(lambda: timezone.now() - timedelta(hours=1))


class ReplyStatusFactory(factory.django.DjangoModelFactory):
    """One of the city's words; the migrated row where it is there."""

    class Meta:
        model = ReplyStatus
        django_get_or_create = ("code",)

    code = "reflected"
    name = "反映"
    is_answer = True


class ReplyFactory(factory.django.DjangoModelFactory):
    """A draft of a department; `reply.publish(by=…)` makes it public. Give topic= or proposal=."""

    class Meta:
        model = Reply

    department = factory.SubFactory(DepartmentFactory)
    draft_status = factory.SubFactory(ReplyStatusFactory)
    draft_body = "来年度の計画に**反映**します。"


class AssignmentFactory(factory.django.DjangoModelFactory):
    """A department shall answer within a week. Give topic= or proposal=."""

    class Meta:
        model = Assignment

    department = factory.SubFactory(DepartmentFactory)
    due_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=7))


def reviewing() -> ReplyStatus:
    """検討中, which is no answer yet."""
    return ReplyStatusFactory(code="reviewing", name="検討中", is_answer=False)
