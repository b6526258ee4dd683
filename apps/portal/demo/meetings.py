"""Make bodies with meetings (見本), one of which talked about a document of the demonstration."""

from apps.accounts.models import Department
from apps.meetings.generate import hold_samples, keep_ahead
from apps.portal.demo.documents import SLUG


def hold_meetings() -> None:
    """Make the samples."""
    hold_samples(Department.objects.get_by_natural_key("kikaku-keiei"), document_slug=SLUG)


def keep_meeting_ahead() -> None:
    """Move the coming meeting along with the calendar."""
    keep_ahead()
