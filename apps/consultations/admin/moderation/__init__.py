"""Admin of moderation: the queue, the page of a case, rules, policy articles, notes."""

from apps.consultations.admin.moderation.notes import InternalNoteAdmin
from apps.consultations.admin.moderation.queue import ModerationCaseAdmin
from apps.consultations.admin.moderation.rules import ModerationRuleAdmin, PolicyArticleAdmin

__all__ = ["InternalNoteAdmin", "ModerationCaseAdmin", "ModerationRuleAdmin", "PolicyArticleAdmin"]
