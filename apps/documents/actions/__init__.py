"""What staff do with a version: bring in its text, reword, explain the changes, publish, correct."""

from apps.documents.actions.change_reasons import explain_change
from apps.documents.actions.publication import correct_version, publish_version
from apps.documents.actions.sections import (
    check_drafts,
    keys_for,
    refresh_changes,
    remove_section,
    reword_section,
    take_text,
)

__all__ = [
    "check_drafts",
    "correct_version",
    "explain_change",
    "keys_for",
    "publish_version",
    "refresh_changes",
    "remove_section",
    "reword_section",
    "take_text",
]
