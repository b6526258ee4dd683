"""Matches (マッチング) of a challenge and an offer; they count once both sides have confirmed."""

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role, User
from apps.consultations.models import ActionRefused
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
        """Filter those that a side of the person has not confirmed."""
        challenges = Challenge.objects.for_user(user).values("pk")
        offers = Offer.objects.for_user(user).values("pk")
        return self.filter(
            Q(challenge__in=challenges, challenger_confirmed_at=None) | Q(offer__in=offers, offerer_confirmed_at=None)
        )

    def startable_by(self, user: User) -> Self:
        """Filter confirmed ones without a project, from which the person may start one."""
        rows = self.confirmed().filter(project=None)
        if user.has_role(Role.SECRETARIAT):
            return rows
        return rows.filter(offer__organization__in=Organization.objects.for_user(user))

    def newest(self) -> Self:
        """Order the newest first."""
        return self.order_by("-pk")

    def for_lists(self) -> Self:
        """Load what a card shows."""
        return self.select_related("challenge__department", "challenge__proposal", "offer__organization", "project")


class Match(models.Model):
    """A challenge with an offer, and which sides have confirmed it."""

    challenge = models.ForeignKey(Challenge, models.PROTECT, related_name="matches", verbose_name=_("課題"))
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="matches", verbose_name=_("提案"))
    proposed_at = models.DateTimeField(_("申し込み日時"), auto_now_add=True)
    challenger_confirmed_at = models.DateTimeField(_("課題の側の確認"), null=True, blank=True, editable=False)
    offerer_confirmed_at = models.DateTimeField(_("提案の側の確認"), null=True, blank=True, editable=False)

    objects = MatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("マッチング")
        verbose_name_plural = _("マッチング")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["challenge", "offer"], name="match_once")]

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

    def waits_for(self, user: User) -> bool:
        """Return whether a side of the person has not confirmed it yet."""
        return any(getattr(self, f"{side}_confirmed_at") is None for side in self.sides_of(user))

    @transaction.atomic
    def confirm(self, *, by: User) -> bool:
        """Confirm it for the person's sides. Return whether both sides have now. Idempotent."""
        locked = Match.objects.select_for_update(of=("self",)).select_related("challenge", "offer").get(pk=self.pk)
        sides = locked.sides_of(by)
        if not sides:
            raise ActionRefused(_("確認できるのは、課題の側と提案の側の担当者だけです。"))
        now = timezone.now()
        for side in sides:
            if getattr(locked, f"{side}_confirmed_at") is None:
                setattr(locked, f"{side}_confirmed_at", now)
        locked.save(update_fields=["challenger_confirmed_at", "offerer_confirmed_at"])
        AuditEntry.record("confirm_match", locked, by=by, sides=sides)
        return locked.is_confirmed
