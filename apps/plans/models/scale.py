"""The scales of the form, as data: grades of a year (A, B, …) and marks of the expected progress (○, …)."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.textfields import TypedCharField
from apps.core.translated_columns import in_english_or, reads_english

ENGLISH_HELP = _("英語のページで表示されます。空欄のときは、日本語のまま表示されます。")


class Step(models.Model):
    """Base of one step of a scale: a letter or mark, and what it means."""

    words = TypedCharField(_("意味"), max_length=40)
    words_en = TypedCharField(_("意味（英語）"), max_length=80, blank=True, help_text=ENGLISH_HELP)

    class Meta:
        abstract = True

    def words_for_reader(self, frozen: str) -> str:
        """Return what it means in the reader's language; `frozen`, as it was printed, where it means something else now."""
        return in_english_or(frozen, self.words_en) if frozen == self.words else frozen


class ScaleManager(models.Manager[Any]):
    """Natural keys: fixtures name a grade by its letter, a mark by itself."""

    def shown_words(self) -> dict[tuple[str, str], str]:
        """Return the meaning for the reader by (letter or mark, official wording); without a query in Japanese."""
        if not reads_english():
            return {}
        return {
            (getattr(step, self.model.key_field), step.words): step.words_for_reader(step.words) for step in self.all()
        }

    def get_by_natural_key(self, key: str) -> Any:
        """Return the entry with this code or mark."""
        return self.get(**{self.model.key_field: key})


class Grade(Step):
    """年次評価: one step of the scale. Source of A and B: 調布市 令和5年度 個別プランPDCAシート."""

    key_field = "code"

    code = TypedCharField(_("記号"), max_length=2, unique=True)
    order = models.PositiveSmallIntegerField(_("並び順"), default=100)
    needs_next_action = models.BooleanField(_("今後の対応の記載が必要"), default=True)

    objects = ScaleManager()

    class Meta:
        verbose_name = _("年次評価の段階")
        verbose_name_plural = _("年次評価の段階")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return f"{self.code}（{self.words}）"

    def natural_key(self) -> tuple[str]:
        """Return its code."""
        return (self.code,)


class ProgressMark(Step):
    """進捗見込: a mark for how far the year's plan is expected to be reached.

    The city's document knows ○ only and does not say what it means, so its words are empty; the admin site asks for them.
    """

    key_field = "mark"

    mark = TypedCharField(_("記号"), max_length=2, unique=True)
    words = TypedCharField(_("意味"), max_length=40, help_text=_("公開ページと報告書で、記号の横に表示されます。"))
    order = models.PositiveSmallIntegerField(_("並び順"), default=100)

    objects = ScaleManager()

    class Meta:
        verbose_name = _("進捗見込の記号")
        verbose_name_plural = _("進捗見込の記号")
        ordering = ["order", "mark"]

    def __str__(self) -> str:
        return f"{self.mark}（{self.words}）" if self.words else self.mark

    def natural_key(self) -> tuple[str]:
        """Return the mark."""
        return (self.mark,)
