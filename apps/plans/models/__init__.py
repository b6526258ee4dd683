"""行革プラン: the tree of plans, a sheet for each plan and year, and what ties its lines together."""

from apps.plans.models.line import BlockState, SheetLine
from apps.plans.models.report import Report, ReportFile
from apps.plans.models.scale import Grade, ProgressMark
from apps.plans.models.shared import EDITABLE, MARKS, Block, Conflict, Refused, State
from apps.plans.models.sheet import PlanSheet
from apps.plans.models.stages import Reopening, StageRecord
from apps.plans.models.ties import Evidence, LineAnswer, Metric, MetricValue
from apps.plans.models.tree import Measure, Plan, PlanDepartment, Policy

__all__ = [
    "EDITABLE",
    "MARKS",
    "Block",
    "BlockState",
    "Conflict",
    "Evidence",
    "Grade",
    "LineAnswer",
    "Measure",
    "Metric",
    "MetricValue",
    "Plan",
    "PlanDepartment",
    "PlanSheet",
    "Policy",
    "ProgressMark",
    "Refused",
    "Reopening",
    "Report",
    "ReportFile",
    "SheetLine",
    "StageRecord",
    "State",
]
