"""Verbs of the yearly survey: ask, fill in, hand in, send back, confirm, publish."""

from apps.participation.actions.editions import publish_edition
from apps.participation.actions.returns import (
    confirm_report,
    fill_in_report,
    require_open,
    send_back_report,
    submit_report,
)
from apps.participation.actions.years import remind_reports, request_reports

__all__ = [
    "confirm_report",
    "fill_in_report",
    "publish_edition",
    "remind_reports",
    "request_reports",
    "require_open",
    "send_back_report",
    "submit_report",
]
