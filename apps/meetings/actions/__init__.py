"""Verbs of meetings: announce, change, call off; publish and correct minutes."""

from apps.meetings.actions.confirmations import answer_minutes, ask_members, open_confirmation
from apps.meetings.actions.minutes import begin_correction, publish_minutes
from apps.meetings.actions.notices import announce_meeting, call_off_meeting, record_changes

__all__ = [
    "announce_meeting",
    "answer_minutes",
    "ask_members",
    "begin_correction",
    "call_off_meeting",
    "open_confirmation",
    "publish_minutes",
    "record_changes",
]
