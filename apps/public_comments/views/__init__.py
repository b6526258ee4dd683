"""Views of public comments: cases and their form, one's own opinion, the result."""

from apps.public_comments.views.announcements import CaseFeed, notice
from apps.public_comments.views.cases import calendar, case, cases, paper, submit
from apps.public_comments.views.own import correct, own, receipt, withdraw
from apps.public_comments.views.results import results, results_csv, results_pdf, results_xlsx

__all__ = [
    "CaseFeed",
    "calendar",
    "case",
    "cases",
    "correct",
    "notice",
    "own",
    "paper",
    "receipt",
    "results",
    "results_csv",
    "results_pdf",
    "results_xlsx",
    "submit",
    "withdraw",
]
