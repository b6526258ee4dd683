"""The yearly report: gathered once, then drawn as PDF, XLSX and CSV from the same data."""

from apps.plans.report.build import make_report
from apps.plans.report.tables import COLUMNS

__all__ = ["COLUMNS", "make_report"]
