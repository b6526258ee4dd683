"""Answer a survey: the answer and the mark that somebody has answered are written together and never joined."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.consultations.services.rate_limit import TooFast
from apps.core import rate_limit
from apps.core.submission import content_key
from apps.surveys.models import ActionRefused, AnswerMark, Survey, SurveyResponse
from apps.surveys.models.response import account_key, letter_key
from apps.surveys.services.answer_words import answers_asked

WRONG_CODES, QUARTER = 20, 900  # from one network, a quarter of an hour; a library shares one address


class Respondent(Protocol):
    """Who answers, as far as it must be known that nobody answers twice."""

    def key(self, survey: Survey) -> str:
        """Return the hash of the mark."""

    def hold(self) -> None:
        """Lock what must not go away meanwhile."""


@dataclass(frozen=True)
class AccountRespondent:
    """Somebody who is signed in."""

    user: User

    def key(self, survey: Survey) -> str:
        """Return the hash of the account in this survey."""
        return account_key(survey, self.user)

    def hold(self) -> None:
        """Lock the person's row."""
        self.user.hold()


@dataclass(frozen=True)
class LetterRespondent:
    """Whoever holds a letter with this code."""

    code: str

    def key(self, survey: Survey) -> str:
        """Return the hash of the code in this survey."""
        return letter_key(survey, self.code)

    def hold(self) -> None:
        """Lock nothing: a letter does not go away."""


class Sent(NamedTuple):
    """A stored answer, and whether it is new."""

    response: SurveyResponse
    is_new: bool


@transaction.atomic
def send_response(*, survey: Survey, answers: dict[str, dict[str, Any]], by: Respondent, submit_key: uuid.UUID) -> Sent:
    """Store an answer, and apart from it the mark that this person has answered. Idempotent by its submit key.

    The row of the survey is locked, so that two answers come one after the other and none after the close. No audit entry
    and no log names the moment. Raise ActionRefused outside the period, for a person who has
    answered, and for the code of no letter.
    """
    by.hold()
    locked = survey.get_for_update()
    key = content_key(submit_key, survey=locked, answers=answers)
    if repeated := SurveyResponse.objects.filter(submit_key=key).first():
        return Sent(repeated, is_new=False)
    locked.require_open()
    person_key = by.key(locked)
    AnswerMark.objects.require_may_answer(locked, person_key)
    asked = answers_asked(locked.load_questions(), answers)
    if not asked:
        raise ActionRefused(_("どの問いにも答えがありません。一つ以上答えてから送ってください。"))
    AnswerMark.objects.mark(locked, person_key)
    response = SurveyResponse.objects.create(
        survey=locked, received_on=timezone.localdate(), answers=asked, submit_key=key
    )
    return Sent(response, is_new=True)


def check_code(*, survey: Survey, code: str, ip: str) -> None:
    """Raise ActionRefused for the code of no letter and of one that was used, TooFast above the rate limit of wrong ones."""
    _require(lambda: AnswerMark.objects.require_may_answer(survey, letter_key(survey, code)), ip)


def check_answered(*, survey: Survey, code: str, ip: str) -> None:
    """Raise ActionRefused for a code with which nobody has answered, TooFast above the rate limit of wrong ones."""
    _require(lambda: AnswerMark.objects.require_has_answered(survey, letter_key(survey, code)), ip)


def _require(check: Callable[[], None], ip: str) -> None:
    """Check a code; raise TooFast instead of the refusal above the rate limit of wrong ones."""
    try:
        check()
    except ActionRefused:
        if not rate_limit.hit(f"survey-code:{ip}", most=WRONG_CODES, seconds=QUARTER):
            raise TooFast(
                _("回答コードの入力が続けて間違っています。15分ほどたってから、もう一度お試しください。")
            ) from None
        raise
