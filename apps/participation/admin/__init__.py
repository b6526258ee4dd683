"""Admin of the yearly survey: departments fill in their returns, the secretariat asks, checks and publishes."""

from apps.participation.admin import report, year

__all__ = ["report", "year"]
