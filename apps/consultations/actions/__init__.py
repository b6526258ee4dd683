"""What people do, where several rows change together. Every door (page, admin, import, demonstration) comes through here."""

from apps.consultations.actions.batch_withdrawal import follow_mark, put_back, take_back
from apps.consultations.actions.batches import Line, enter_batch, publish_voices
from apps.consultations.actions.erasure_requests import ask_erasure, confirm_erasure, decline_erasure
from apps.consultations.actions.guest import TooFast, attach_to_account, open_with, post_as_guest, set_guest_like
from apps.consultations.actions.imports import (
    ask_for_check,
    ask_for_export,
    ask_for_import,
    bring_in,
    finish_import,
    note_check,
    note_export,
    upload,
)
from apps.consultations.actions.moderation import (
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
from apps.consultations.actions.proposals import (
    edit_proposal,
    follow,
    post_comment,
    post_proposal,
    set_like,
    set_tags,
    withdraw_comment,
    withdraw_proposal,
)
from apps.consultations.actions.redaction import Change, changes_of, redact, wordings_of
from apps.consultations.actions.redaction_undo import forget_redacted_words, put_words_back
from apps.consultations.actions.retention import erase_withdrawn
from apps.consultations.actions.screening import needs_approval

__all__ = [
    "APPROVE",
    "HIDE",
    "RESTORE",
    "Change",
    "Line",
    "TooFast",
    "appeal",
    "ask_erasure",
    "ask_for_check",
    "ask_for_export",
    "ask_for_import",
    "attach_to_account",
    "bring_in",
    "changes_of",
    "confirm_erasure",
    "decide",
    "decline_erasure",
    "edit_proposal",
    "enter_batch",
    "erase_withdrawn",
    "finish_import",
    "follow",
    "follow_mark",
    "forget_redacted_words",
    "needs_approval",
    "note_check",
    "note_export",
    "open_case",
    "open_with",
    "post_as_guest",
    "post_comment",
    "post_proposal",
    "publish_voices",
    "put_back",
    "put_words_back",
    "redact",
    "report",
    "request_takedown",
    "set_guest_like",
    "set_like",
    "set_tags",
    "take_back",
    "undo",
    "upload",
    "withdraw_comment",
    "withdraw_proposal",
    "wordings_of",
]
