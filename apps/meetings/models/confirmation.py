"""委員の確認: a draft of minutes put to the members of the body, and what each answered."""

import hashlib
from collections.abc import Iterable
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.letter_codes import read_code
from apps.core.modelfields import PastDateTimeField
from apps.core.textfields import TypedTextField
from apps.meetings.models.meeting import Meeting
from apps.meetings.models.minutes import Minutes
from apps.meetings.models.organ import Seat


def code_key(typed: str) -> str:
    """Return the hash of a code, which alone is stored."""
    return hashlib.sha256(f"minutes:{read_code(typed)}".encode()).hexdigest()


class ConfirmationQuerySet(models.QuerySet["Confirmation"]):
    """QuerySet of Confirmation."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Filter those of the meetings that the user runs; none for anybody outside the city's service."""
        if not user.is_staff:
            return self.none()
        return self.filter(minutes__meeting__in=Meeting.objects.manageable_by(user).order_by().values("pk"))

    def of_minutes(self, minutes: Minutes) -> Self:
        """Filter those of a draft, in the order of the list of members."""
        return self.filter(minutes=minutes).select_related("seat").order_by("seat__order", "seat__pk")

    def opened_by(self, typed: str) -> "Confirmation | None":
        """Return the one whose member holds this code, while its draft is not public."""
        return self.for_pages().filter(code_key=code_key(typed)).first() if read_code(typed) else None

    def for_pages(self) -> Self:
        """Join what the page of a member shows; of drafts alone."""
        return self.filter(minutes__published_at=None).select_related("minutes__meeting__organ", "seat")


class Confirmation(models.Model):
    """委員の確認: what one member answered to a draft, opened with a code of which only the hash is stored.

    An answer holds for the words that the member read: when the draft changes, the member is asked again.
    """

    class Answer(models.TextChoices):
        """What a member says."""

        WAITING = "waiting", _("まだ")
        CONFIRMED = "confirmed", _("確認した")
        WRONG = "wrong", _("直してほしい")

    minutes = models.ForeignKey(Minutes, models.CASCADE, related_name="confirmations", verbose_name=_("会議録"))
    seat = models.ForeignKey(Seat, models.CASCADE, related_name="confirmations", verbose_name=_("委員"))
    code_key = models.CharField(max_length=64, unique=True, editable=False)
    answer = models.CharField(_("答え"), max_length=10, choices=Answer.choices, default=Answer.WAITING)
    remark = TypedTextField(_("直してほしいところ"), max_length=2000, blank=True)
    words_key = models.CharField(max_length=64, blank=True, editable=False)  # of the draft that was answered to
    answered_at = PastDateTimeField(_("答えた日時"), null=True, blank=True, editable=False)

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = _("会議録の確認")
        verbose_name_plural = _("会議録の確認")
        ordering = ["minutes", "seat"]
        constraints = [
            models.UniqueConstraint(fields=["minutes", "seat"], name="confirmation_once"),
            models.CheckConstraint(
                condition=~Q(answer="wrong") | ~Q(remark=""), name="confirmation_says_what_is_wrong"
            ),
            models.CheckConstraint(
                condition=Q(answer="waiting", answered_at=None) | (~Q(answer="waiting") & Q(answered_at__isnull=False)),
                name="confirmation_answered_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.minutes} {self.seat}"

    @property
    def is_settled(self) -> bool:
        """Return whether the member has confirmed the draft as it reads now."""
        return self.answer == self.Answer.CONFIRMED and self.words_key == self.minutes.words_key

    @property
    def state_shown(self) -> str:
        """Return the answer in words; one that was given to other words says so."""
        if self.answer != self.Answer.WAITING and self.words_key != self.minutes.words_key:
            return str(
                _("%(answer)s（そのあと文が変わったため、もう一度確認します）") % {"answer": self.get_answer_display()}
            )
        return str(self.get_answer_display())

    def say(self, answer: str, remark: str) -> None:
        """Set what the member says to the draft of now, without saving."""
        self.answer, self.remark = answer, remark if answer == self.Answer.WRONG else ""
        self.words_key, self.answered_at = self.minutes.words_key, timezone.now()


def settled(rows: Iterable[Confirmation]) -> int:
    """Return how many have confirmed the words of now."""
    return sum(row.is_settled for row in rows)
