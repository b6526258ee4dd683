"""Views of programs, and of the yearly report: the years, one edition as page, CSV, XLSX and PDF."""

from apps.participation.views.programs import program, programs
from apps.participation.views.reports import report_csv, report_pdf, report_xlsx, year, years

__all__ = ["program", "programs", "report_csv", "report_pdf", "report_xlsx", "year", "years"]
