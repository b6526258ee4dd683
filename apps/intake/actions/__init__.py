"""Actions of staff on lists and files of proposals: enter, check, import, export, withdraw and restore."""

from apps.intake.actions.batch_withdrawal import restore_batch, sync_batch_state, withdraw_batch
from apps.intake.actions.batches import Line, enter_batch, publish_proposals
from apps.intake.actions.imports import (
    audit_export,
    finish_import,
    import_rows,
    request_check,
    request_export,
    request_import,
    save_check_result,
    upload,
)

__all__ = [
    "Line",
    "audit_export",
    "enter_batch",
    "finish_import",
    "import_rows",
    "publish_proposals",
    "request_check",
    "request_export",
    "request_import",
    "restore_batch",
    "save_check_result",
    "sync_batch_state",
    "upload",
    "withdraw_batch",
]
