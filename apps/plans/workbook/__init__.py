"""One sheet as a workbook in the form of the paper: taken along, written on elsewhere, and read back."""

from apps.plans.workbook.compare import Change, Comparison, compare
from apps.plans.workbook.read import Brought, read_workbook
from apps.plans.workbook.write import write_workbook

__all__ = ["Brought", "Change", "Comparison", "compare", "read_workbook", "write_workbook"]
