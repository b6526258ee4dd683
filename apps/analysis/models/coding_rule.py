"""Coding rules (分類のきまり): words by which staff sort the voices of a theme, as candidates for topics."""

import re
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.analysis.models.dictionary import check_word
from apps.analysis.models.reading import ProposalTerm, Term
from apps.analysis.text import normalise
from apps.consultations.models import Consultation, Proposal
from apps.consultations.models.proposal_queryset import ProposalQuerySet
from apps.core.textfields import TypedCharField
from apps.operations.models import AuditEntry

APART = re.compile(r"[\s、,，]+")
WORDS_AT_MOST, RULES_AT_MOST = 30, 30  # words of a list, rules of a theme
LISTS = ("any_of", "all_of", "none_of")


def words_in(typed: str) -> list[str]:
    """Return the words of a list, each once, in the order they were typed."""
    return [word for word in dict.fromkeys(APART.split(normalise(typed)[0])) if word]


def check_words(field: str, typed: str) -> None:
    """Raise ValidationError for a list of too many words, or of what the reader would not take for a word."""
    words = words_in(typed)
    if len(words) > WORDS_AT_MOST:
        raise ValidationError({field: _("ことばは%(n)d個までにしてください。") % {"n": WORDS_AT_MOST}})
    for word in words:
        check_word(field, word)


class CodingRuleQuerySet(models.QuerySet["CodingRule"]):
    """QuerySet of CodingRule."""

    def manageable_by(self, user: User) -> Self:
        """Filter the rules of the themes that the user answers."""
        return self.filter(consultation__in=Consultation.objects.manageable_by(user).order_by().values("pk"))

    def of_theme(self, consultation: Consultation) -> Self:
        """Filter the rules of a theme."""
        return self.filter(consultation=consultation)


class CodingRule(models.Model):
    """A rule of one theme: its voices use one of these words, all of those, and none of the others.

    A word stands for every way it is written, and for the compounds that it is part of (医療 for 遠隔医療). Staff read the
    voices that the rule finds, and make a topic of them; the rule itself groups nothing.
    """

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="+", verbose_name=_("テーマ"))
    title = TypedCharField(_("分類の名前"), max_length=100)
    any_of = TypedCharField(
        _("どれかを使った意見（OR）"),
        max_length=400,
        blank=True,
        help_text=_("ことばを「、」か空白で区切ってください。"),
    )
    all_of = TypedCharField(
        _("すべてを使った意見（AND）"), max_length=400, blank=True,
        help_text=_("上の条件に合う意見のうち、このことばをすべて使ったものに絞ります。"),
    )  # fmt: skip
    none_of = TypedCharField(
        _("どれかを使った意見を除く（NOT）"), max_length=400, blank=True,
        help_text=_("このことばを一つでも使った意見は、候補から外します。"),
    )  # fmt: skip
    version = models.PositiveIntegerField(_("版"), default=1, editable=False)
    changed_at = models.DateTimeField(_("変更日時"), auto_now=True)

    objects = CodingRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("分類のきまり")
        verbose_name_plural = _("分類のきまり")
        ordering = ["consultation", "title"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "title"],
                name="coding_rule_title_once",
                violation_error_message=_("このテーマには、同じ名前のきまりがあります。"),
            ),
            models.CheckConstraint(condition=~Q(any_of="", all_of=""), name="coding_rule_finds_something"),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Check the words, and that the rule finds something."""
        for field in LISTS:
            check_words(field, getattr(self, field))
        if not words_in(self.any_of) and not words_in(self.all_of):
            raise ValidationError({"any_of": _("「どれか」か「すべて」のどちらかに、ことばを書いてください。")})
        if {*words_in(self.none_of)} & {*words_in(self.any_of), *words_in(self.all_of)}:
            raise ValidationError({"none_of": _("同じことばを、探すことばと除くことばの両方に書くことはできません。")})

    @property
    def expression(self) -> str:
        """Return the rule as one line: （駐輪場 または 自転車）かつ 駅、ただし バス を除く."""
        one, every, never = (words_in(getattr(self, field)) for field in LISTS)
        either = str(_(" または ")).join(one)
        groups = [f"（{either}）" if len(one) > 1 and every else either, *every]
        found = str(_(" かつ ")).join(group for group in groups if group)
        return str(_("%(found)s（%(words)s を除く）") % {"found": found, "words": "・".join(never)}) if never else found

    def apply(self, proposals: ProposalQuerySet) -> ProposalQuerySet:
        """Return those of these proposals that the rule finds, by the words read in them."""
        one, every, never = (words_in(getattr(self, field)) for field in LISTS)
        for words in [one, *([word] for word in every)]:
            proposals = proposals.filter(pk__in=_using(words)) if words else proposals
        return proposals.exclude(pk__in=_using(never)) if never else proposals

    def voices(self) -> ProposalQuerySet:
        """Return the public voices of its theme that it finds."""
        return self.apply(Proposal.objects.public().in_consultation(self.consultation))

    @transaction.atomic
    def put(self, *, by: User) -> None:
        """Save the rule as its next version, with its lists in the audit trail."""
        if self.pk:
            self.version = type(self).objects.select_for_update().get(pk=self.pk).version + 1
            self.save()
            AuditEntry.record("change_coding_rule", self, by=by, version=self.version, **self.lists)
        else:
            self.save()
            AuditEntry.record("add_coding_rule", self, by=by, version=self.version, **self.lists)

    @transaction.atomic
    def remove(self, *, by: User) -> None:
        """Delete the rule; what it was stays in the audit trail. Topics made of its voices stay."""
        AuditEntry.record("delete_coding_rule", self, by=by, version=self.version, title=self.title, **self.lists)
        self.delete()

    @property
    def lists(self) -> dict[str, str]:
        """Return its lists by name."""
        return {name: getattr(self, name) for name in LISTS}


def _using(words: list[str]) -> "models.QuerySet[ProposalTerm, Any]":
    """Return the ids of the proposals that use one of these words or a compound that holds one, as a subquery."""
    return ProposalTerm.objects.filter(term__in=Term.objects.called(words).order_by()).values("proposal_id")
