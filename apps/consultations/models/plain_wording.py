"""What a consultation says in other words: やさしい日本語, こども, English; typed by staff, shown to who reads in them."""

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.core.languages import EASY, KIDS
from apps.core.textfields import TypedCharField, TypedTextField


class Level(models.TextChoices):
    """For whom: the codes are languages of the interface."""

    EASY = EASY, _("やさしい日本語")
    KIDS = KIDS, _("こども")
    ENGLISH = "en", _("英語")


class PlainWordingQuerySet(models.QuerySet["PlainWording"]):
    """QuerySet of PlainWording."""

    def of_themes(self, level: str) -> Self:
        """Return the wordings of consultations, without their questions, at one level."""
        return self.filter(level=level, question=None)

    def at(self, level: str) -> Self:
        """Return the wordings at one level."""
        return self.filter(level=level)


class PlainWording(models.Model):
    """Title, 概要 and 背景 of a consultation, or text and 補足 of one of its questions, at one level.

    An aid to reading, seen by whoever sees the consultation: what counts is the wording that people answered to. A column
    that is left empty is read in that one.
    """

    consultation = models.ForeignKey(
        "consultations.Consultation", models.CASCADE, related_name="plain_wordings", verbose_name=_("テーマ")
    )
    question = models.ForeignKey(
        "consultations.Question",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="plain_wordings",
        verbose_name=_("問い"),
        help_text=_("空欄のときは、テーマそのものの文です。"),
    )
    level = models.CharField(_("だれのための文か"), max_length=10, choices=Level.choices)
    title = TypedCharField(_("テーマ、または問い"), max_length=300)
    summary = TypedTextField(_("概要、または問いの補足"), max_length=1000, blank=True)
    background = TypedTextField(_("背景・参考情報"), blank=True, help_text=_("見出しや箇条書きはMarkdownで書けます。"))

    objects = PlainWordingQuerySet.as_manager()

    class Meta:
        verbose_name = _("やさしい日本語・こども・英語の文")
        verbose_name_plural = _("やさしい日本語・こども・英語の文")
        ordering = ["level", "question", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "level"],
                condition=Q(question=None),
                name="plain_wording_of_theme_once",
                violation_error_message=_("このテーマには、もうその文があります。"),
            ),
            models.UniqueConstraint(
                fields=["question", "level"],
                name="plain_wording_of_question_once",
                violation_error_message=_("この問いには、もうその文があります。"),
            ),
            models.CheckConstraint(
                condition=Q(question=None) | Q(background=""),
                name="plain_wording_background_of_theme",
                violation_error_message=_("背景・参考情報は、テーマの文にだけ書けます。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()}：{self.title[:40]}"

    def clean(self) -> None:
        """Require that the question is one of this consultation's."""
        if self.question and self.question.consultation_id != self.consultation_id:
            raise ValidationError({"question": _("このテーマの問いを選んでください。")})


class PlainlyWorded(models.Model):
    """Mixin of what has such wordings: reads the prefetched one at the reader's level (`with_plain_wordings`)."""

    plainly: "list[PlainWording]"  # by with_plain_wordings: the wording at the reader's level, if there is one

    class Meta:
        abstract = True

    def in_plain_words(self, column: str, own: str) -> str:
        """Return a column of the wording at the reader's level; `own`, the wording that counts, without one."""
        return next((getattr(wording, column) for wording in getattr(self, "plainly", ())), "") or own

    @property
    def lacks_plain_words(self) -> str:
        """Return the name of the level that is asked for and missing; an empty string otherwise."""
        level = get_language() or ""
        asked = hasattr(self, "plainly") and level in Level.values and not self.plainly
        return str(Level(level).label) if asked else ""


def plain_wordings(*, of_themes: bool) -> "list[models.Prefetch[str, Any, str]]":
    """Return what to prefetch for readers at a level of Level: one query; nothing for readers of plain Japanese."""
    level = get_language() or ""
    if level not in Level.values:
        return []
    rows = PlainWording.objects.of_themes(level) if of_themes else PlainWording.objects.at(level)
    return [models.Prefetch("plain_wordings", queryset=rows, to_attr="plainly")]
