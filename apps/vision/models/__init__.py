"""What the city aims at: viewpoints and fields, and what is known about them (indicators, surveys, digital cases)."""

from apps.vision.models.case import DigitalCase
from apps.vision.models.document import SourceDocument
from apps.vision.models.indicator import Direction, Indicator
from apps.vision.models.priority import PriorityProject
from apps.vision.models.ranking import SurveyRanking
from apps.vision.models.statement import VisionText
from apps.vision.models.value import VALUE_COLUMNS, IndicatorValue
from apps.vision.models.value_import import ValueImport
from apps.vision.models.words import Field, SlugManager, Viewpoint

__all__ = [
    "VALUE_COLUMNS",
    "DigitalCase",
    "Direction",
    "Field",
    "Indicator",
    "IndicatorValue",
    "PriorityProject",
    "SlugManager",
    "SourceDocument",
    "SurveyRanking",
    "ValueImport",
    "Viewpoint",
    "VisionText",
]
