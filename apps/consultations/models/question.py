"""Questions (問い) of a consultation, in one or more steps."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.consultations.models.base import ActionRefused
from apps.consultations.models.consultation import Consultation
from apps.consultations.models.plain_wording import PlainlyWorded, plain_wordings
from apps.core.date_formats import opening, wareki
from apps.core.textfields import TypedCharField, TypedTextField
from apps.operations.models import AuditEntry


class QuestionQuerySet(models.QuerySet["Question"]):
    """QuerySet of Question."""

    def with_wordings(self) -> Self:
        """Load earlier wordings of each, in a fixed number of queries."""
        return self.prefetch_related("wordings").with_plain_wordings()

    def asked_in(self, consultation_id: object) -> Self:
        """Return the questions of one consultation; none for a new one (None)."""
        return self.filter(consultation=consultation_id) if consultation_id else self.none()

    def with_plain_wordings(self) -> Self:
        """Load each question in the words of readers of やさしい日本語, こども or English, as `plainly`."""
        return self.prefetch_related(*plain_wordings(of_themes=False))

    def get_by_natural_key(self, slug: str, number: int) -> "Question":
        """Return the question that a fixture names by its consultation and number."""
        return self.get(consultation__slug=slug, number=number)


class Question(PlainlyWorded):
    """問い: one step of a consultation, with a period of its own if wanted."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="questions", verbose_name=_("テーマ"))
    number = models.PositiveSmallIntegerField(_("番号"), default=1)
    text = TypedCharField(_("問い"), max_length=300)
    help_text = TypedTextField(_("補足"), blank=True, max_length=1000)
    opens_at = models.DateTimeField(_("受付開始（この問いだけ）"), null=True, blank=True)
    closes_at = models.DateTimeField(_("受付終了（この問いだけ）"), null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("問い")
        verbose_name_plural = _("問い")
        ordering = ["consultation", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "number"],
                name="question_number",
                violation_error_message=_("同じ番号の問いがあります。"),
            ),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=F("opens_at")),
                name="question_period",
                violation_error_message=_("受付終了は受付開始より後にしてください。"),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def natural_key(self) -> tuple[str, int]:
        """Return its consultation's slug and its number."""
        return (self.consultation.slug, self.number)

    natural_key.dependencies = ["consultations.consultation"]  # type: ignore[attr-defined]

    @property
    def shown_text(self) -> str:
        """Return the question in the reader's words."""
        return self.in_plain_words("title", self.text)

    @property
    def shown_help(self) -> str:
        """Return 補足 in the reader's words."""
        return self.in_plain_words("summary", self.help_text)

    @property
    def first_moment(self) -> datetime:
        """Return when it opens: with its consultation, or later if it says so."""
        return max(self.opens_at or self.consultation.opens_at, self.consultation.opens_at)

    @property
    def last_moment(self) -> datetime:
        """Return when it closes: with its consultation, or earlier if it says so."""
        return min(self.closes_at or self.consultation.closes_at, self.consultation.closes_at)

    @property
    def is_open(self) -> bool:
        """Return whether proposals to this question are taken now."""
        return self.consultation.is_open and self.first_moment <= timezone.now() < self.last_moment

    def reword(self, *, by: User, text: str, help_text: str, reason: str) -> None:
        """Put the question in other words. Once it was announced, that needs a reason and the old words stay public."""
        if (text, help_text) == (self.text, self.help_text):
            return
        with transaction.atomic():
            if self.consultation.published_at:
                if not reason.strip():
                    raise ActionRefused(_("公開した問いのことばを変えるときは、理由を書いてください。"))
                self.wordings.create(text=self.text, help_text=self.help_text, reason=reason.strip(), changed_by=by)
                AuditEntry.record("reword", self, by=by, reason=reason.strip())
            self.text, self.help_text = text, help_text
            self.save(update_fields=["text", "help_text"])

    def require_open(self) -> None:
        """Refuse, with what comes next, outside the period."""
        if self.is_open:
            return
        if timezone.now() < self.first_moment:
            moment = timezone.localtime(self.first_moment)
            raise ActionRefused(
                _("まだ受付が始まっていません。%(when)s から投稿できます。") % {"when": opening(moment)}
            )
        due = self.consultation.reply_due_on
        if due and not self.consultation.answered_at:
            raise ActionRefused(
                _("受付は終了しました。市の回答は %(when)s までに公開する予定です。") % {"when": wareki(due)}
            )
        raise ActionRefused(_("受付は終了しました。寄せられた意見は引き続きご覧いただけます。"))


class QuestionWording(models.Model):
    """What an announced question said before it was put in other words: people answered these words, so they stay."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="wordings", verbose_name=_("問い"))
    text = TypedCharField(_("変更前の問い"), max_length=300)
    help_text = TypedTextField(_("変更前の補足"), blank=True)
    reason = TypedTextField(_("理由"), max_length=400)
    changed_at = models.DateTimeField(_("変更日時"), auto_now_add=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("変更した職員")
    )

    class Meta:
        verbose_name = _("変更前の問い")
        verbose_name_plural = _("変更前の問い")
        ordering = ["changed_at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="question_wording_reason")]

    def __str__(self) -> str:
        return self.text
