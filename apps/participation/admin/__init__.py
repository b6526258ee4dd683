"""Admin of the yearly survey: departments fill in their returns, the secretariat asks, checks and publishes."""

from apps.participation.admin import program, report, year

__all__ = ["program", "report", "year"]
