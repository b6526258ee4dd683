"""Verbs of meetings: announce, change, call off; publish and correct minutes."""

from apps.meetings.actions.minutes import begin_correction, publish_minutes
from apps.meetings.actions.notices import announce_meeting, call_off_meeting, record_changes

__all__ = ["announce_meeting", "begin_correction", "call_off_meeting", "publish_minutes", "record_changes"]
