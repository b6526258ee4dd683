"""What people do with surveys: open one, answer it, publish its result."""

from apps.surveys.actions.indicators import take_indicator_value
from apps.surveys.actions.letters import discard_letters, make_letters
from apps.surveys.actions.paper import check_sheet, decide_sheet, enter_sheet, reopen_sheet, void_sheet
from apps.surveys.actions.questions import write_options
from apps.surveys.actions.responses import AccountRespondent, LetterRespondent, TooFast, check_code, send_response
from apps.surveys.actions.results import publish_survey_result
from apps.surveys.actions.surveys import open_survey
from apps.surveys.actions.typos import mend_typos

__all__ = [
    "AccountRespondent",
    "LetterRespondent",
    "TooFast",
    "check_code",
    "check_sheet",
    "decide_sheet",
    "discard_letters",
    "enter_sheet",
    "make_letters",
    "mend_typos",
    "open_survey",
    "publish_survey_result",
    "reopen_sheet",
    "send_response",
    "take_indicator_value",
    "void_sheet",
    "write_options",
]
