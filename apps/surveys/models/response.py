"""回答: what was answered, and apart from it who has answered; nothing joins the two tables."""

import hashlib
import uuid
from typing import Self

from django.db import connection, models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.exceptions import ActionRefused
from apps.core.letter_codes import read_code
from apps.core.submission import SubmitKeyField
from apps.surveys.models.survey import Survey

# All marks of a survey are written anew in a random order: no row tells by its place or its transaction when it was marked.
MARK = """
WITH former AS (DELETE FROM surveys_answermark WHERE survey_id = %(survey)s RETURNING person_key, has_answered)
INSERT INTO surveys_answermark (id, survey_id, person_key, has_answered)
SELECT gen_random_uuid(), %(survey)s, person_key, bool_or(has_answered)
FROM (SELECT person_key, has_answered FROM former UNION ALL SELECT %(key)s, true) AS marks
GROUP BY person_key ORDER BY gen_random_uuid()
"""


class AnswerMarkQuerySet(models.QuerySet["AnswerMark"]):
    """QuerySet of AnswerMark."""

    def require_may_answer(self, survey: Survey, person_key: str) -> None:
        """Raise ActionRefused for a person who has answered, and for the code of no letter."""
        has_answered = self.filter(survey=survey, person_key=person_key).values_list("has_answered", flat=True).first()
        if has_answered is None and survey.is_sample:
            raise ActionRefused(_("この回答コードは見つかりません。手紙のとおりに入れてください。"))
        if has_answered:
            raise ActionRefused(_("すでに回答をいただいています。ご協力ありがとうございました。回答は一人一回です。"))

    def require_has_answered(self, survey: Survey, person_key: str) -> None:
        """Raise ActionRefused for a person who has not answered, and for the code of no letter."""
        if not self.filter(survey=survey, person_key=person_key, has_answered=True).exists():
            raise ActionRefused(
                _("先にアンケートに答えてください。手紙の方は、答えたときの回答コードを入れてください。")
            )

    def mark(self, survey: Survey, person_key: str) -> None:
        """Mark a person of a locked survey as having answered; every mark of the survey is written anew, shuffled."""
        with connection.cursor() as cursor:
            cursor.execute(MARK, {"survey": survey.pk, "key": person_key})

    def forget_account(self, user: User) -> int:
        """Delete the marks of somebody who leaves. Return how many."""
        surveys = Survey.objects.public().filter(kind=Survey.Kind.OPEN, published_at=None)
        return self.filter(person_key__in=[account_key(survey, user) for survey in surveys]).delete()[0]

    def of_account(self, user: User) -> Self:
        """Filter the marks of an account in the surveys that keep some."""
        surveys = Survey.objects.public().filter(kind=Survey.Kind.OPEN, published_at=None)
        keys = [account_key(survey, user) for survey in surveys]
        return self.filter(person_key__in=keys, has_answered=True).select_related("survey").order_by("survey")


def account_key(survey: Survey, user: User) -> str:
    """Return the hash under which it is marked that an account has answered."""
    return hashlib.sha256(f"account:{survey.pk}:{user.pk}".encode()).hexdigest()


def letter_key(survey: Survey, typed: str) -> str:
    """Return the hash of a letter's code, which alone is stored."""
    return hashlib.sha256(f"letter:{survey.pk}:{read_code(typed)}".encode()).hexdigest()


class AnswerMark(models.Model):
    """回答済みの印: that the account or letter of this hash has answered; no time, and no key to any answer.

    Rows of letters are there before somebody answers. All of a survey's rows go when its result is published.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="marks", verbose_name=gettext_lazy("アンケート"))
    person_key = models.CharField(max_length=64, editable=False)
    has_answered = models.BooleanField(gettext_lazy("回答済み"), default=False)

    objects = AnswerMarkQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("回答済みの印")
        verbose_name_plural = gettext_lazy("回答済みの印")
        constraints = [models.UniqueConstraint(fields=["survey", "person_key"], name="survey_mark_once")]

    def __str__(self) -> str:
        return str(self.pk)


class SurveyResponseQuerySet(models.QuerySet["SurveyResponse"]):
    """QuerySet of SurveyResponse."""

    def written_after(self, survey: int, key: str, after: str, most: int) -> list[tuple[uuid.UUID, str]]:
        """Return the next texts that answer a question, after this key: for the reader of words alone, joined to nothing."""
        rows = self.filter(survey=survey, **{f"answers__{key}__text__isnull": False}).order_by("pk")
        rows = rows.filter(pk__gt=after) if after else rows
        return list(rows.values_list("pk", f"answers__{key}__text")[:most])


class SurveyResponse(models.Model):
    """回答: what one person answered, with the day and no time, account, code, network or running number.

    answers: by the number of the question: {"chosen": [1], "other": "…"}, {"rows": {"1": 2}}, {"number": "3"},
    {"day": "2026-11-25"} or {"text": "…"}. Nobody reads a row by itself: only tables of the result.
    """

    class Channel(models.TextChoices):
        """How an answer came."""

        WEB = "web", gettext_lazy("インターネット")
        PAPER = "paper", gettext_lazy("紙")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(
        Survey, models.PROTECT, related_name="responses", verbose_name=gettext_lazy("アンケート")
    )
    channel = models.CharField(gettext_lazy("回答の方法"), max_length=10, choices=Channel.choices, default=Channel.WEB)
    received_on = models.DateField(gettext_lazy("受け付けた日"))
    answers = models.JSONField(gettext_lazy("回答"))
    submit_key = SubmitKeyField(unique=True)

    objects = SurveyResponseQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("アンケートの回答")
        verbose_name_plural = gettext_lazy("アンケートの回答")

    def __str__(self) -> str:
        return str(self.pk)
