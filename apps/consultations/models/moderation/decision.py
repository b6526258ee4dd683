"""Decisions (判断) about texts: what was decided, by whom, under which article, and the author's appeal."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.consultations.models.base import State
from apps.consultations.models.comment import Comment
from apps.consultations.models.moderation.case import ModerationCase, target_of
from apps.consultations.models.moderation.policy import PolicyArticle
from apps.consultations.models.proposal import Proposal
from apps.core.copies import Copied
from apps.core.textfields import TypedTextField

APPEAL_MAX = 1000


class DecisionQuerySet(models.QuerySet["Decision"]):
    """QuerySet of Decision."""

    def in_force(self) -> Self:
        """Filter decisions that were not undone."""
        return self.filter(undone_at=None)

    def for_target(self, text: Proposal | Comment) -> Self:
        """Filter decisions about one text, newest first."""
        target = {f"case__{name}": value for name, value in target_of(text).items()}
        return self.filter(**target).select_related("article", "decided_by").order_by("-pk")

    def repeating(self, text: Proposal | Comment) -> Self:
        """Filter decisions that may quote the text."""
        return self.for_target(text)

    def hiding(self, text: Proposal | Comment) -> "Decision | None":
        """Return the decision in force by which a text is hidden now, or None."""
        if text.state != State.HIDDEN:
            return None
        hiding = [Decision.Action.HIDE, Decision.Action.UPHOLD]
        return self.in_force().for_target(text).filter(action__in=hiding).first()

    def of_case(self, case: ModerationCase) -> Self:
        """Filter decisions of one case, newest first."""
        return self.filter(case=case).order_by("-pk")

    def since(self, moment: datetime) -> Self:
        """Filter decisions made, or undone, after this moment."""
        return self.filter(Q(decided_at__gt=moment) | Q(undone_at__gt=moment))

    def redacting(self) -> Self:
        """Filter redactions."""
        return self.filter(action=Decision.Action.REDACT)

    def by_people(self) -> Self:
        """Filter decisions by people, not by reports alone."""
        return self.exclude(decided_by=None)

    def of_author(self, user: User | int) -> Self:
        """Filter decisions about texts of one author, newest first."""
        mine = Q(case__proposal__author=user) | Q(case__comment__author=user)
        return self.filter(mine).select_related("article", "case__proposal", "case__comment__proposal").order_by("-pk")

    def of_guest(self, handle: str) -> Self:
        """Filter decisions about texts that one browser wrote without an account."""
        guest = Q(case__proposal__guest_key__handle=handle) | Q(case__comment__guest_key__handle=handle)
        return self.filter(guest)

    def counted_by_action(self) -> list[tuple[str, int]]:
        """Return (label, number) by action, without undone decisions."""
        rows = self.in_force().order_by("action").values("action").annotate(n=models.Count("*"))
        return [(str(Decision.Action(row["action"]).label), row["n"]) for row in rows]

    def forget_appeals_of(self, user: User) -> int:
        """Clear the text of a user's appeals, when the account is deleted. Return how many decisions."""
        return self.filter(case__in=ModerationCase.objects.of_author(user.pk).order_by()).update(appeal="")


class Decision(models.Model):
    """One decision about a text. Only the article and counts are public; the note is for staff."""

    class Action(models.TextChoices):
        """What was done."""

        KEEP = "keep", _("公開を続けた")
        APPROVE = "approve", _("承認して公開した")
        HIDE = "hide", _("非表示にした")
        UPHOLD = "uphold", _("非表示を続けた")
        RESTORE = "restore", _("公開に戻した")
        REDACT = "redact", _("一部を伏せた")
        ERASE = "erase", _("完全に削除した")

    copied_words = (Copied("note", instead=""), Copied("appeal", instead=""))

    case = models.ForeignKey(ModerationCase, models.CASCADE, related_name="decisions", verbose_name=_("案件"))
    action = models.CharField(_("判断"), max_length=10, choices=Action.choices)
    article = models.ForeignKey(
        PolicyArticle, models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name=_("理由")
    )
    note = TypedTextField(_("内部メモ"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("判断した人")
    )
    decided_at = models.DateTimeField(_("判断日時"), auto_now_add=True)
    before = models.CharField(_("判断の前"), max_length=10, choices=State.choices)
    before_article = models.ForeignKey(
        PolicyArticle, models.PROTECT, null=True, related_name="+", verbose_name=_("判断の前の理由")
    )
    after = models.CharField(_("判断の後"), max_length=10, choices=State.choices)
    appeal = TypedTextField(_("異議の申立て"), blank=True)
    appealed_at = models.DateTimeField(_("申立て日時"), null=True, blank=True)
    undone_at = models.DateTimeField(_("取消日時"), null=True, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("判断")
        verbose_name_plural = _("判断")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["decided_at"], name="decision_at")]
        constraints = [
            # Reports alone may hide a text for a while, where a consultation says so; a person names the article.
            models.CheckConstraint(
                condition=~Q(action="hide") | Q(article__isnull=False) | Q(decided_by=None),
                name="decision_hide_article",
                violation_error_message=_("非表示にするときは、運用ポリシーの条を選んでください。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.article or ''}".strip()

    @property
    def may_be_appealed(self) -> bool:
        """Return True if the author can still appeal: once, against a decision by which the text is hidden."""
        return self.action == self.Action.HIDE and self.undone_at is None and self.appealed_at is None
