"""A person with one of everything."""

import uuid
from typing import Any

from apps.consultations import actions
from apps.consultations.models import AbuseReport, Proposal
from tests.accounts.factories import UserFactory
from tests.consultations.factories import ConsultationFactory, ProposalFactory


def busy_person(**fields: Any) -> tuple[Any, Proposal, Proposal]:
    """Someone who posted, edited, commented, liked, followed and reported; their proposal, and the one of another."""
    user = UserFactory(**{"nickname": "ちょうふ太郎", **fields})
    consultation = ConsultationFactory()
    other = ProposalFactory(consultation=consultation, body="他人の意見の本文です")
    own = actions.post_proposal(
        question=consultation.questions.get(),
        author=actions.AccountAuthor(user),
        body="はじめの文",
        public_name=user.nickname,
        age_band="30s",
        submit_key=uuid.uuid4(),
    ).proposal
    actions.edit_proposal(proposal=own, by=user, body="直した文", title="")
    author, other_author = actions.AccountAuthor(user), actions.AccountAuthor(other.author)
    named = {"public_name": user.nickname, "submit_key": uuid.uuid4()}
    actions.post_comment(proposal=other, author=author, body="賛成です", **named)
    actions.post_comment(proposal=own, author=other_author, body="他人のコメントの本文です", submit_key=uuid.uuid4())
    actions.set_like(user=user, proposal=other, wanted=True)
    actions.follow(user=user, consultation=consultation, wanted=True)
    AbuseReport.objects.submit(by=user, reason="other", text="通報の文", proposal=other)
    own.refresh_from_db()
    other.refresh_from_db()
    return user, own, other
