"""イイネ！: one per person and proposal."""

from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.consultations.models.proposal import Proposal
from apps.core.concurrency import insert_once


class LikeQuerySet(models.QuerySet["Like"]):
    """The one write path of likes, for rows and counter. Who may like is checked in `actions/likes.py`."""

    def liked_among(self, proposals: Iterable[int], *, user: User) -> frozenset[int]:
        """Return the ids of those proposals that a person likes."""
        return frozenset(self.filter(user=user, proposal__in=proposals).values_list("proposal", flat=True))

    def set(self, *, user: User, proposal: Proposal, wanted: bool) -> bool:
        """Make the person like the proposal or not; whether anything changed.

        The row decides: only the statement that really made or removed it moves the counter, in the same transaction,
        so that two presses at once count once.
        """
        with transaction.atomic(savepoint=False):
            if wanted:
                changed = insert_once(Like(user=user, proposal=proposal))
            else:
                changed = bool(self.filter(user=user, proposal=proposal).delete()[0])
            if changed:
                step = 1 if wanted else -1
                Proposal.objects.filter(pk=proposal.pk).update(like_count=F("like_count") + step)
        return changed

    def by_user(self, user: User) -> Self:
        """Return a person's likes, newest first."""
        return self.filter(user=user).select_related("proposal").order_by("-pk")

    def remove_all(self, user: User) -> int:
        """Remove every like of a person who leaves, and lower the counts. Return how many there were."""
        with transaction.atomic():
            liked = list(self.filter(user=user).select_for_update().values_list("proposal_id", flat=True))
            Proposal.objects.filter(pk__in=liked).update(like_count=F("like_count") - 1)
            self.filter(user=user).delete()
        return len(liked)


class Like(models.Model):
    """A person's イイネ！ for a proposal; nobody but the person ever sees whose it is."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="likes", verbose_name=_("利用者"))
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="likes", verbose_name=_("意見"))
    created_at = models.DateTimeField(_("日時"), auto_now_add=True)

    objects = LikeQuerySet.as_manager()

    class Meta:
        verbose_name = _("イイネ！")
        verbose_name_plural = _("イイネ！")
        constraints = [models.UniqueConstraint(fields=["user", "proposal"], name="like_once")]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.proposal_id}"
