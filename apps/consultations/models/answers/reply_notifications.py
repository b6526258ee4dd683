"""Who hears of a reply: the authors of what it answers, and followers of the consultation. Each change once."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.consultations.models.follow import Follow
from apps.consultations.models.proposal import Proposal
from apps.operations.models import Notification

KIND = "reply"


@transaction.atomic
def tell_of_reply(change: Any) -> int:
    """Tell the authors and the followers of one change of a reply; how many were told.

    Whoever wrote several of the voices, or follows too, is told once. The weekly mail takes it from there.
    """
    reply = change.reply
    voices = reply.topic.public_proposals if reply.topic_id else Proposal.objects.filter(pk=reply.proposal_id)
    told = _tell_authors(change, voices)
    followers = Follow.objects.filter(consultation=reply.target.consultation_id).values_list("user_id", flat=True)
    words = {"what": _name(reply), "status": change.status_name}
    title = _("フォロー中のテーマの%(what)sに、市の考え方が公開されました（%(status)s）") % words
    return told + _tell(change, followers, title)


def tell_latecomers(topic: Any, voices: Iterable[Proposal]) -> int:
    """Authors whose voices were grouped after the city answered the topic hear of what is public; how many were told."""
    if not topic.is_public:
        return 0
    newest = [reply.changes.last() for reply in topic.replies.exclude(published_at=None)]
    chosen = Proposal.objects.filter(pk__in=[voice.pk for voice in voices])
    return sum(_tell_authors(change, chosen) for change in newest)


def _tell_authors(change: Any, voices: Any) -> int:
    present = voices.filter(author__isnull=False, author__erased_at=None, author__is_active=True).order_by()
    authors = present.values_list("author_id", flat=True).distinct()
    words = {"what": _name(change.reply), "status": change.status_name}
    if change.reply.topic_id:
        title = _("あなたの意見を含む%(what)sに、市の考え方が公開されました（%(status)s）") % words
    else:
        title = _("あなたの%(what)s に、市の考え方が公開されました（%(status)s）") % words
    return _tell(change, authors, title)


def _name(reply: Any) -> str:
    if reply.topic_id:
        return _("論点「%(title)s」") % {"title": reply.topic.title}
    return _("意見 %(code)s") % {"code": reply.proposal.code}


def _tell(change: Any, people: Any, title: str) -> int:
    return Notification.objects.notify_once(
        people, kind=KIND, key=str(change.pk), title=title, url=change.reply.get_absolute_url()
    )
