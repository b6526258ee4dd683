"""承認待ち・通報の案件: one text that somebody has to look at, and what opened the case."""

from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role
from apps.consultations.models.base import State
from apps.consultations.models.comment import Comment
from apps.consultations.models.consultation import Consultation
from apps.consultations.models.moderation.rule import ModerationRule
from apps.consultations.models.proposal import Proposal
from apps.core.copies import Copied
from apps.core.textfields import TypedTextField

OLD = timedelta(days=3)  # from then on a waiting case is named on the home page of the admin site


def one_target(name: str) -> models.CheckConstraint:
    """Either a proposal or a comment, never both."""
    return models.CheckConstraint(
        condition=Q(proposal__isnull=False, comment=None) | Q(proposal=None, comment__isnull=False), name=name
    )


def target_of(text: Proposal | Comment) -> dict[str, Any]:
    """The text as the two columns name it: the one it is, and nothing in the other."""
    return {"proposal": text, "comment": None} if isinstance(text, Proposal) else {"proposal": None, "comment": text}


class CaseQuerySet(models.QuerySet[Any]):
    """Questions about cases."""

    def visible_to(self, user: Any) -> Self:
        """All for those who decide; for staff of a department, to read, those of their own consultations."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(Role.MODERATOR, Role.SECRETARIAT):
            return self.all()
        return self.in_consultations(Consultation.objects.filter(department__in=user.department_ids()))

    def in_consultations(self, consultations: Any) -> Self:
        """Those about texts of these consultations."""
        return self.filter(
            Q(proposal__consultation__in=consultations) | Q(comment__proposal__consultation__in=consultations)
        )

    def waiting(self) -> Self:
        """Those that somebody has to decide. What its author took back needs no decision any more."""
        taken_back = Q(proposal__state=State.WITHDRAWN) | Q(comment__state=State.WITHDRAWN)
        return self.filter(closed_at=None).exclude(taken_back)

    def undecided(self) -> Self:
        """Those that are open, whatever became of the text."""
        return self.filter(closed_at=None)

    def done(self) -> Self:
        """Those that were decided."""
        return self.filter(closed_at__isnull=False)

    def appealed(self) -> Self:
        """Those whose author asked the city to look again, and that are open for it."""
        return self.filter(closed_at=None, decision__appealed_at__isnull=False)

    def asked_to_erase(self) -> Self:
        """Those in which somebody asked for 完全削除, and a second person is waited for."""
        return self.filter(erasure_requests__isnull=False, erasure_requests__settled_at=None)

    def with_asked_to_erase(self) -> Self:
        """Each with `asks_erasure`: whether 完全削除 waits for a second person."""
        return self.annotate(asks_erasure=Exists(self.model.objects.filter(pk=OuterRef("pk")).asked_to_erase()))

    def triggered_by(self, trigger: str) -> Self:
        """Those with this trigger; an appeal counts as one, and so does a request to erase."""
        special = {"appeal": self.appealed, "erasure": self.asked_to_erase}
        return special[trigger]() if trigger in special else self.filter(trigger=trigger)

    def older_than(self, age: timedelta) -> Self:
        """Those opened longer ago."""
        return self.filter(opened_at__lte=timezone.now() - age)

    def decided_by_article(self, number: int) -> Self:
        """Those whose last decision names this article of the policy."""
        return self.filter(decision__article__number=number)

    def reported_as(self, reason: str) -> Self:
        """Those about texts that somebody reported for this reason."""
        return self.filter(Q(proposal__reports__reason=reason) | Q(comment__reports__reason=reason)).distinct()

    def about(self, text: Proposal | Comment) -> Self:
        """Those about one text, the newest first."""
        return self.filter(**target_of(text)).order_by("-pk")

    def repeating(self, text: Proposal | Comment) -> Self:
        """Those that may repeat words of a text."""
        return self.about(text)

    def of_author(self, author_id: int) -> Self:
        """Those about texts of one person, the newest first."""
        return self.filter(Q(proposal__author=author_id) | Q(comment__author=author_id)).order_by("-pk")

    def of_guest(self, handle: str) -> Self:
        """Those about texts that one browser wrote without an account, the newest first."""
        return self.filter(proposal__guest_key__handle=handle).order_by("-pk")

    def for_queue(self) -> Self:
        """What the queue shows, in a fixed number of queries."""
        reports = self._counted("reports", "proposal", "proposal") + self._counted("reports", "comment", "comment")
        earlier = self._counted("cases", "proposal__author", "author_id") + self._counted(
            "cases", "comment__author", "author_id"
        )
        by_guest = self._counted("cases", "proposal__guest_key__handle", "guest")
        return (
            self.select_related(
                "proposal__consultation",
                "proposal__question",
                "proposal__hidden_for",
                "comment__proposal__consultation",
                "comment__parent",
                "comment__hidden_for",
                "decision__article",
                "rule",
            )
            .annotate(author_id=Coalesce("proposal__author_id", "comment__author_id"))
            .annotate(author_handle=Coalesce("proposal__author__handle", "comment__author__handle"))
            .annotate(guest=F("proposal__guest_key__handle"))
            .annotate(report_count=reports, author_cases=earlier + by_guest)
            .with_asked_to_erase()
        )

    def _counted(self, what: str, column: str, outer: str) -> Coalesce:
        """How many rows (reports of a text, cases of a person) there are beside the case."""
        model: Any = Proposal._meta.get_field(what).related_model
        rows = model.objects.filter(**{column: OuterRef(outer)}).order_by().values(column)
        return Coalesce(Subquery(rows.annotate(n=Count("*")).values("n")), 0)

    def how_many_wait(self) -> dict[str, Any]:
        """How many wait by trigger, and since when the oldest does; in one query."""
        counts = {
            name: Count("pk", filter=Q(trigger=name, decision__appealed_at=None)) for name in ModerationCase.Trigger
        }
        appeals = Count("pk", filter=Q(decision__appealed_at__isnull=False))
        return (
            self.waiting()
            .with_asked_to_erase()
            .aggregate(
                **counts,
                appeal=appeals,
                erasure=Count("pk", filter=Q(asks_erasure=True)),
                oldest=models.Min("opened_at"),
                old=Count("pk", filter=Q(opened_at__lte=timezone.now() - OLD)),
                total=Count("pk"),
            )
        )

    @transaction.atomic
    def open_for(
        self, text: Proposal | Comment, *, trigger: str, rule: Any = None, detail: str = "", by: Any = None
    ) -> "ModerationCase":
        """The open case about a text, opened now if there is none; what triggered it is added to what stands there."""
        case, is_new = self.get_or_create(
            **target_of(text),
            closed_at=None,
            defaults={"trigger": trigger, "rule": rule, "detail": detail, "opened_by": by},
        )
        if not is_new and detail and detail not in case.detail:
            case.detail = f"{case.detail}\n{detail}".strip()
            case.save(update_fields=["detail"])
        return case


class ModerationCase(models.Model):
    """承認待ち・通報の案件: one text that somebody has to look at. A text has one open case at most."""

    class Trigger(models.TextChoices):
        """What opened the case."""

        REPORT = "report", _("通報")
        STAFF = "staff", _("職員")
        RULE = "rule", _("自動ルール")
        APPROVAL = "approval", _("承認待ち")
        TAKEDOWN = "takedown", _("削除・訂正の申出")

    copied_words = (Copied("detail", instead=""),)
    # What a case may be looked at for once it is there.
    LATER = [("appeal", _("異議の申立て")), ("erasure", _("完全削除の確認待ち"))]

    proposal = models.ForeignKey(
        Proposal, models.CASCADE, null=True, blank=True, related_name="cases", verbose_name=_("アイデア・意見")
    )
    comment = models.ForeignKey(
        Comment, models.CASCADE, null=True, blank=True, related_name="cases", verbose_name=_("コメント")
    )
    trigger = models.CharField(_("きっかけ"), max_length=10, choices=Trigger.choices)
    rule = models.ForeignKey(
        ModerationRule, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("自動ルール")
    )
    detail = TypedTextField(_("きっかけのくわしい内容"), blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("案件にした職員")
    )
    opened_at = models.DateTimeField(_("発生日時"), auto_now_add=True)
    closed_at = models.DateTimeField(_("完了日時"), null=True, blank=True)
    decision = models.OneToOneField(
        "consultations.Decision",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("いまの判断"),
    )

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("承認待ち・通報の案件")
        verbose_name_plural = _("承認待ち・通報の案件")
        ordering = ["opened_at", "pk"]
        constraints = [
            one_target("case_one_target"),
            models.UniqueConstraint(
                fields=["proposal"], condition=Q(closed_at=None, proposal__isnull=False), name="case_open_proposal"
            ),
            models.UniqueConstraint(
                fields=["comment"], condition=Q(closed_at=None, comment__isnull=False), name="case_open_comment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_trigger_display()} {self.text}"

    @property
    def text(self) -> Any:
        """The proposal or comment it is about."""
        return self.proposal or self.comment

    @property
    def consultation(self) -> Consultation:
        """The consultation in which the text stands."""
        return (self.proposal or self.comment.proposal).consultation  # type: ignore[union-attr]

    @property
    def is_appealed(self) -> bool:
        """Whether its author asked the city to look at its decision again."""
        return self.closed_at is None and self.decision is not None and self.decision.appealed_at is not None

    @property
    def trigger_shown(self) -> str:
        """What somebody has to look at it for."""
        return str(_("異議の申立て")) if self.is_appealed else self.get_trigger_display()
