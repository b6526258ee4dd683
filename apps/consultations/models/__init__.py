"""What the city asks (テーマ), what residents say (アイデア・意見), and what they do with each other's words."""

from apps.consultations.models.background import Attachment, BackgroundLink, GlossaryTerm
from apps.consultations.models.batch import Batch, Channel
from apps.consultations.models.chosen import ChosenVoice
from apps.consultations.models.comment import Comment
from apps.consultations.models.consultation import Consultation
from apps.consultations.models.follow import Follow
from apps.consultations.models.like import Like
from apps.consultations.models.moderation import AbuseReport, ModerationCase
from apps.consultations.models.proposal import Proposal, ProposalRevision
from apps.consultations.models.question import Question
from apps.consultations.models.schedule import ScheduleChange
from apps.consultations.models.shared import Refused, State
from apps.consultations.models.tag import ConsultationTag, ProposalTag, Tag

__all__ = [
    "AbuseReport",
    "Attachment",
    "BackgroundLink",
    "Batch",
    "Channel",
    "ChosenVoice",
    "Comment",
    "Consultation",
    "ConsultationTag",
    "Follow",
    "GlossaryTerm",
    "Like",
    "ModerationCase",
    "Proposal",
    "ProposalRevision",
    "ProposalTag",
    "Question",
    "Refused",
    "ScheduleChange",
    "State",
    "Tag",
]
