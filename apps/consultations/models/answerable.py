"""What a page asks of voices about the city's answers to them."""

from typing import Any, Self

from django.db.models import Q
from django.utils import timezone

from apps.accounts.models import Role
from apps.consultations.models.tables import TableQuerySet
from apps.core.text import as_number


class AnswerableQuerySet(TableQuerySet):
    """Questions about topics, replies and who answers; relations are named, so that replies may know proposals."""

    def in_topic(self, topic: Any) -> Self:
        """Those that are grouped in a topic."""
        return self.filter(topic_items__topic=topic)

    def answerable_by(self, user: Any) -> Self:
        """Those that the person may group, assign and answer: of the own departments' consultations, or assigned to
        them; all for the secretariat."""
        if user.has_role(Role.SECRETARIAT):
            return self.all()
        own = user.department_ids()
        assigned = self.model.objects.filter(assignments__department__in=own).values("pk")
        return self.filter(Q(consultation__department__in=own) | Q(pk__in=assigned))

    def with_codes(self, codes: list[str]) -> Self:
        """Those with these numbers."""
        return self.filter(code__in=[as_number(code) for code in codes]).order_by("pk")

    def _replied(self, **status: Any) -> Q:
        """Whether a public reply of such a status answers the voice itself or a public topic that it is in."""
        voices, now = self.model.objects.order_by(), timezone.now()
        direct = voices.filter(**{f"replies__status__{name}": value for name, value in status.items()})
        wanted = {f"topics__replies__status__{name}": value for name, value in status.items()}
        return Q(pk__in=direct.values("pk")) | Q(
            pk__in=voices.filter(topics__published_at__lte=now, **wanted).values("pk")
        )

    def in_reply_state(self, state: str) -> Self:
        """市の回答あり (replied), まだ (waiting), or one status (status-…); all for an empty word."""
        if state == "replied":
            return self.filter(self._replied(is_answer=True))
        if state == "waiting":
            return self.exclude(self._replied(is_answer=True))
        return self.filter(self._replied(code=state.removeprefix("status-"))) if state else self
