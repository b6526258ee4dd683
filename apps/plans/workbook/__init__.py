"""A sheet as a workbook (XLSX) in the form of the paper: write, read back, compare."""

from apps.plans.workbook.compare import Change, Comparison, compare
from apps.plans.workbook.read import SheetFile, read_workbook
from apps.plans.workbook.write import write_workbook

__all__ = ["Change", "Comparison", "SheetFile", "compare", "read_workbook", "write_workbook"]
