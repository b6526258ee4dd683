"""Messages within a match (やりとり): from side to side, with the secretariat reading along."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.copies import Copied
from apps.core.submission import SubmitKeyField
from apps.core.textfields import TypedTextField
from apps.council.models.match import Match, MatchSide
from apps.council.models.matching import Challenge


class MatchMessageQuerySet(models.QuerySet["MatchMessage"]):
    """QuerySet of MatchMessage."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Filter those of matches of the person's own side; for the secretariat, all. Never public."""
        return self.filter(match__in=Match.objects.of_side(user).values("pk"))

    def of_match(self, match: Match) -> Self:
        """Filter those of one match."""
        return self.filter(match=match)

    def written_by_person(self, user: User) -> Self:
        """Filter what a person wrote, for the export of personal data and the rate limit."""
        return self.filter(written_by=user).order_by("pk")

    def written_since(self, moment: datetime) -> Self:
        """Filter those written after this moment (for the rate limit)."""
        return self.filter(written_at__gt=moment)

    def repeating(self, text: models.Model) -> Self:
        """Return those that may repeat words of a text: about challenges that start from it."""
        return self.filter(match__challenge__in=Challenge.objects.repeating(text))


class MatchMessage(models.Model):
    """One message of a side or of the secretariat. It names the side, never the person; it is never changed."""

    copied_words = (Copied("body"),)

    match = models.ForeignKey(Match, models.CASCADE, related_name="messages", verbose_name=_("マッチング"))
    side = models.CharField(_("書いた側"), max_length=12, choices=MatchSide.choices)
    body = TypedTextField(_("伝えること"), max_length=1000)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name=_("作成者")
    )
    written_at = models.DateTimeField(_("送信日時"), auto_now_add=True)
    submit_key = SubmitKeyField()

    objects = MatchMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("マッチングのやりとり")
        verbose_name_plural = _("マッチングのやりとり")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["written_by", "submit_key"], name="match_message_sent_once"),
            models.CheckConstraint(condition=~Q(body=""), name="match_message_said"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"  # never the words: names of rows reach pages and logs

    @property
    def origin(self) -> str:
        """Return whose word it is: the side with its name, a resident never named."""
        names = {MatchSide.CHALLENGER: self.match.challenge.origin, MatchSide.OFFERER: self.match.offer.origin}
        name = names.get(MatchSide(self.side))
        label = str(MatchSide(self.side).label)
        return f"{label}（{name}）" if name else label
