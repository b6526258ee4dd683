"""Admin of consultations, proposals, answers and moderation. Acts go through methods of models and actions."""

from django.contrib import admin
from taggit import admin as taggit_admin

from apps.consultations.admin.answers.approval import ApproverAdmin
from apps.consultations.admin.answers.assignment import AssignmentAdmin
from apps.consultations.admin.answers.reply import ReplyAdmin, ReplyStatusAdmin
from apps.consultations.admin.answers.topic import TopicAdmin
from apps.consultations.admin.chosen_voice import ChosenVoiceAdmin
from apps.consultations.admin.consultation import ConsultationAdmin
from apps.consultations.admin.moderation import (
    InternalNoteAdmin,
    ModerationCaseAdmin,
    ModerationRuleAdmin,
    PolicyArticleAdmin,
)
from apps.consultations.admin.proposals import CommentAdmin, ProposalAdmin
from apps.consultations.admin.tag import TagAdmin

__all__ = [
    "ApproverAdmin",
    "AssignmentAdmin",
    "ChosenVoiceAdmin",
    "CommentAdmin",
    "ConsultationAdmin",
    "InternalNoteAdmin",
    "ModerationCaseAdmin",
    "ModerationRuleAdmin",
    "PolicyArticleAdmin",
    "ProposalAdmin",
    "ReplyAdmin",
    "ReplyStatusAdmin",
    "TagAdmin",
    "TopicAdmin",
]

# taggit's own table stays empty: the portal has tags that staff approve.
admin.site.unregister(taggit_admin.Tag)
