"""What people do with surveys: open one, answer it, publish its result."""

from apps.surveys.actions.comparisons import set_comparisons
from apps.surveys.actions.draws import (
    delete_draw_entries,
    drop_draw,
    hold_draw,
    read_winners,
    register_for_draw,
    register_slip,
    set_draw,
    withdraw_from_draw,
)
from apps.surveys.actions.indicators import take_indicator_value
from apps.surveys.actions.letters import discard_letters, make_letters
from apps.surveys.actions.paper import check_sheet, decide_sheet, enter_sheet, reopen_sheet, void_sheet
from apps.surveys.actions.questions import write_options
from apps.surveys.actions.responses import (
    AccountRespondent,
    LetterRespondent,
    Respondent,
    TooFast,
    check_answered,
    check_code,
    send_response,
)
from apps.surveys.actions.results import publish_survey_result
from apps.surveys.actions.surveys import open_survey
from apps.surveys.actions.typos import mend_typos

__all__ = [
    "AccountRespondent",
    "LetterRespondent",
    "Respondent",
    "TooFast",
    "check_answered",
    "check_code",
    "check_sheet",
    "decide_sheet",
    "delete_draw_entries",
    "discard_letters",
    "drop_draw",
    "enter_sheet",
    "hold_draw",
    "make_letters",
    "mend_typos",
    "open_survey",
    "publish_survey_result",
    "read_winners",
    "register_for_draw",
    "register_slip",
    "reopen_sheet",
    "send_response",
    "set_comparisons",
    "set_draw",
    "take_indicator_value",
    "void_sheet",
    "withdraw_from_draw",
    "write_options",
]
