"""Views of the yearly report: the years, one edition as page, CSV, XLSX and PDF."""

from apps.participation.views.reports import report_csv, report_pdf, report_xlsx, year, years

__all__ = ["report_csv", "report_pdf", "report_xlsx", "year", "years"]
