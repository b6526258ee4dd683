"""What the city aims at: viewpoints and fields, and what is known about them (indicators, surveys, digital cases)."""

from apps.vision.models.digital_case import DigitalCase
from apps.vision.models.document import SourceDocument
from apps.vision.models.indicator import Direction, Indicator
from apps.vision.models.indicator_value import VALUE_COLUMNS, IndicatorValue
from apps.vision.models.priority import PriorityProject
from apps.vision.models.ranking import SurveyRanking
from apps.vision.models.taxonomy import Field, SlugManager, Viewpoint
from apps.vision.models.value_import import ValueImport
from apps.vision.models.vision_text import VisionText

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
