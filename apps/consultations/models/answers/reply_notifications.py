"""Notify the authors of what a reply answers, and followers of the consultation; once per change."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from apps.consultations.models.follow import Follow
from apps.consultations.models.proposal import Proposal
from apps.consultations.models.proposal_queryset import ProposalQuerySet
from apps.operations.models import Notification

if TYPE_CHECKING:
    from apps.consultations.models.answers.reply import Reply, ReplyChange
    from apps.consultations.models.answers.topic import Topic

KIND = "reply"


@transaction.atomic
def notify_of_reply(change: "ReplyChange") -> int:
    """Notify authors and followers of a change. Return how many people.

    Authors of several of the proposals, and followers among them, are notified once. The weekly digest sends it by e-mail.
    """
    reply = change.reply
    proposals = reply.topic.public_proposals if reply.topic else Proposal.objects.filter(pk=reply.target.pk)
    count = _notify_authors(change, proposals)
    followers = Follow.objects.filter(consultation=reply.target.consultation_id).values_list("user_id", flat=True)
    words = {"what": _name(reply), "status": change.status_name}
    title = _("フォロー中のテーマの%(what)sに、市の考え方が公開されました（%(status)s）") % words
    return count + _notify(change, followers, title)


def notify_late_authors(topic: "Topic", proposals: Iterable[Proposal]) -> int:
    """Notify authors whose proposals were grouped after the topic was answered. Return how many notifications are new."""
    if not topic.is_public:
        return 0
    changes = (reply.changes.last() for reply in topic.replies.exclude(published_at=None))
    newest = [change for change in changes if change]
    grouped = Proposal.objects.filter(pk__in=[proposal.pk for proposal in proposals])
    return sum(_notify_authors(change, grouped) for change in newest)


def _notify_authors(change: "ReplyChange", proposals: ProposalQuerySet) -> int:
    present = proposals.filter(author__isnull=False, author__erased_at=None, author__is_active=True).order_by()
    authors = present.values_list("author_id", flat=True).distinct()
    words = {"what": _name(change.reply), "status": change.status_name}
    if change.reply.topic_id:
        title = _("あなたの意見を含む%(what)sに、市の考え方が公開されました（%(status)s）") % words
    else:
        title = _("あなたの%(what)s に、市の考え方が公開されました（%(status)s）") % words
    return _notify(change, authors, title)


def _name(reply: "Reply") -> str:
    if reply.topic:
        return _("論点「%(title)s」") % {"title": reply.topic.title}
    return _("意見 %(code)s") % {"code": reply.target.code}


def _notify(change: "ReplyChange", people: Iterable[int], title: str) -> int:
    return Notification.objects.notify_once(
        people, kind=KIND, key=str(change.pk), title=title, url=change.reply.get_absolute_url()
    )
