"""Actions on several rows: one atomic function a verb, for pages, admin site, imports and demonstration alike."""

from apps.consultations.actions.approvals import (
    approve_draft,
    ask_approval,
    comment_on_draft,
    release_draft,
    return_draft,
    withdraw_approval,
)
from apps.consultations.actions.authors import AccountAuthor, Author, GuestAuthor, Posted, PostedComment
from apps.consultations.actions.comments import post_comment
from apps.consultations.actions.follows import follow
from apps.consultations.actions.guest import attach_to_account, mail_passphrase, open_with
from apps.consultations.actions.likes import set_guest_like, set_like
from apps.consultations.actions.moderation.cases import (
    APPROVE,
    HIDE,
    RESTORE,
    appeal,
    decide,
    open_case,
    report,
    request_takedown,
    undo,
)
from apps.consultations.actions.moderation.erasure_requests import confirm_erasure, decline_erasure, request_erasure
from apps.consultations.actions.moderation.redaction import Change, changes_of, redact, wordings_of
from apps.consultations.actions.moderation.redaction_undo import forget_redacted_words, undo_redaction
from apps.consultations.actions.moderation.screening import needs_approval
from apps.consultations.actions.proposals import edit_proposal, post_proposal, set_tags
from apps.consultations.actions.reply_file import save_drafts
from apps.consultations.actions.retention import erase_withdrawn
from apps.consultations.actions.sorting import Sorting, sort_proposals
from apps.consultations.actions.withdrawal import undo_withdrawal, withdraw_comment, withdraw_proposal
from apps.consultations.services.rate_limit import TooFast

__all__ = [
    "APPROVE",
    "HIDE",
    "RESTORE",
    "AccountAuthor",
    "Author",
    "Change",
    "GuestAuthor",
    "Posted",
    "PostedComment",
    "Sorting",
    "TooFast",
    "appeal",
    "approve_draft",
    "ask_approval",
    "attach_to_account",
    "changes_of",
    "comment_on_draft",
    "confirm_erasure",
    "decide",
    "decline_erasure",
    "edit_proposal",
    "erase_withdrawn",
    "follow",
    "forget_redacted_words",
    "mail_passphrase",
    "needs_approval",
    "open_case",
    "open_with",
    "post_comment",
    "post_proposal",
    "redact",
    "release_draft",
    "report",
    "request_erasure",
    "request_takedown",
    "return_draft",
    "save_drafts",
    "set_guest_like",
    "set_like",
    "set_tags",
    "sort_proposals",
    "undo",
    "undo_redaction",
    "undo_withdrawal",
    "withdraw_approval",
    "withdraw_comment",
    "withdraw_proposal",
    "wordings_of",
]
