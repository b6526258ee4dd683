"""Build the timeline of a proposal (声のゆくえ) from public records."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from apps.consultations.models.answers.reply import Reply, ReplyChange
from apps.consultations.models.answers.result import ResultReport
from apps.consultations.models.answers.topic import Topic
from apps.consultations.models.channel import Channel
from apps.consultations.models.proposal import Proposal
from apps.consultations.models.proposal_queryset import first_moment
from apps.core.date_formats import wareki


@dataclass(frozen=True)
class Step:
    """One step of the timeline: when, what happened, and where it can be read."""

    when: datetime | date | None
    title: str
    text: str = ""
    url: str = ""
    is_coming: bool = False


def build_timeline(proposal: Proposal, replies: list[Reply]) -> list[Step]:
    """Return the steps of a proposal: posted, grouped, answered, every change of replies; what is promised comes last.

    replies: the public ones about this proposal, read with `for_pages`.
    """
    steps = [Step(proposal.published_at, _first_words(proposal))]
    for item in proposal.topic_items.filter(topic__in=Topic.objects.public()).select_related("topic"):
        title = _("論点「%(title)s」にまとめられました") % {"title": item.topic.title}
        public_since = item.topic.published_at or item.grouped_at
        steps.append(Step(max(item.grouped_at, public_since), title, url=item.topic.get_absolute_url()))
    steps += [_reply_step(proposal, reply, change) for reply in replies for change in reply.changes.all()]
    steps += _quoted_steps(proposal)
    consultation = proposal.consultation
    url = consultation.get_absolute_url()
    if consultation.answered_at:
        steps.append(Step(consultation.answered_at, _("テーマ全体への市の回答が公開されました"), url=url))
    steps.sort(key=lambda step: step.when or proposal.created_at)
    if consultation.is_late:
        steps.append(Step(consultation.reply_due_on, _("市の回答予定日を過ぎています"), url=url, is_coming=True))
    elif consultation.awaits_reply:
        steps.append(Step(consultation.reply_due_on, _("市の回答予定日"), url=url, is_coming=True))
    return steps


def _first_words(proposal: Proposal) -> str:
    """Return how the proposal reached the city: posted here, or brought in from paper, a meeting, the counter, Liqlid."""
    if proposal.channel == Channel.WEB:
        return _("投稿されました")
    return _("%(channel)sで寄せられました") % {"channel": proposal.get_channel_display()}


def _reply_step(proposal: Proposal, reply: Reply, change: ReplyChange) -> Step:
    """Return the step of a change; its URL is on the proposal's own page, whichever page shows the timeline."""
    words = {"status": change.shown_status, "department": change.department_name}
    title = _("市の考え方：%(status)s（%(department)s）") % words
    return Step(change.published_at, title, url=f"{proposal.get_absolute_url()}#reply-{reply.pk}")


def _quoted_steps(proposal: Proposal) -> list[Step]:
    """Return where the proposal was quoted: on pages of viewpoints and in result reports."""
    steps = []
    for featured in proposal.chosen.select_related("viewpoint"):
        title = _("視点「%(viewpoint)s」のページで、市民の声として紹介されました") % {
            "viewpoint": featured.viewpoint.title
        }
        when = first_moment(featured.as_of) if featured.source_id else featured.chosen_at
        text = _("%(day)s時点のイイネ！ %(n)s件") % {"day": wareki(featured.as_of), "n": featured.like_count}
        steps.append(Step(max(when, proposal.published_at or when), title, text, featured.viewpoint.get_absolute_url()))
    for report in ResultReport.objects.quoting(proposal):
        title = _("結果報告（第%(edition)s版）で紹介されました") % {"edition": report.edition}
        steps.append(Step(report.published_at, title, url=report.get_absolute_url()))
    return steps


def replies_about(proposal: Proposal) -> list[Reply]:
    """Return the public replies to a proposal and to its topics."""
    return list(Reply.objects.public().for_proposal(proposal).for_pages())
