"""パブリック・コメント: cases, opinions with their senders, points with the city's views, results."""

from apps.core.exceptions import ActionRefused
from apps.public_comments.models.answer import CityView, OpinionPoint
from apps.public_comments.models.assignment import ViewAssignment
from apps.public_comments.models.case import Case, CasePaper
from apps.public_comments.models.move import DayChange, PeriodMove
from apps.public_comments.models.opinion import Channel, Opinion, OpinionPart, Sender, State
from apps.public_comments.models.result import ResultEdition
from apps.public_comments.models.result_row import ResultRow
from apps.public_comments.models.scan import OpinionScan
from apps.public_comments.models.vocabulary import Eligibility, ViewKind

__all__ = [
    "ActionRefused",
    "Case",
    "CasePaper",
    "Channel",
    "CityView",
    "DayChange",
    "Eligibility",
    "Opinion",
    "OpinionPart",
    "OpinionPoint",
    "OpinionScan",
    "PeriodMove",
    "ResultEdition",
    "ResultRow",
    "Sender",
    "State",
    "ViewAssignment",
    "ViewKind",
]
