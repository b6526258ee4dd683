"""The city's dictionary: user words, synonyms and stop words. Each entry has a reason, each change makes a version."""

from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.analysis.models.reading import Due, Reading, ReadingQuerySet, change_alone
from apps.analysis.text import LONGEST_TERM, Lexicon, is_word, normalise, spell
from apps.consultations.models import Consultation
from apps.core.textfields import TypedCharField
from apps.core.wake_tasks import wake
from apps.operations.models import AuditEntry

WORD_MAX = LONGEST_TERM


class DictionaryVersionQuerySet(models.QuerySet["DictionaryVersion"]):
    """QuerySet of DictionaryVersion."""

    def current(self) -> int:
        """Return the number of the version in force; 0 before the first change."""
        return self.order_by("-pk").values_list("pk", flat=True).first() or 0

    def running(self) -> "DictionaryVersion | None":
        """Return the newest version whose texts are still being reread, or None."""
        return next((row for row in self.order_by("-pk")[:3] if row.remaining), None)


class DictionaryVersion(models.Model):
    """One change of the dictionary. Its number is printed under every cloud, so that two clouds can be told apart."""

    what = models.CharField(_("変更の内容"), max_length=200, editable=False)
    reason = TypedCharField(_("理由"), max_length=200)
    touched = models.PositiveIntegerField(_("読み直す投稿の数"), default=0)
    made_at = models.DateTimeField(_("変更日時"), auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("変更した職員")
    )

    objects = DictionaryVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("辞書の版")
        verbose_name_plural = _("辞書の版")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"第{self.pk}版 {self.what}"

    @property
    def remaining(self) -> int:
        """Return how many of the texts that it touched are still to be reread."""
        return Due.objects.for_version(self.pk).count() if self.touched else 0

    @property
    def percent(self) -> int:
        """Return the progress of rereading."""
        return 100 - self.remaining * 100 // self.touched if self.touched else 100


class Entry(models.Model):
    """An entry of the dictionary. `put` and `remove` are the only ways to write one."""

    key_field = "word"

    reason = TypedCharField(
        _("理由"), max_length=200, help_text=_("なぜそうするのかを、市民にも伝わることばで書いてください。")
    )

    class Meta:
        abstract = True

    @property
    def key(self) -> str:
        """Return the word that it is about."""
        return str(getattr(self, self.key_field))

    def touched(self) -> ReadingQuerySet:
        """Return the readings that the entry changes."""
        raise NotImplementedError

    def put(self, *, by: User) -> DictionaryVersion:
        """Save the entry, make and audit a version, and mark the touched texts for rereading."""
        verb = _("変更") if self.pk else _("追加")
        before = type(self)._default_manager.filter(pk=self.pk).first() if self.pk else None
        with transaction.atomic():
            change_alone()
            self.full_clean()
            marks = [before.touched()] if before else []
            self.save()
            return self._new_version([*marks, self.touched()], str(verb), by=by)

    def remove(self, *, by: User) -> DictionaryVersion:
        """Delete the entry, make and audit a version, and mark the touched texts for rereading."""
        with transaction.atomic():
            change_alone()
            touched = list(self.touched().values_list("pk", flat=True))
            pk = self.pk
            self.delete()
            self.pk = pk
            return self._new_version([Reading.objects.filter(pk__in=touched)], str(_("削除")), by=by)

    def _new_version(self, readings: list[ReadingQuerySet], verb: str, *, by: User) -> DictionaryVersion:
        version = DictionaryVersion.objects.create(
            what=f"{self._meta.verbose_name} {verb}：{self}"[:200], reason=self.reason, made_by=by
        )
        for rows in readings:
            rows.mark_due(version.pk, anew=isinstance(self, UserWord))
        version.touched = Due.objects.for_version(version.pk).count()
        version.save(update_fields=["touched"])
        AuditEntry.record("dictionary", self, by=by, reason=self.reason, what=version.what)
        wake("proposal-changed")
        return version


def check_word(field: str, word: str) -> None:
    """Raise ValidationError for text that the reader would not take for a word."""
    if word and not is_word(spell(word)):
        raise ValidationError(
            {field: _("2文字以上30文字以内のことばを書いてください（漢字は1文字でもかまいません）。")}
        )


class UserWord(Entry):
    """A word that is never split, such as the name of a facility (利用者辞書)."""

    class Kind(models.TextChoices):
        """What sort of word it is."""

        NOUN = "noun", _("ことば")
        PLACE = "place", _("地名・施設名")

    word = TypedCharField(_("ことば"), max_length=WORD_MAX, unique=True)
    kind = models.CharField(_("種類"), max_length=5, choices=Kind.choices, default=Kind.NOUN)

    class Meta:
        verbose_name = _("登録したことば")
        verbose_name_plural = _("登録したことば")
        ordering = ["word"]

    def __str__(self) -> str:
        return self.word

    def clean(self) -> None:
        """Check the word."""
        check_word("word", self.word)

    def touched(self) -> ReadingQuerySet:
        """Return the readings of texts that contain these characters."""
        return Reading.objects.of_texts_with(normalise(self.word)[0])


class StopWord(Entry):
    """A stop word (除くことば): not shown in clouds."""

    word = TypedCharField(_("ことば"), max_length=WORD_MAX, unique=True)

    class Meta:
        verbose_name = _("除くことば")
        verbose_name_plural = _("除くことば")
        ordering = ["word"]

    def __str__(self) -> str:
        return self.word

    def touched(self) -> ReadingQuerySet:
        """Return the readings that use the word or one of its synonyms."""
        return Reading.objects.that_use([self.word, *Synonym.objects.spellings_of(self.word)])


class ThemeStopWordQuerySet(models.QuerySet["ThemeStopWord"]):
    """QuerySet of ThemeStopWord."""

    def of_theme(self, consultation: Consultation | None) -> frozenset[str]:
        """Return the words that the pages of a theme leave out; none for a viewpoint, which has several themes."""
        return (
            frozenset(self.filter(consultation=consultation).values_list("word", flat=True))
            if consultation
            else frozenset()
        )


class ThemeStopWord(Entry):
    """A stop word of one theme (テーマで除くことば): a word of its question, say, that every voice uses.

    It is counted and has its page; the cloud and the other pages of the theme do not show it.
    """

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="+", verbose_name=_("テーマ"))
    word = TypedCharField(_("ことば"), max_length=WORD_MAX)

    objects = ThemeStopWordQuerySet.as_manager()

    class Meta:
        verbose_name = _("テーマで除くことば")
        verbose_name_plural = _("テーマで除くことば")
        ordering = ["consultation", "word"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "word"],
                name="theme_stop_word_once",
                violation_error_message=_("このテーマでは、もう登録されています。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.word}（{self.consultation.title[:60]}）"

    def clean(self) -> None:
        """Check the word."""
        check_word("word", self.word)

    def touched(self) -> ReadingQuerySet:
        """Return no readings: the word is left out of pages, and nothing is counted anew."""
        return Reading.objects.none()


class SynonymQuerySet(models.QuerySet["Synonym"]):
    """QuerySet of Synonym."""

    def counted(self) -> Self:
        """Filter the synonyms by which words are counted; the others widen searches alone."""
        return self.filter(search_only=False)

    def spellings_of(self, shown: str) -> list[str]:
        """Return the written words that are shown as this one."""
        return list(self.counted().filter(shown=shown).values_list("written", flat=True))

    def for_words(self, words: list[str]) -> Self:
        """Filter synonyms that one of these words is part of."""
        return self.filter(Q(written__in=words) | Q(shown__in=words))

    def with_relatives(self, words: list[str]) -> dict[str, str]:
        """Return written → shown of all synonyms in the groups that these words belong to."""
        shown = self.for_words(words).values("shown")
        return dict(self.filter(shown__in=shown).values_list("written", "shown"))

    def shown_as(self, words: list[str]) -> dict[str, list[str]]:
        """Return shown → written words, for those of these words that have synonyms."""
        found: dict[str, list[str]] = {}
        for written, shown in self.counted().filter(shown__in=words).values_list("written", "shown"):
            found.setdefault(shown, []).append(written)
        return found


class Synonym(Entry):
    """A synonym (まとめることば): written in one way, shown and counted as another.

    One that is `search_only` (シニア and 高齢者) only widens searches: both words are counted as they are.
    """

    key_field = "written"

    written = TypedCharField(_("書かれたことば"), max_length=WORD_MAX, unique=True)
    shown = TypedCharField(_("まとめて表示することば"), max_length=WORD_MAX)
    search_only = models.BooleanField(
        _("検索だけに使う"),
        default=False,
        help_text=_("意味が近いだけのことばのとき、選んでください。検索では両方を探し、ことばの数は別々に数えます。"),
    )

    objects = SynonymQuerySet.as_manager()

    class Meta:
        verbose_name = _("まとめることば")
        verbose_name_plural = _("まとめることば")
        ordering = ["shown", "written"]
        indexes = [models.Index(fields=["shown"], name="synonym_shown")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(written=models.F("shown")),
                name="synonym_two_words",
                violation_error_message=_("同じことばどうしは、まとめられません。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.written} → {self.shown}"

    def clean(self) -> None:
        """Forbid chains: `shown` must not be a synonym of a third word, nor `written` have synonyms."""
        others = Synonym.objects.exclude(pk=self.pk).filter(search_only=self.search_only)
        if others.filter(written=self.shown).exists():
            raise ValidationError({"shown": _("このことばは、すでに別のことばにまとめられています。")})
        if others.filter(shown=self.written).exists():
            raise ValidationError({"written": _("このことばには、すでに別のことばがまとめられています。")})

    def touched(self) -> ReadingQuerySet:
        """Return the readings that use the written word; none if it only widens searches."""
        return Reading.objects.none() if self.search_only else Reading.objects.that_use([self.written])


def lexicon() -> Lexicon:
    """Return the dictionary in force."""
    return Lexicon(
        own_words=tuple(UserWord.objects.values_list("word", "kind")),
        joins=dict(Synonym.objects.counted().values_list("written", "shown")),
        left_out=frozenset(StopWord.objects.values_list("word", flat=True)),
    )
