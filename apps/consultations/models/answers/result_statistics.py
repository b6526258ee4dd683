"""The figures of a result report: counted once, on the day it is published, and kept as they were."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone

from apps.accounts.models import AgeBand, District, Relation
from apps.consultations.models.answers.reply import Reply
from apps.consultations.models.answers.topic import Topic
from apps.consultations.models.comment import Comment
from apps.consultations.models.consultation import Consultation
from apps.consultations.models.like import Like
from apps.consultations.models.narrowing import QUIET_LIKES
from apps.consultations.models.proposal import Proposal

FEWEST = 5  # a group of fewer people is not shown in any breakdown
QUOTED = 5
BREAKDOWNS = (("age_band", AgeBand), ("district", District), ("relation", Relation))


def figures_of(consultation: Consultation) -> dict[str, Any]:
    """Everything that a report of this consultation says in numbers, as plain values; quoted voices by their number."""
    voices = Proposal.objects.public().in_consultation(consultation)
    likes = Like.objects.filter(proposal__in=voices.order_by())
    return {
        "proposals": voices.count(),
        "people": voices.exclude(author=None).aggregate(n=Count("author", distinct=True))["n"],
        "likes": likes.count(),
        "likers": likes.aggregate(n=Count("user", distinct=True))["n"],
        "guest_likes": voices.aggregate(n=Sum("guest_like_count"))["n"] or 0,
        "imported_likes": voices.aggregate(n=Sum("imported_like_count"))["n"] or 0,
        "comments": Comment.objects.published().filter(proposal__in=voices.order_by()).count(),
        "channels": [[label, n] for label, n in voices.count_by_channel()],
        "questions": _by_question(consultation, voices),
        "groups": {name: shown_groups(_groups(voices, name, choices)) for name, choices in BREAKDOWNS},
        "loud": _quotes(voices.filter(like_total__gt=QUIET_LIKES).order_by("-like_total", "pk")),
        "quiet": _quotes(voices.little_heard().order_by("shuffle", "pk")),
        "differing": _quotes(voices.filter(differing__isnull=False).order_by("pk"), most=QUOTED * 4),
        "topics": _topics(consultation),
        "unanswered": voices.in_reply_state("waiting").count(),
        "answered": consultation.answered_at is not None,
    }


def _by_question(consultation: Consultation, voices: Any) -> list[list[Any]]:
    counted = dict(voices.order_by().values_list("question").annotate(n=Count("*")))
    return [[question.number, question.text, counted.get(question.pk, 0)] for question in consultation.questions.all()]


def _groups(voices: Any, name: str, choices: Any) -> list[dict[str, Any]]:
    """Each group of one attribute with its voices and its people; a voice from paper or desk counts as one person."""
    people = Count("author", distinct=True) + Count("pk", filter=Q(author=None))
    counted = {row[name]: row for row in voices.order_by().values(name).annotate(n=Count("pk"), people=people)}
    blank = {"n": 0, "people": 0}
    known = [*choices.choices, ("", "")]
    return [{"key": key, **{of: counted.get(key, blank)[of] for of in blank}} for key, _label in known]


def shown_groups(groups: list[dict[str, Any]]) -> list[list[Any]]:
    """[group, voices] with None for what must not be shown.

    A group of fewer than five people is not shown. The total is public, so what is left out could be worked out from the
    rest: the smallest other groups are left out too, until two groups or more with at least five people together are.
    Nobody is in the left-out groups when all of them are empty; then nothing more has to go.
    """
    hidden = {group["key"] for group in groups if group["people"] < FEWEST}
    rest = sorted((group for group in groups if group["key"] not in hidden), key=lambda group: group["people"])
    left_out = sum(group["people"] for group in groups if group["key"] in hidden)
    while rest and left_out and (left_out < FEWEST or len(hidden) < 2):
        smallest = rest.pop(0)
        hidden.add(smallest["key"])
        left_out += smallest["people"]
    return [[group["key"], None if group["key"] in hidden else group["n"]] for group in groups]


def _quotes(voices: Any, most: int = QUOTED) -> list[dict[str, Any]]:
    """Numbers and counts of voices; their words are read anew whenever they are shown."""
    rows = voices.values("code", "like_count", "imported_like_count", "comment_count")[:most]
    return [dict(row) for row in rows]


def _topics(consultation: Consultation) -> list[dict[str, Any]]:
    """The public topics with their counts; replies by the step that is public now (a step never changes)."""
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


def _current(replies: Iterable[Any], topic: Topic) -> list[Any]:
    return [reply.last_change for reply in replies if reply.topic_id == topic.pk]


def gone_since(consultation: Consultation, moment: Any) -> int:
    """How many voices that the figures of a moment hold are hidden or withdrawn today."""
    counted = Proposal.objects.in_consultation(consultation).placeholders()
    return counted.filter(published_at__lte=moment, state_changed_at__gt=moment).count()
