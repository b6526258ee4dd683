"""Internal notes (内部メモ) of staff about a proposal. They are never shown outside the admin site."""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.consultations.models.base import ERASED
from apps.consultations.models.proposal import Proposal
from apps.core.copies import Copied
from apps.core.textfields import TypedTextField


class InternalNoteQuerySet(models.QuerySet["InternalNote"]):
    """QuerySet of InternalNote."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Filter notes on proposals the user works on: all for moderators and the secretariat, else of the user's departments."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(proposal__in=Proposal.objects.worked_on_by(user).order_by())

    def for_proposal(self, proposal: Proposal) -> Self:
        """Filter notes on one proposal."""
        return self.filter(proposal=proposal)

    def repeating(self, text: models.Model) -> Self:
        """Filter notes that may quote the text."""
        return self.for_proposal(text) if isinstance(text, Proposal) else self.none()


class InternalNote(models.Model):
    """A note on a proposal, for staff only: in no page for residents, feed, search, count or export."""

    copied_words = (Copied("body", instead=ERASED),)

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="notes", verbose_name=_("意見"))
    body = TypedTextField(_("メモ"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("書いた職員")
    )
    created_at = models.DateTimeField(_("日時"), auto_now_add=True)

    objects = InternalNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("内部メモ")
        verbose_name_plural = _("内部メモ")
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(body=""), name="note_body_given")]

    def __str__(self) -> str:
        return self.body[:40]
