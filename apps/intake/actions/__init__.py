"""What staff do with whole lists and files: enter, check, import, export, withdraw and restore."""

from apps.intake.actions.batch_withdrawal import follow_mark, put_back, take_back
from apps.intake.actions.batches import Line, enter_batch, publish_voices
from apps.intake.actions.imports import (
    ask_for_check,
    ask_for_export,
    ask_for_import,
    bring_in,
    finish_import,
    note_check,
    note_export,
    upload,
)

__all__ = [
    "Line",
    "ask_for_check",
    "ask_for_export",
    "ask_for_import",
    "bring_in",
    "enter_batch",
    "finish_import",
    "follow_mark",
    "note_check",
    "note_export",
    "publish_voices",
    "put_back",
    "take_back",
    "upload",
]
