"""Moderation: reports, requests and rules that open a case, decisions under articles of the policy, erasure and redaction."""

from apps.consultations.models.moderation.case import ModerationCase
from apps.consultations.models.moderation.decision import Decision
from apps.consultations.models.moderation.erasure import ErasureRequest
from apps.consultations.models.moderation.note import InternalNote
from apps.consultations.models.moderation.redacted import RedactedWords
from apps.consultations.models.moderation.report import AbuseReport
from apps.consultations.models.moderation.rule import ModerationRule
from apps.consultations.models.moderation.takedown import TakedownRequest

__all__ = [
    "AbuseReport",
    "Decision",
    "ErasureRequest",
    "InternalNote",
    "ModerationCase",
    "ModerationRule",
    "RedactedWords",
    "TakedownRequest",
]
