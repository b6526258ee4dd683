"""Automatic rules (自動ルール) that screen a text before publication. Numbers and words are the city's."""

from collections.abc import Iterable
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.consultations.screening import links, ng_words, personal, repeated, same_text, too_fast
from apps.core.textfields import TypedCharField, TypedTextField


class ModerationRuleQuerySet(models.QuerySet["ModerationRule"]):
    """QuerySet of ModerationRule."""

    def in_force(self) -> Self:
        """Filter active rules, those that hold a text first."""
        return self.filter(is_active=True).order_by("-holds", "pk")

    def about_personal_data(self) -> Self:
        """Filter active rules about personal data."""
        return self.in_force().filter(kind=self.model.Kind.PERSONAL)

    def personal_hints(self, texts: Iterable[str]) -> dict[str, list[str]]:
        """Return by text the labels of kinds of personal data that it seems to contain."""
        labels = {
            personal.PHONE: _("電話番号"),
            personal.MAIL: _("メールアドレス"),
            personal.PLACE: _("番地・部屋番号"),
        }
        uncounted = [rule.words.splitlines() for rule in self.about_personal_data()]
        found = {text: {kind for words in uncounted for kind in personal.kinds(text, words)} for text in texts}
        return {text: [str(labels[kind]) for kind in labels if kind in kinds] for text, kinds in found.items()}

    def get_by_natural_key(self, name: str) -> "ModerationRule":
        """Return the rule by its name, for fixtures."""
        return self.get(name=name)


class ModerationRule(models.Model):
    """One rule: what it looks for, from how much on, and whether it holds the text or only asks somebody to look.

    A rule never drops a text in silence: its author sees it as 承認待ち, or it stands while somebody looks.
    """

    class Kind(models.TextChoices):
        """What is looked for."""

        NG_WORDS = "ng_words", _("NGワード")
        LINKS = "links", _("リンクが多い")
        TOO_FAST = "too_fast", _("短い時間に続けて投稿")
        REPEATED = "repeated", _("同じ内容の繰り返し")
        SAME_TEXT = "same_text", _("ほかの人と同じ文")
        PERSONAL = "personal", _("個人情報らしい文字列")

    name = TypedCharField(_("名称"), max_length=40, unique=True)
    kind = models.CharField(_("見るもの"), max_length=10, choices=Kind.choices)
    words = TypedTextField(
        _("ことば"),
        blank=True,
        max_length=20000,
        help_text=_(
            "1行に一つ。NGワードでは、探すことばと、頭に「!」を付けた除外することば（例：!ばかり）。"
            "全角・半角、大文字・小文字、ひらがな・カタカナは区別しません。"
            "リンクでは、数えないサイト（例：city.chofu.lg.jp）。"
            "個人情報らしい文字列では、数えない電話番号・サイト・番地（例：042-481-7111、小島町2-35-1）。"
        ),
    )
    threshold = models.PositiveSmallIntegerField(
        _("しきい値"),
        default=1,
        help_text=_(
            "NGワード：何種類から（ふつう1）。リンク：いくつから。続けて投稿：何件目から。"
            "繰り返し：何パーセント似ていたら（100で同じ文）。ほかの人と同じ文：何文字以上の文を見るか。"
            "個人情報らしい文字列：いくつから（ふつう1）。"
        ),
    )
    minutes = models.PositiveIntegerField(
        _("さかのぼる時間（分）"), default=60, help_text=_("「続けて投稿」「繰り返し」「ほかの人と同じ文」で使います。")
    )
    holds = models.BooleanField(
        _("承認まで公開しない"), default=False, help_text=_("外すと、公開したまま案件だけを作ります。")
    )
    is_active = models.BooleanField(_("使用中"), default=True)

    objects = ModerationRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("自動ルール")
        verbose_name_plural = _("自動ルール")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(threshold__gte=1),
                name="rule_threshold",
                violation_error_message=_("しきい値は1以上にしてください。"),
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=10080),
                name="rule_minutes",
                violation_error_message=_("さかのぼる時間は1分から7日（10080分）までにしてください。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        """Return its name."""
        return (self.name,)

    def clean(self) -> None:
        """Check that NG words are given and a similarity is at most 100 percent."""
        if self.kind == self.Kind.NG_WORDS and not ng_words.WordList.read(self.words).words:
            raise ValidationError({"words": _("NGワードを1行に一つ書いてください。")})
        if self.kind == self.Kind.REPEATED and self.threshold and self.threshold > 100:
            raise ValidationError({"threshold": _("100以下にしてください。")})

    def findings(self, body: str, earlier: list[str], others: Iterable[tuple[str, str]] = ()) -> list[str]:
        """Return what in the text triggers the rule, as text for staff; empty if nothing does.

        earlier: the same author's texts of the last `minutes`, without this one; others: (name, text) of other people's texts
        of that time.
        """
        if self.kind == self.Kind.NG_WORDS:
            found = ng_words.find(body, ng_words.WordList.read(self.words))
            return found if len(found) >= self.threshold else []
        if self.kind == self.Kind.LINKS:
            return links.find(body, most=self.threshold - 1, uncounted=self.words.split())
        if self.kind == self.Kind.PERSONAL:
            return personal.find(body, self.words.splitlines(), least=self.threshold)
        if self.kind == self.Kind.SAME_TEXT:
            return same_text.find(body, others, letters=self.threshold)
        if self.kind == self.Kind.TOO_FAST:
            return too_fast.find(len(earlier) + 1, most=self.threshold - 1)
        return repeated.find(body, earlier, least=self.threshold / 100)
