"""行革プラン: the tree of plans, a sheet for each plan and year, and what ties its lines together."""

from apps.plans.models.answers import LineAnswer
from apps.plans.models.constants import EDITABLE, MARKS, ActionRefused, Block, Conflict, State
from apps.plans.models.evidence import Evidence
from apps.plans.models.history import Reopening, StageRecord
from apps.plans.models.line import BlockState, BlockWording, SheetLine
from apps.plans.models.links import SheetLink
from apps.plans.models.metrics import Metric, MetricValue
from apps.plans.models.report import Report, ReportFile
from apps.plans.models.scale import Grade, ProgressMark
from apps.plans.models.sheet import PlanSheet
from apps.plans.models.submission import SheetSubmission
from apps.plans.models.tree import Measure, Plan, PlanDepartment, Policy
from apps.plans.models.year import HandoverMemo, StageDeadline

__all__ = [
    "EDITABLE",
    "MARKS",
    "ActionRefused",
    "Block",
    "BlockState",
    "BlockWording",
    "Conflict",
    "Evidence",
    "Grade",
    "HandoverMemo",
    "LineAnswer",
    "Measure",
    "Metric",
    "MetricValue",
    "Plan",
    "PlanDepartment",
    "PlanSheet",
    "Policy",
    "ProgressMark",
    "Reopening",
    "Report",
    "ReportFile",
    "SheetLine",
    "SheetLink",
    "SheetSubmission",
    "StageDeadline",
    "StageRecord",
    "State",
]
