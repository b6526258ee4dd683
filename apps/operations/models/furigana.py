"""ふりがな of the city's own words: what the reader of words does not know, or reads otherwise."""

from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.textfields import TypedCharField
from apps.operations.models.audit import AuditEntry

WORD_MAX = 30


class FuriganaWordQuerySet(models.QuerySet["FuriganaWord"]):
    """QuerySet of words with their readings."""

    def as_pairs(self) -> tuple[tuple[str, str], ...]:
        """Return (word, reading) of all words, by word."""
        return tuple(self.order_by("word").values_list("word", "reading"))


class FuriganaWord(models.Model):
    """A word and how it is read (よみがな): place names of the city to begin with, whatever staff add later."""

    word = TypedCharField(_("ことば"), max_length=WORD_MAX, unique=True, help_text=_("漢字のまま書いてください。"))
    reading = TypedCharField(_("よみがな"), max_length=2 * WORD_MAX, help_text=_("ひらがなで書いてください。"))

    objects = FuriganaWordQuerySet.as_manager()

    class Meta:
        verbose_name = _("ふりがな")
        verbose_name_plural = _("ふりがな")
        ordering = ["word"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reading__regex="^[ぁ-ゖー]+$"),
                name="furigana_in_hiragana",
                violation_error_message=_("よみがなは、ひらがなだけで書いてください。"),
            ),
            models.CheckConstraint(
                condition=Q(word__regex="[々〇一-鿿]") & ~Q(word__regex='[<>&"[:space:]]'),
                name="furigana_of_kanji",
                violation_error_message=_("漢字のある一つのことばを、空白や記号を入れずに書いてください。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.word}（{self.reading}）"

    def put(self, *, by: Any) -> None:
        """Save the word with an audit entry; pages show the reading from the next request on."""
        with transaction.atomic():
            self.save()
            AuditEntry.record("set_furigana", self, by=by, word=self.word, reading=self.reading)

    def remove(self, *, by: Any) -> None:
        """Delete the word with an audit entry; the dictionary's own reading is back with the next request."""
        with transaction.atomic():
            AuditEntry.record("remove_furigana", self, by=by, word=self.word)
            self.delete()
