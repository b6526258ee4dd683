"""Views of surveys: the list, a survey, its questionnaire page by page, its result."""

from apps.surveys.views.answer import answer, trial
from apps.surveys.views.draw import draw, draw_done, draw_left
from apps.surveys.views.results import results, results_csv, results_pdf, results_xlsx
from apps.surveys.views.surveys import survey, surveys, thanks

__all__ = [
    "answer",
    "draw",
    "draw_done",
    "draw_left",
    "results",
    "results_csv",
    "results_pdf",
    "results_xlsx",
    "survey",
    "surveys",
    "thanks",
    "trial",
]
