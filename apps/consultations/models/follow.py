"""Follows (フォロー): who is notified of what happens in a consultation."""

from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.consultations.models.consultation import Consultation
from apps.core.concurrency import insert_once


class FollowQuerySet(models.QuerySet["Follow"]):
    """QuerySet of Follow."""

    def by_user(self, user: User) -> Self:
        """Return what a person follows."""
        return self.filter(user=user).select_related("consultation").order_by("-pk")

    def followed_among(self, consultations: Iterable[int], *, user: User) -> frozenset[int]:
        """Return the ids of those consultations that a person follows."""
        return frozenset(self.filter(user=user, consultation__in=consultations).values_list("consultation", flat=True))

    @transaction.atomic
    def set(self, *, user: User, consultation: Consultation, wanted: bool) -> None:
        """Follow or stop following."""
        if wanted:
            insert_once(Follow(user=user, consultation=consultation))
        else:
            self.filter(user=user, consultation=consultation).delete()


class Follow(models.Model):
    """A person who wants to hear of a consultation."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows", verbose_name=_("利用者"))
    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="follows", verbose_name=_("テーマ"))
    created_at = models.DateTimeField(_("日時"), auto_now_add=True)

    objects = FollowQuerySet.as_manager()

    class Meta:
        verbose_name = _("フォロー")
        verbose_name_plural = _("フォロー")
        constraints = [models.UniqueConstraint(fields=["user", "consultation"], name="follow_once")]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.consultation_id}"
