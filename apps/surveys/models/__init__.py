"""アンケート: surveys with their questions, answers without persons, marks of who answered, frozen results."""

from apps.core.exceptions import ActionRefused
from apps.surveys.models.comparison import Comparison
from apps.surveys.models.draw import Draw, DrawEntry
from apps.surveys.models.paper import PaperSheet
from apps.surveys.models.question import Choice, SurveyOption, SurveyQuestion
from apps.surveys.models.response import AnswerMark, SurveyResponse
from apps.surveys.models.result import SurveyResult
from apps.surveys.models.survey import Survey

__all__ = [
    "ActionRefused",
    "AnswerMark",
    "Choice",
    "Comparison",
    "Draw",
    "DrawEntry",
    "PaperSheet",
    "Survey",
    "SurveyOption",
    "SurveyQuestion",
    "SurveyResponse",
    "SurveyResult",
]
