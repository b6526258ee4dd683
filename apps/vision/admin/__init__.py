"""Admin pages of the vision's texts and indicators: written by the secretariat, read by all staff."""

from apps.vision.admin.content import DigitalCaseAdmin, PriorityProjectAdmin, SurveyRankingAdmin
from apps.vision.admin.indicator import IndicatorAdmin
from apps.vision.admin.taxonomy import FieldAdmin, SourceDocumentAdmin, ViewpointAdmin, VisionTextAdmin

__all__ = [
    "DigitalCaseAdmin",
    "FieldAdmin",
    "IndicatorAdmin",
    "PriorityProjectAdmin",
    "SourceDocumentAdmin",
    "SurveyRankingAdmin",
    "ViewpointAdmin",
    "VisionTextAdmin",
]
