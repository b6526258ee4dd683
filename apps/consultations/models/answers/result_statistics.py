"""Collect the statistics of a result report, which are frozen on publication."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Choices, Count, Q, Sum
from django.utils import timezone

from apps.accounts.models import AgeBand, District, Relation
from apps.consultations.models.answers.reply import Reply, ReplyChange
from apps.consultations.models.answers.topic import Topic
from apps.consultations.models.comment import Comment
from apps.consultations.models.consultation import Consultation
from apps.consultations.models.like import Like
from apps.consultations.models.proposal import Proposal
from apps.consultations.models.proposal_queryset import QUIET_LIKES, ProposalQuerySet

FEWEST = 5  # a group of fewer people is not shown in any breakdown
QUOTED = 5
BREAKDOWNS = (("age_band", AgeBand), ("district", District), ("relation", Relation))


def collect_statistics(consultation: Consultation) -> dict[str, Any]:
    """Return all numbers of a report as JSON values; quoted proposals by their code."""
    proposals = Proposal.objects.public().in_consultation(consultation)
    likes = Like.objects.filter(proposal__in=proposals.order_by())
    return {
        "proposals": proposals.count(),
        "people": proposals.exclude(author=None).aggregate(n=Count("author", distinct=True))["n"],
        "likes": likes.count(),
        "likers": likes.aggregate(n=Count("user", distinct=True))["n"],
        "guest_likes": proposals.aggregate(n=Sum("guest_like_count"))["n"] or 0,
        "imported_likes": proposals.aggregate(n=Sum("imported_like_count"))["n"] or 0,
        "comments": Comment.objects.published().filter(proposal__in=proposals.order_by()).count(),
        "channels": [[label, n] for label, n in proposals.count_by_channel()],
        "questions": _by_question(consultation, proposals),
        "groups": {name: shown_groups(_groups(proposals, name, choices)) for name, choices in BREAKDOWNS},
        "loud": _quotes(proposals.filter(like_total__gt=QUIET_LIKES).order_by("-like_total", "pk")),
        "quiet": _quotes(proposals.little_heard().order_by("shuffle", "pk")),
        "differing": _quotes(proposals.filter(differing__isnull=False).order_by("pk"), most=QUOTED * 4),
        "topics": _topics(consultation),
        "unanswered": proposals.in_reply_state("waiting").count(),
        "answered": consultation.answered_at is not None,
    }


def _by_question(consultation: Consultation, proposals: ProposalQuerySet) -> list[list[Any]]:
    counted = dict(proposals.order_by().values_list("question").annotate(n=Count("*")))
    return [[question.number, question.text, counted.get(question.pk, 0)] for question in consultation.questions.all()]


def _groups(proposals: ProposalQuerySet, name: str, choices: type[Choices]) -> list[dict[str, Any]]:
    """Return the proposals (n) and people of each group of an attribute; a proposal on paper counts as one person."""
    people = Count("author", distinct=True) + Count("pk", filter=Q(author=None))
    counted = {row[name]: row for row in proposals.order_by().values(name).annotate(n=Count("pk"), people=people)}
    blank = {"n": 0, "people": 0}
    known = [*choices.choices, ("", "")]
    return [{"key": key, **{of: counted.get(key, blank)[of] for of in blank}} for key, _label in known]


def shown_groups(groups: list[dict[str, Any]]) -> list[list[Any]]:
    """Return [group, number of proposals], None where it must not be shown (primary and secondary suppression).

    A group of fewer than FEWEST people is suppressed. Since the total is public, a single suppressed number could be
    calculated: so the smallest other groups are suppressed too, until at least two groups with at least FEWEST people together
    are. If all suppressed groups are empty, nothing more is suppressed.
    """
    hidden = {group["key"] for group in groups if group["people"] < FEWEST}
    rest = sorted((group for group in groups if group["key"] not in hidden), key=lambda group: group["people"])
    left_out = sum(group["people"] for group in groups if group["key"] in hidden)
    while rest and left_out and (left_out < FEWEST or len(hidden) < 2):
        smallest = rest.pop(0)
        hidden.add(smallest["key"])
        left_out += smallest["people"]
    return [[group["key"], None if group["key"] in hidden else group["n"]] for group in groups]


def _quotes(proposals: ProposalQuerySet, most: int = QUOTED) -> list[dict[str, Any]]:
    """Return codes and counts of proposals; their texts are read anew whenever they are shown."""
    rows = proposals.values("code", "like_count", "imported_like_count", "comment_count")[:most]
    return [dict(row) for row in rows]


def _topics(consultation: Consultation) -> list[dict[str, Any]]:
    """Return the public topics with counts, and replies by their public change (a change never changes)."""
    replies = list(Reply.objects.public().to_topics_of(consultation).for_pages())
    return [
        {
            "code": topic.code,
            "title": topic.title,
            "proposals": topic.proposal_count,
            "likers": topic.liker_count,
            "guest_likers": topic.guest_liker_count,
            "imported_likes": topic.imported_count,
            "replies": [
                {
                    "status": change.status_name,
                    "department": change.department_name,
                    "body": change.body,
                    "day": timezone.localdate(change.published_at).isoformat(),
                }
                for change in _current(replies, topic)
            ],
        }
        for topic in Topic.objects.public().in_consultation(consultation).for_lists()
    ]


def _current(replies: Iterable[Reply], topic: Topic) -> list[ReplyChange]:
    changes = (reply.last_change for reply in replies if reply.topic_id == topic.pk)
    return [change for change in changes if change]


def count_no_longer_public(consultation: Consultation, moment: datetime) -> int:
    """Return how many proposals counted at a moment are hidden or withdrawn today."""
    counted = Proposal.objects.in_consultation(consultation).placeholders()
    return counted.filter(published_at__lte=moment, state_changed_at__gt=moment).count()
