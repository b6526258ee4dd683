"""Publish the yearly report of two finished years (見本)."""

from apps.accounts.models import Department
from apps.participation.generate import publish_samples


def report_participation() -> None:
    """Publish the samples; the planning department has lines of its own."""
    publish_samples([Department.objects.get_by_natural_key("kikaku-keiei")])
