"""問い: what a survey asks, with its options, its page and the condition under which it is shown."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import District, User
from apps.core.textfields import TypedCharField, TypedTextField
from apps.surveys.models.survey import Survey

PAGES_MOST, SCALE_LEAST, SCALE_MOST, RANKS = 20, 1, 5, 3
Answers = Mapping[str, Mapping[str, Any]]  # by the number of the question


@dataclass(frozen=True)
class Choice:
    """One thing that can be chosen: an option, a district, a step of a scale. number: as in the codebook and on paper."""

    number: int
    text: str
    has_text: bool = False
    is_exclusive: bool = False


class SurveyQuestionQuerySet(models.QuerySet["SurveyQuestion"]):
    """QuerySet of SurveyQuestion."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Filter the questions of the surveys that the user may see."""
        return self.filter(survey__in=Survey.objects.visible_to(user).order_by().values("pk"))

    def in_writing(self, survey: Survey, numbers: Collection[int]) -> Self:
        """Filter the questions of a survey with these numbers that people answer in their own words."""
        kinds = [SurveyQuestion.Kind.SHORT, SurveyQuestion.Kind.LONG]
        return self.filter(survey=survey, kind__in=kinds, number__in=numbers).order_by("number")

    def for_pages(self) -> Self:
        """Order as they are asked, with options and conditions."""
        rows = self.select_related("survey__department", "shown_if__question").prefetch_related("options")
        return rows.order_by("page", "number")


class SurveyQuestion(models.Model):
    """問い: one question of a survey. Its number is the same on the screen, on paper and in every table.

    Once the survey was opened neither a question nor an option changes (trigger of migration `surveys/0002`).
    """

    class Kind(models.TextChoices):
        """How a question is answered."""

        ONE = "one", gettext_lazy("一つ選ぶ")
        SEVERAL = "several", gettext_lazy("いくつか選ぶ")
        SHORT = "short", gettext_lazy("短い文")
        LONG = "long", gettext_lazy("長い文")
        NUMBER = "number", gettext_lazy("数")
        DATE = "date", gettext_lazy("日付")
        SCALE = "scale", gettext_lazy("段階（1〜5など）")
        MATRIX = "matrix", gettext_lazy("項目ごとに選ぶ（マトリックス）")
        RANKING = "ranking", gettext_lazy("順位をつける")
        DISTRICT = "district", gettext_lazy("お住まいの地域")

    survey = models.ForeignKey(
        Survey, models.CASCADE, related_name="questions", verbose_name=gettext_lazy("アンケート")
    )
    number = models.PositiveSmallIntegerField(
        gettext_lazy("問いの番号"), validators=[MinValueValidator(1), MaxValueValidator(999)],
        help_text=gettext_lazy("画面と集計表に「問1」のように出ます。"),
    )  # fmt: skip
    page = models.PositiveSmallIntegerField(
        gettext_lazy("ページ"), default=1, validators=[MinValueValidator(1), MaxValueValidator(PAGES_MOST)]
    )
    kind = models.CharField(gettext_lazy("答え方"), max_length=10, choices=Kind.choices, default=Kind.ONE)
    text = TypedTextField(gettext_lazy("問いの文"), max_length=400)
    help = TypedCharField(gettext_lazy("説明"), max_length=200, blank=True)
    is_required = models.BooleanField(
        gettext_lazy("必須"),
        default=False,
        help_text=gettext_lazy("答えないと次に進めません。なるべく任意にしてください。"),
    )
    least = models.IntegerField(
        gettext_lazy("最小"), null=True, blank=True,
        help_text=gettext_lazy("いくつか選ぶ：最小の個数。数：いちばん小さい値。段階：はじめの段階（空なら1）。"),
    )  # fmt: skip
    most = models.IntegerField(
        gettext_lazy("最大"), null=True, blank=True,
        help_text=gettext_lazy("いくつか選ぶ：最大の個数。数：いちばん大きい値。段階：終わりの段階（空なら5）。順位：何位までか（空なら3）。"),
    )  # fmt: skip
    low_words = TypedCharField(gettext_lazy("はじめの段階のことば"), max_length=40, blank=True)
    high_words = TypedCharField(gettext_lazy("終わりの段階のことば"), max_length=40, blank=True)
    shown_if = models.ForeignKey(
        "SurveyOption", models.PROTECT, null=True, blank=True, related_name="opens",
        verbose_name=gettext_lazy("この選択肢を選んだ人だけに出す"),
        help_text=gettext_lazy("前のページの問いの選択肢から選びます。空なら全員に出ます。"),
    )  # fmt: skip

    objects = SurveyQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("アンケートの問い")
        verbose_name_plural = gettext_lazy("アンケートの問い")
        ordering = ["survey", "page", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "number"], name="survey_question_number_once",
                violation_error_message=gettext_lazy("この番号の問いがすでにあります。"),
            ),
            models.CheckConstraint(
                condition=Q(least=None) | Q(most=None) | Q(most__gte=F("least")), name="survey_question_range",
                violation_error_message=gettext_lazy("最大は、最小以上にしてください。"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return _("問%(number)d %(text)s") % {"number": self.number, "text": self.text}

    def clean(self) -> None:
        """Raise ValidationError for a condition that no resident could have met on an earlier page, and a strange scale."""
        condition = self.shown_if
        if condition is not None:
            asked = condition.question
            if asked.survey_id != self.survey_id or asked.page >= self.page:
                raise ValidationError({"shown_if": _("この問いより前のページの選択肢を選んでください。")})
        steps = self.last_step - self.first_step + 1
        if self.kind == self.Kind.SCALE and not (2 <= steps <= 11 and 0 <= self.first_step <= 10):
            raise ValidationError({"most": _("段階は、0から10までのあいだで始め、2から11までの数にしてください。")})

    @property
    def key(self) -> str:
        """Return the key of its answer among the answers of a person."""
        return str(self.number)

    @property
    def first_step(self) -> int:
        """Return the first step of a scale."""
        return SCALE_LEAST if self.least is None else self.least

    @property
    def last_step(self) -> int:
        """Return the last step of a scale."""
        return SCALE_MOST if self.most is None else self.most

    @property
    def choices(self) -> list[Choice]:
        """Return what can be chosen, in order; the columns of a matrix; empty where people write."""
        if self.kind == self.Kind.DISTRICT:
            return [Choice(number, str(label)) for number, label in enumerate(District.labels, start=1)]
        if self.kind == self.Kind.SCALE:
            ends = {self.first_step: self.low_words, self.last_step: self.high_words}
            steps = range(self.first_step, self.last_step + 1)
            return [Choice(step, f"{step} {ends.get(step, '')}".strip()) for step in steps]
        return [option.as_choice for option in self.options.all() if not option.is_row]

    @property
    def rows(self) -> list[Choice]:
        """Return the items of a matrix, in order."""
        return [option.as_choice for option in self.options.all() if option.is_row]

    @property
    def ranks(self) -> int:
        """Return how many ranks are asked for."""
        return min(self.most or RANKS, len(self.choices))

    def is_shown(self, answers: Answers) -> bool:
        """Return whether somebody with these answers is asked it. answers: those to earlier questions that were asked."""
        condition = self.shown_if
        return condition is None or condition.number in answers.get(condition.question.key, {}).get("chosen", [])


class SurveyOption(models.Model):
    """選択肢: one option of a question, or one item (行) of a matrix; its number is its code in every file."""

    question = models.ForeignKey(
        SurveyQuestion, models.CASCADE, related_name="options", verbose_name=gettext_lazy("アンケートの問い")
    )
    number = models.PositiveSmallIntegerField(gettext_lazy("番号"))
    text = TypedCharField(gettext_lazy("選択肢"), max_length=120)
    is_row = models.BooleanField(gettext_lazy("項目（行）"), default=False)
    has_text = models.BooleanField(gettext_lazy("書き込み欄"), default=False)
    is_exclusive = models.BooleanField(gettext_lazy("ほかと一緒に選べない"), default=False)

    class Meta:
        verbose_name = gettext_lazy("選択肢")
        verbose_name_plural = gettext_lazy("選択肢")
        ordering = ["is_row", "number"]
        constraints = [
            models.UniqueConstraint(fields=["question", "is_row", "number"], name="survey_option_number_once"),
            models.UniqueConstraint(fields=["question", "is_row", "text"], name="survey_option_text_once"),
        ]

    def __str__(self) -> str:
        return _("問%(number)d：%(option)s") % {"number": self.question.number, "option": self.text}

    @property
    def as_choice(self) -> Choice:
        """Return it as what can be chosen."""
        return Choice(self.number, self.text, self.has_text, self.is_exclusive)
