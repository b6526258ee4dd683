"""Admin pages of plan sheets: the list, the editor, trees and scales, the year's overview, reports."""

from apps.plans.admin.report import ReportAdmin
from apps.plans.admin.sheet import PlanSheetAdmin
from apps.plans.admin.tree import GradeAdmin, MeasureAdmin, MetricAdmin, PlanAdmin, PolicyAdmin, ProgressMarkAdmin
from apps.plans.admin.year_overview import StageDeadlineAdmin

__all__ = [
    "GradeAdmin",
    "MeasureAdmin",
    "MetricAdmin",
    "PlanAdmin",
    "PlanSheetAdmin",
    "PolicyAdmin",
    "ProgressMarkAdmin",
    "ReportAdmin",
    "StageDeadlineAdmin",
]
