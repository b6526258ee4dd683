"""The moderators' desk: the queue, one case with everything about it, the rules, the notes."""

from apps.consultations.admin.moderation.notes import InternalNoteAdmin
from apps.consultations.admin.moderation.queue import ModerationCaseAdmin
from apps.consultations.admin.moderation.rules import ModerationRuleAdmin, PolicyArticleAdmin

__all__ = ["InternalNoteAdmin", "ModerationCaseAdmin", "ModerationRuleAdmin", "PolicyArticleAdmin"]
