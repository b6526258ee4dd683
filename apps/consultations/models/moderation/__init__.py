"""Looking after what people write: reports and the cases they open."""

from apps.consultations.models.moderation.case import AbuseReport, ModerationCase

__all__ = ["AbuseReport", "ModerationCase"]
