"""What people do, where several rows change together. Every door (page, admin, import, demonstration) comes through here."""

from apps.consultations.actions.intake import Line, enter_batch, publish_voices
from apps.consultations.actions.voices import (
    edit_proposal,
    follow,
    post_comment,
    post_proposal,
    set_like,
    set_tags,
    withdraw_comment,
    withdraw_proposal,
)

__all__ = [
    "Line",
    "edit_proposal",
    "enter_batch",
    "follow",
    "post_comment",
    "post_proposal",
    "publish_voices",
    "set_like",
    "set_tags",
    "withdraw_comment",
    "withdraw_proposal",
]
