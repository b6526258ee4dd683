"""Published wordings of the city's answer to a consultation as a whole (市の回答・まとめ); all stay public."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.date_formats import wareki
from apps.core.textfields import TypedCharField, TypedTextField

if TYPE_CHECKING:
    from apps.consultations.models.consultation import Consultation


class AnswerChangeQuerySet(models.QuerySet["AnswerChange"]):
    """QuerySet of AnswerChange."""

    def for_consultation(self, consultation: "Consultation") -> Self:
        """Filter wordings of one consultation, oldest first."""
        return self.filter(consultation=consultation).order_by("pk")

    def since(self, moment: datetime) -> Self:
        """Filter wordings published after this moment, in announced consultations, oldest first."""
        now = timezone.now()
        rows = self.filter(published_at__gte=moment, consultation__published_at__lte=now)
        return rows.select_related("consultation").order_by("pk")

    def add_imported_answer(self, consultation: "Consultation") -> None:
        """Save the present answer as the first wording, if it came with imported data and has none yet."""
        if consultation.answered_at and not self.for_consultation(consultation).exists():
            self.add(consultation, moment=consultation.answered_at)

    def add(self, consultation: "Consultation", *, moment: datetime) -> "AnswerChange":
        """Create a wording from the consultation's present answer."""
        return self.create(
            consultation=consultation,
            is_first=not self.for_consultation(consultation).exists(),
            department_name=consultation.department.name,
            body=consultation.answer,
            published_at=moment,
        )


class AnswerChange(models.Model):
    """One wording of a consultation's answer, as it was published. Immutable by a trigger of the database."""

    consultation = models.ForeignKey(
        "consultations.Consultation", models.PROTECT, related_name="answer_changes", verbose_name=_("テーマ")
    )
    is_first = models.BooleanField(_("はじめの回答"), default=False)
    department_name = TypedCharField(_("担当課"), max_length=60)
    body = TypedTextField(_("市の回答（まとめ）"))
    published_at = models.DateTimeField(_("公開日時"))

    objects = AnswerChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("市の回答の経過")
        verbose_name_plural = _("市の回答の経過")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(body=""), name="answer_change_body_given"),
            models.UniqueConstraint(
                fields=["consultation"], condition=Q(is_first=True), name="answer_change_first_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{wareki(self.published_at)} {self.consultation_id}"

    @property
    def news_key(self) -> str:
        """Return the key under which followers are notified of it once."""
        return f"{self.consultation_id}" if self.is_first else f"{self.consultation_id}:{self.pk}"
