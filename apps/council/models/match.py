"""Matches (マッチング) of a challenge and an offer; they count once both sides have confirmed."""

from datetime import datetime
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role, User
from apps.consultations.models import ActionRefused
from apps.core.copies import Copied
from apps.core.textfields import TypedTextField
from apps.council.models.matching import Challenge, Offer
from apps.council.models.organization import Organization
from apps.operations.models import AuditEntry


class MatchQuerySet(models.QuerySet["Match"]):
    """QuerySet of Match."""

    def confirmed(self) -> Self:
        """Filter those that both sides confirmed."""
        return self.exclude(challenger_confirmed_at=None).exclude(offerer_confirmed_at=None)

    def public(self) -> Self:
        """Filter confirmed ones whose challenge and offer are public."""
        return self.confirmed().filter(
            challenge__in=Challenge.objects.public().values("pk"), offer__in=Offer.objects.public().values("pk")
        )

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Filter public ones and those of the person's own side; for the secretariat, all."""
        if not user.is_authenticated:
            return self.public()
        if user.has_role(Role.SECRETARIAT):
            return self.all()
        return self.filter(Q(pk__in=self.model.objects.public().values("pk")) | Q(pk__in=self._of(user).values("pk")))

    def _of(self, user: User) -> "MatchQuerySet":
        """Return the matches of which the person speaks for a side."""
        challenges = Challenge.objects.for_user(user).values("pk")
        offers = Offer.objects.filter(organization__in=Organization.objects.for_user(user)).values("pk")
        return self.model.objects.filter(Q(challenge__in=challenges) | Q(offer__in=offers))

    def waiting_for(self, user: User) -> Self:
        """Filter those that a side of the person has neither confirmed nor declined."""
        challenges = Challenge.objects.for_user(user).values("pk")
        offers = Offer.objects.for_user(user).values("pk")
        return self.filter(
            Q(challenge__in=challenges, challenger_confirmed_at=None) | Q(offer__in=offers, offerer_confirmed_at=None),
            declined_at=None,
        )

    def startable_by(self, user: User) -> Self:
        """Filter confirmed ones without a project, from which the person may start one."""
        rows = self.confirmed().filter(project=None)
        if user.has_role(Role.SECRETARIAT):
            return rows
        return rows.filter(offer__organization__in=Organization.objects.for_user(user))

    def of_side(self, user: User | AnonymousUser) -> Self:
        """Filter those of which the person speaks for a side; for the secretariat, all: who reads and writes its messages."""
        if not user.is_authenticated:
            return self.none()
        return self.all() if user.has_role(Role.SECRETARIAT) else self.filter(pk__in=self._of(user).values("pk"))

    def of_call(self, call: Challenge | Offer) -> Self:
        """Filter those of a challenge or an offer, the newest first, with what a list shows."""
        rows = self.filter(challenge=call) if isinstance(call, Challenge) else self.filter(offer=call)
        return rows.newest().for_lists()

    def repeating(self, text: models.Model) -> Self:
        """Return those whose reason may repeat words of a text: of challenges that start from it."""
        return self.filter(challenge__in=Challenge.objects.repeating(text))

    def newest(self) -> Self:
        """Order the newest first."""
        return self.order_by("-pk")

    def for_lists(self) -> Self:
        """Load what a card shows."""
        return self.select_related("challenge__department", "challenge__proposal", "offer__organization", "project")


class MatchSide(models.TextChoices):
    """Whose word it is: of the challenge, of the offer, or of the secretariat between them."""

    CHALLENGER = "challenger", _("課題の側")
    OFFERER = "offerer", _("提案の側")
    SECRETARIAT = "secretariat", _("事務局")


class Match(models.Model):
    """A challenge with an offer, and which sides have confirmed it.

    Until both have, a side may decline it (断る) with a reason, which both sides and the secretariat read; who declined
    may take that back.
    """

    copied_words = (Copied("decline_reason"),)

    challenge = models.ForeignKey(Challenge, models.PROTECT, related_name="matches", verbose_name=_("課題"))
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="matches", verbose_name=_("提案"))
    proposed_at = models.DateTimeField(_("申し込み日時"), auto_now_add=True)
    challenger_confirmed_at = models.DateTimeField(_("課題の側の確認"), null=True, blank=True, editable=False)
    offerer_confirmed_at = models.DateTimeField(_("提案の側の確認"), null=True, blank=True, editable=False)

    declined_at = models.DateTimeField(_("断った日時"), null=True, blank=True, editable=False)
    declined_side = models.CharField(
        _("断った側"), max_length=12, choices=MatchSide.choices, blank=True, editable=False
    )
    decline_reason = TypedTextField(_("断る理由"), blank=True, max_length=400, editable=False)

    objects = MatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("マッチング")
        verbose_name_plural = _("マッチング")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["challenge", "offer"], name="match_once"),
            models.CheckConstraint(
                condition=Q(declined_at=None, declined_side="", decline_reason="")
                | (Q(declined_at__isnull=False) & ~Q(declined_side="") & ~Q(decline_reason="")),
                name="match_declined_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(declined_at=None) | Q(challenger_confirmed_at=None) | Q(offerer_confirmed_at=None),
                name="match_confirmed_or_declined",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.challenge} × {self.offer}"

    def get_absolute_url(self) -> str:
        """Return the URL of its page."""
        return reverse("council:match", args=[self.pk])

    @property
    def is_confirmed(self) -> bool:
        """Return whether both sides have confirmed it."""
        return self.challenger_confirmed_at is not None and self.offerer_confirmed_at is not None

    def sides_of(self, user: User) -> list[str]:
        """Return the sides for which a person speaks: "challenger", "offerer", both or none."""
        sides = {"challenger": self.challenge, "offerer": self.offer}
        return [side for side, call in sides.items() if call.is_spoken_for_by(user)]

    def contacts_for(self, user: User) -> list[tuple[str, list[str]]]:
        """Return name and contacts (e-mail addresses or text) of each side not the person's own; empty until confirmed."""
        if not self.is_confirmed:
            return []
        calls: dict[str, Challenge | Offer] = {"challenger": self.challenge, "offerer": self.offer}
        own = self.sides_of(user)
        return [(call.origin, call.contacts) for side, call in calls.items() if side not in own]

    def may_start_project(self, user: User | AnonymousUser) -> bool:
        """Return whether a person may start a project from it: the offering side or the secretariat, once it is confirmed."""
        if not user.is_authenticated or not self.is_confirmed or hasattr(self, "project"):
            return False
        return user.has_role(Role.SECRETARIAT) or self.offer.is_spoken_for_by(user)

    @property
    def is_declined(self) -> bool:
        """Return whether a side has declined it."""
        return self.declined_at is not None

    def may_take_back(self, user: User) -> bool:
        """Return whether a person speaks for the side that declined it."""
        return self.is_declined and self.declined_side in self.sides_of(user)

    def people(self) -> set[int]:
        """Return the ids of the people who speak for either side."""
        return self.challenge.people() | self.offer.people()

    def side_of(self, user: User) -> str:
        """Return for whom a person writes in it: a side, else the secretariat, else ""."""
        sides = self.sides_of(user)
        if sides:
            return sides[0]
        return MatchSide.SECRETARIAT.value if user.has_role(Role.SECRETARIAT) else ""

    def waits_for(self, user: User) -> bool:
        """Return whether a side of the person has neither confirmed nor declined it yet."""
        return not self.is_declined and any(
            getattr(self, f"{side}_confirmed_at") is None for side in self.sides_of(user)
        )

    def _locked(self) -> "Match":
        """Return the row under a lock until the end of the transaction."""
        return Match.objects.select_for_update(of=("self",)).select_related("challenge", "offer").get(pk=self.pk)

    @transaction.atomic
    def confirm(self, *, by: User) -> bool:
        """Confirm it for the person's sides. Return whether both sides have now. Idempotent."""
        locked = self._locked()
        sides = locked.sides_of(by)
        if not sides:
            raise ActionRefused(_("確認できるのは、課題の側と提案の側の担当者だけです。"))
        if locked.is_declined:
            raise ActionRefused(_("このマッチングは断られています。断った側が取り消すと、確認できます。"))
        now = timezone.now()
        for side in sides:
            if getattr(locked, f"{side}_confirmed_at") is None:
                setattr(locked, f"{side}_confirmed_at", now)
        locked.save(update_fields=["challenger_confirmed_at", "offerer_confirmed_at"])
        AuditEntry.record("confirm_match", locked, by=by, sides=sides)
        return locked.is_confirmed

    @transaction.atomic
    def decline(self, *, reason: str, by: User) -> None:
        """Decline it with a reason for the person's side. Raises ActionRefused once both confirmed or one declined it."""
        locked = self._locked()
        sides = locked.sides_of(by)
        if not sides:
            raise ActionRefused(_("断れるのは、課題の側と提案の側の担当者だけです。"))
        if locked.is_confirmed:
            raise ActionRefused(_("成立したマッチングは断れません。やりとりで相手と話し合ってください。"))
        if locked.is_declined:
            raise ActionRefused(_("このマッチングは、すでに断られています。"))
        locked._set_decline(timezone.now(), sides[0], reason)
        AuditEntry.record("decline_match", locked, by=by, side=sides[0])

    @transaction.atomic
    def take_back_decline(self, *, by: User) -> None:
        """Take the own side's decline back: the match waits again where it stood. Raises ActionRefused for others."""
        locked = self._locked()
        if not locked.may_take_back(by):
            raise ActionRefused(_("取り消せるのは、断った側の担当者だけです。"))
        side = locked.declined_side
        locked._set_decline(None, "", "")
        AuditEntry.record("take_back_decline", locked, by=by, side=side)

    def _set_decline(self, at: datetime | None, side: str, reason: str) -> None:
        self.declined_at, self.declined_side, self.decline_reason = at, side, reason
        self.save(update_fields=["declined_at", "declined_side", "decline_reason"])
