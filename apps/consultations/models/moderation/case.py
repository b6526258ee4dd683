"""Moderation cases (承認待ち・通報の案件): one text that needs a decision, and what opened the case."""

from datetime import timedelta
from statistics import median
from typing import Any, Self, cast

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role, User
from apps.consultations.models.base import State
from apps.consultations.models.comment import Comment
from apps.consultations.models.consultation import Consultation
from apps.consultations.models.moderation.rule import ModerationRule
from apps.consultations.models.proposal import Proposal
from apps.core.code_lookup import parse_number
from apps.core.copies import Copied
from apps.core.modelfields import PastDateTimeField
from apps.core.textfields import TypedTextField

USUAL_OF, USUAL_LEAST = 100, 5  # cases that say how long approval takes
WAITS_OF = 300  # closed cases of which waiting times are told, of all triggers together
OLD = timedelta(days=3)  # older waiting cases are named on the admin index


def one_target(name: str) -> models.CheckConstraint:
    """Return a constraint: exactly one of proposal and comment is set."""
    return models.CheckConstraint(
        condition=Q(proposal__isnull=False, comment=None) | Q(proposal=None, comment__isnull=False), name=name
    )


def target_of(text: Proposal | Comment) -> dict[str, Proposal | Comment | None]:
    """Return the values of the columns `proposal` and `comment` for a text."""
    return {"proposal": text, "comment": None} if isinstance(text, Proposal) else {"proposal": None, "comment": text}


def _count(rows: models.Manager[Any], column: str, outer: str) -> Coalesce:
    """Return a subquery that counts rows (reports of a text, cases of an author) with the same value as the outer row."""
    same = rows.filter(**{column: OuterRef(outer)}).order_by().values(column)
    return Coalesce(Subquery(same.annotate(n=Count("*")).values("n")), 0)


class CaseQuerySet(models.QuerySet["ModerationCase"]):
    """QuerySet of ModerationCase."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Filter cases that the user may read: all for moderators and the secretariat, else those of the user's consultations."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(Role.MODERATOR, Role.SECRETARIAT):
            return self.all()
        return self.in_consultations(Consultation.objects.filter(department__in=user.department_ids()))

    def in_consultations(self, consultations: models.QuerySet[Consultation] | list[int]) -> Self:
        """Filter cases about texts in these consultations."""
        return self.filter(
            Q(proposal__consultation__in=consultations) | Q(comment__proposal__consultation__in=consultations)
        )

    def waiting(self) -> Self:
        """Filter cases that need a decision. Texts withdrawn by their authors need none."""
        taken_back = Q(proposal__state=State.WITHDRAWN) | Q(comment__state=State.WITHDRAWN)
        return self.filter(closed_at=None).exclude(taken_back)

    def undecided(self) -> Self:
        """Filter open cases, whatever the state of the text."""
        return self.filter(closed_at=None)

    def done(self) -> Self:
        """Filter closed cases."""
        return self.filter(closed_at__isnull=False)

    def appealed(self) -> Self:
        """Filter open cases with an appeal (異議の申立て)."""
        return self.filter(closed_at=None, decision__appealed_at__isnull=False)

    def asked_to_erase(self) -> Self:
        """Filter cases with an erasure request that waits for the second person."""
        return self.filter(erasure_requests__isnull=False, erasure_requests__settled_at=None)

    def with_asked_to_erase(self) -> Self:
        """Annotate `asks_erasure`: whether an erasure request waits for the second person."""
        return self.annotate(asks_erasure=Exists(self.model.objects.filter(pk=OuterRef("pk")).asked_to_erase()))

    def triggered_by(self, trigger: str) -> Self:
        """Filter by trigger; "appeal" and "erasure" count as triggers."""
        special = {"appeal": self.appealed, "erasure": self.asked_to_erase}
        return special[trigger]() if trigger in special else self.filter(trigger=trigger)

    def older_than(self, age: timedelta) -> Self:
        """Filter cases opened longer ago than `age`."""
        return self.filter(opened_at__lte=timezone.now() - age)

    def decided_by_article(self, number: int) -> Self:
        """Filter cases whose last decision names this article of the policy."""
        return self.filter(decision__article__number=number)

    def reported_as(self, reason: str) -> Self:
        """Filter cases about texts that were reported for this reason."""
        return self.filter(Q(proposal__reports__reason=reason) | Q(comment__reports__reason=reason)).distinct()

    def for_target(self, text: Proposal | Comment) -> Self:
        """Filter cases about one text, newest first."""
        return self.filter(**target_of(text)).order_by("-pk")

    def repeating(self, text: Proposal | Comment) -> Self:
        """Filter cases that may quote the text."""
        return self.for_target(text)

    def of_author(self, author_id: int) -> Self:
        """Filter cases about texts of one author, newest first."""
        return self.filter(Q(proposal__author=author_id) | Q(comment__author=author_id)).order_by("-pk")

    def of_guest(self, handle: str) -> Self:
        """Filter cases about texts that one browser wrote without an account, newest first."""
        guest = Q(proposal__guest_key__handle=handle) | Q(comment__guest_key__handle=handle)
        return self.filter(guest).order_by("-pk")

    def for_queue(self) -> Self:
        """Select and annotate what the queue shows: author_id, author_handle, guest, report_count, author_cases, asks_erasure."""
        all_reports = apps.get_model("consultations", "AbuseReport")._default_manager
        all_cases = self.model.objects
        reports = _count(all_reports, "proposal", "proposal") + _count(all_reports, "comment", "comment")
        earlier = _count(all_cases, "proposal__author", "author_id") + _count(all_cases, "comment__author", "author_id")
        guests = ("proposal__guest_key__handle", "comment__guest_key__handle")
        by_guest = _count(all_cases, guests[0], "guest") + _count(all_cases, guests[1], "guest")
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
            .annotate(guest=Coalesce(*guests))
            .annotate(report_count=reports, author_cases=earlier + by_guest)
            .with_asked_to_erase()
        )

    def search(self, query: str) -> Self:
        """Filter cases about texts with these words, or about a proposal with this number or a comment on it."""
        if not query.strip():
            return self
        proposals = Proposal.objects.by_number_or_words(query).order_by().values("pk")
        numbered = Proposal.objects.filter(code=parse_number(query)).values("pk")
        comments = Comment.objects.search(query).order_by().values("pk")
        return self.filter(Q(proposal__in=proposals) | Q(comment__in=comments) | Q(comment__proposal__in=numbered))

    def with_report_reasons(self) -> Self:
        """Annotate `report_reasons` (list of {"reason", "n"}, the most first): what the text was reported for."""
        same = Q(proposal=OuterRef("proposal")) | Q(comment=OuterRef("comment"))
        reports = apps.get_model("consultations", "AbuseReport")._default_manager.filter(same).order_by()
        counted = reports.values("reason").annotate(n=Count("*")).order_by("-n", "reason")
        told = counted.values(told=JSONObject(reason="reason", n="n"))
        return self.annotate(report_reasons=ArraySubquery(told))

    def next_after(self, case: "ModerationCase") -> "ModerationCase | None":
        """Return the waiting case that has waited longest after this one; at the end the first one again."""
        others = self.waiting().exclude(pk=case.pk).order_by("opened_at", "pk")
        later = Q(opened_at__gt=case.opened_at) | Q(opened_at=case.opened_at, pk__gt=case.pk)
        return others.filter(later).first() or others.first()

    def usual_waits(self) -> dict[str, timedelta]:
        """Return by trigger how long the last cases waited for a decision (median), where USUAL_LEAST say so."""
        waits: dict[str, list[float]] = {}
        moments = self.done().order_by("-pk").values_list("trigger", "opened_at", "closed_at")[:WAITS_OF]
        for trigger, opened, closed in moments:
            if closed:
                waits.setdefault(trigger, []).append((closed - opened).total_seconds())
        return {key: timedelta(seconds=median(found)) for key, found in waits.items() if len(found) >= USUAL_LEAST}

    def how_many_wait(self) -> dict[str, Any]:
        """Return how many cases wait by trigger, "oldest" (moment), "old" (more than OLD) and "total", in one query."""
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

    def usual_wait(self) -> timedelta | None:
        """Return how long approval usually takes: the median of the last cases; None when too few say so."""
        approved = self.done().filter(trigger=self.model.Trigger.APPROVAL).order_by("-pk")
        moments = approved.values_list("opened_at", "closed_at")[:USUAL_OF]
        waits = [(closed - opened).total_seconds() for opened, closed in moments if closed]
        return timedelta(seconds=median(waits)) if len(waits) >= USUAL_LEAST else None

    @transaction.atomic
    def open_for(
        self,
        text: Proposal | Comment,
        *,
        trigger: str,
        rule: ModerationRule | None = None,
        detail: str = "",
        by: User | None = None,
    ) -> "ModerationCase":
        """Return the open case about a text, created if there is none; otherwise `detail` is appended to the existing one."""
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
    """One text that needs a decision (承認待ち・通報の案件). A text has at most one open case."""

    class Trigger(models.TextChoices):
        """What opened a case."""

        REPORT = "report", _("通報")
        STAFF = "staff", _("職員")
        RULE = "rule", _("自動ルール")
        APPROVAL = "approval", _("承認待ち")
        TAKEDOWN = "takedown", _("削除・訂正の申出")

    copied_words = (Copied("detail", instead=""),)
    # What a case may be looked at for once it is there.
    LATER = [("appeal", _("異議の申立て")), ("erasure", _("完全削除の確認待ち"))]

    proposal = models.ForeignKey(
        Proposal, models.CASCADE, null=True, blank=True, related_name="cases", verbose_name=_("意見")
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
    closed_at = PastDateTimeField(_("完了日時"), null=True, blank=True)
    decision = models.OneToOneField(
        "consultations.Decision",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("いまの判断"),
    )

    author_id: int | None  # these by `for_queue`
    author_handle: str | None
    guest: str | None
    report_count: int
    author_cases: int
    report_reasons: list[dict[str, Any]]  # by `with_report_reasons`
    asks_erasure: bool

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
    def text(self) -> Proposal | Comment:
        """Return the proposal or comment."""
        return cast("Proposal | Comment", self.proposal or self.comment)

    @property
    def proposal_of_text(self) -> Proposal:
        """Return the proposal: the text itself, or the one that is commented on."""
        text = self.text
        return text if isinstance(text, Proposal) else text.proposal

    @property
    def consultation(self) -> Consultation:
        """Return the consultation of the text."""
        return self.proposal_of_text.consultation

    @property
    def is_appealed(self) -> bool:
        """Return True if its author appealed against the present decision."""
        return self.closed_at is None and self.decision is not None and self.decision.appealed_at is not None

    @property
    def trigger_shown(self) -> str:
        """Return the label of what needs a decision."""
        return str(_("異議の申立て")) if self.is_appealed else self.get_trigger_display()
