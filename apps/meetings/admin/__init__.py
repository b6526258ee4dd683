"""Admin of meetings: departments run their own bodies, the secretariat all."""

from apps.meetings.admin import meeting, minutes, organ

__all__ = ["meeting", "minutes", "organ"]
