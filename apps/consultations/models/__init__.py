"""What the city asks (テーマ), what residents say (意見), and what they do with each other's words."""

from apps.consultations.models.answers.approval import Approval, ApprovalStep, Approver, DraftComment
from apps.consultations.models.answers.assignment import Assignment
from apps.consultations.models.answers.consultation_answer import AnswerChange
from apps.consultations.models.answers.reply import Reply, ReplyChange, ReplyStatus
from apps.consultations.models.answers.reply_deadline import Outcome
from apps.consultations.models.answers.result import DifferingVoice, ResultReport
from apps.consultations.models.answers.topic import Topic, TopicProposal
from apps.consultations.models.attachments import Attachment, BackgroundLink, GlossaryTerm
from apps.consultations.models.base import ActionRefused, State
from apps.consultations.models.batch import Batch
from apps.consultations.models.channel import Channel
from apps.consultations.models.chosen_voice import ChosenVoice
from apps.consultations.models.comment import Comment
from apps.consultations.models.consultation import Consultation
from apps.consultations.models.follow import Follow
from apps.consultations.models.guest import GuestKey, GuestLike
from apps.consultations.models.like import Like
from apps.consultations.models.moderation import (
    AbuseReport,
    Decision,
    ErasureRequest,
    InternalNote,
    ModerationCase,
    ModerationRule,
    RedactedWords,
    TakedownRequest,
)
from apps.consultations.models.moderation.policy import PolicyArticle
from apps.consultations.models.plain_wording import PlainWording
from apps.consultations.models.proposal import Proposal
from apps.consultations.models.proposal_count import ProposalCount
from apps.consultations.models.question import Question, QuestionWording
from apps.consultations.models.revision import ProposalRevision
from apps.consultations.models.schedule import ScheduleChange
from apps.consultations.models.tag import ConsultationTag, ProposalTag, Tag, TagsField

__all__ = [
    "AbuseReport",
    "ActionRefused",
    "AnswerChange",
    "Approval",
    "ApprovalStep",
    "Approver",
    "Assignment",
    "Attachment",
    "BackgroundLink",
    "Batch",
    "Channel",
    "ChosenVoice",
    "Comment",
    "Consultation",
    "ConsultationTag",
    "Decision",
    "DifferingVoice",
    "DraftComment",
    "ErasureRequest",
    "Follow",
    "GlossaryTerm",
    "GuestKey",
    "GuestLike",
    "InternalNote",
    "Like",
    "ModerationCase",
    "ModerationRule",
    "Outcome",
    "PlainWording",
    "PolicyArticle",
    "Proposal",
    "ProposalCount",
    "ProposalRevision",
    "ProposalTag",
    "Question",
    "QuestionWording",
    "RedactedWords",
    "Reply",
    "ReplyChange",
    "ReplyStatus",
    "ResultReport",
    "ScheduleChange",
    "State",
    "Tag",
    "TagsField",
    "TakedownRequest",
    "Topic",
    "TopicProposal",
]
