"""審議会等の会議: bodies with their members, meetings with agenda and papers, minutes."""

from apps.core.exceptions import ActionRefused
from apps.meetings.models.agenda import AgendaItem, MeetingPaper, Subject, SubjectKind
from apps.meetings.models.composition import Composition
from apps.meetings.models.confirmation import Confirmation
from apps.meetings.models.meeting import Meeting, NoticeChange
from apps.meetings.models.minutes import Minutes
from apps.meetings.models.organ import DayRule, Organ, Seat

__all__ = [
    "ActionRefused",
    "AgendaItem",
    "Composition",
    "Confirmation",
    "DayRule",
    "Meeting",
    "MeetingPaper",
    "Minutes",
    "NoticeChange",
    "Organ",
    "Seat",
    "Subject",
    "SubjectKind",
]
