"""Views of meetings: lists and calendar, bodies, meetings with their minutes."""

from apps.meetings.views.confirmations import confirm, confirm_draft
from apps.meetings.views.lists import about, calendar, feed, meetings
from apps.meetings.views.pages import meeting, meeting_ics, minutes, organ, organ_ics, organs, paper

__all__ = [
    "about",
    "calendar",
    "confirm",
    "confirm_draft",
    "feed",
    "meeting",
    "meeting_ics",
    "meetings",
    "minutes",
    "organ",
    "organ_ics",
    "organs",
    "paper",
]
