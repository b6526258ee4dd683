"""紙の回答: sheets of paper that staff type in twice; a sheet counts once both agree."""

from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.exceptions import ActionRefused
from apps.core.pagination import Order
from apps.core.submission import SubmitKeyField
from apps.core.text import fold
from apps.surveys.models.question import Answers
from apps.surveys.models.response import SurveyResponse
from apps.surveys.models.survey import Survey

SHEET_ORDER = Order(("number",), descending=False)
WRITTEN = ("text", "other")


class PaperSheetQuerySet(models.QuerySet["PaperSheet"]):
    """QuerySet of PaperSheet."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Filter the sheets of the surveys that the user runs."""
        if not user.is_staff:
            return self.none()
        return self.filter(survey__in=Survey.objects.manageable_by(user).order_by().values("pk"))

    def for_lists(self) -> Self:
        """Join who typed a sheet."""
        return self.select_related("survey__department", "first_by", "second_by")

    def in_state(self, state: str) -> Self:
        """Filter the sheets in a state (`PaperSheet.state`); all for an empty one."""
        open_ones = Q(void_reason="", response=None)
        states = {
            "void": ~Q(void_reason=""), "checked": Q(response__isnull=False), "waiting": open_ones & Q(second__isnull=True),
            "differing": open_ones & Q(second__isnull=False),
        }  # fmt: skip
        return self.filter(states[state]) if state else self

    def unfinished(self) -> Self:
        """Filter the sheets of which nobody has decided yet what they say."""
        return self.filter(void_reason="", response=None)

    def next_to_check(self, user: User) -> "PaperSheet | None":
        """Return the first sheet that waits for somebody else than who typed it first; None without one."""
        return self.in_state("waiting").exclude(first_by=user).order_by("number").first()


class PaperSheet(models.Model):
    """紙の回答票: one questionnaire on paper, by the number that staff write onto it. Never public; no name, no moment.

    Two people type it without seeing what the other typed; where they differ somebody decides. Only then it becomes a
    `SurveyResponse`. All sheets of a survey are deleted when its result is published.
    """

    class Void(models.TextChoices):
        """Why a sheet is not counted."""

        BLANK = "blank", gettext_lazy("白紙")
        LATE = "late", gettext_lazy("期限のあとに届いた")
        UNREADABLE = "unreadable", gettext_lazy("判読できない")
        TWICE = "twice", gettext_lazy("同じ方の二通目とわかった")

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="sheets", verbose_name=gettext_lazy("アンケート"))
    number = models.PositiveIntegerField(gettext_lazy("受付番号"))
    first = models.JSONField(gettext_lazy("一回目の入力"))
    second = models.JSONField(gettext_lazy("二回目の入力"), null=True, blank=True)
    first_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+",
        verbose_name=gettext_lazy("一回目に入力した職員"),
    )  # fmt: skip
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=gettext_lazy("二回目に入力した職員"),
    )  # fmt: skip
    void_reason = models.CharField(
        gettext_lazy("数えない理由"), max_length=10, choices=Void.choices, blank=True, default=""
    )
    response = models.OneToOneField(
        SurveyResponse, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    submit_key = SubmitKeyField(unique=True)

    objects = PaperSheetQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("紙の回答票")
        verbose_name_plural = gettext_lazy("紙の回答票")
        ordering = ["survey", "number"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="survey_sheet_number_once"),
            models.CheckConstraint(
                condition=Q(first_by=None) | Q(second_by=None) | ~Q(first_by=F("second_by")),
                name="survey_sheet_two_people",
                violation_error_message=gettext_lazy("確認の入力は、一回目と別の人が行ってください。"),
            ),
            models.CheckConstraint(condition=Q(void_reason="") | Q(response=None), name="survey_sheet_void_uncounted"),
        ]

    def __str__(self) -> str:
        return _("受付番号%(number)d") % {"number": self.number}

    @property
    def state(self) -> str:
        """Return void, checked, differing or waiting (数えない / 確認済み / 相違あり / 確認待ち)."""
        if self.void_reason:
            return "void"
        if self.response_id is not None:
            return "checked"
        return "waiting" if self.second is None else "differing"

    @property
    def state_shown(self) -> str:
        """Return the state in words, with the reason of a sheet that is not counted."""
        words = {
            "void": _("数えない（%(reason)s）") % {"reason": self.get_void_reason_display()},
            "checked": _("確認済み"), "differing": _("相違あり"), "waiting": _("確認の入力待ち"),
        }  # fmt: skip
        return words[self.state]

    @property
    def differing(self) -> list[str]:
        """Return the keys of the questions of which the two entries say different things, in the order of their numbers."""
        first, second = self.first, self.second or {}
        keys = sorted({*first, *second}, key=int)
        return [key for key in keys if _plain(first.get(key)) != _plain(second.get(key))]

    def require_waiting(self) -> None:
        """Raise ActionRefused unless the second entry is still to come."""
        if self.state != "waiting":
            raise ActionRefused(_("この用紙の確認の入力は、もう済んでいます。"))

    def merged(self, picks: dict[str, str]) -> Answers:
        """Return the answers after a decision. picks: `first`, `second` or `none` for each question in `differing`."""
        sides: dict[str, Any] = {"first": self.first, "second": self.second or {}, "none": {}}
        keys = {*self.first, *(self.second or {})}
        said = {key: sides[picks.get(key, "first")].get(key) for key in keys}
        return {key: answer for key, answer in said.items() if answer}


def _plain(answer: dict[str, Any] | None) -> dict[str, Any]:
    """Return an answer for comparison: written words without blanks and as they are folded for a search."""
    said = dict(answer or {})
    return said | {name: "".join(fold(said[name]).split()) for name in WRITTEN if name in said}
