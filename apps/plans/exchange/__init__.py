"""One sheet as a workbook in the form of the paper: taken along, written on elsewhere, and read back."""

from apps.plans.exchange.compare import Change, Comparison, compare
from apps.plans.exchange.read import Brought, read_workbook
from apps.plans.exchange.write import write_workbook

__all__ = ["Brought", "Change", "Comparison", "compare", "read_workbook", "write_workbook"]
