"""What staff do with a sheet: they write it, tie and prove it, and bring it in from a file."""

from apps.plans.actions.annotations import (
    add_evidence,
    add_link,
    remove_evidence,
    remove_figure,
    remove_link,
    store_figure,
    write_memo,
)
from apps.plans.actions.bulk import confirm_many, publish_many
from apps.plans.actions.editing import (
    answer_in_order,
    answer_lines,
    go_back_to,
    require_writer,
    take_over_links,
    write_block,
)
from apps.plans.actions.hand_in import send_back_stage, submit_stage, withdraw_submission
from apps.plans.actions.workflow import (
    confirm_sheet,
    confirm_stage,
    correct_sheet,
    give_grade,
    publish_sheet,
    reopen_sheet,
    set_outlook,
)
from apps.plans.actions.years_and_workbooks import import_workbook, open_year, remove_year

__all__ = [
    "add_evidence",
    "add_link",
    "answer_in_order",
    "answer_lines",
    "confirm_many",
    "confirm_sheet",
    "confirm_stage",
    "correct_sheet",
    "give_grade",
    "go_back_to",
    "import_workbook",
    "open_year",
    "publish_many",
    "publish_sheet",
    "remove_evidence",
    "remove_figure",
    "remove_link",
    "remove_year",
    "reopen_sheet",
    "require_writer",
    "send_back_stage",
    "set_outlook",
    "store_figure",
    "submit_stage",
    "take_over_links",
    "withdraw_submission",
    "write_block",
    "write_memo",
]
