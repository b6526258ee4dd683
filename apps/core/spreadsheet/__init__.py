"""Read and write tables as CSV and XLSX, row by row (streaming), with guards against formula injection.

Writing accepts any text and reports what it had to change; reading reports errors by row and column.
"""

from apps.core.spreadsheet.cells import Breaks, Changes, Column
from apps.core.spreadsheet.csv_writer import csv_chunks, csv_file
from apps.core.spreadsheet.days import day, is_month_first, moment
from apps.core.spreadsheet.parse import CellError, choice, whole_number
from apps.core.spreadsheet.reader import Row, TableReader
from apps.core.spreadsheet.record import Odd, Unreadable
from apps.core.spreadsheet.response import CSV, csv_response, sent_file, write_csv
from apps.core.spreadsheet.xlsx_writer import TooLarge, write_xlsx

__all__ = [
    "CSV",
    "Breaks",
    "CellError",
    "Changes",
    "Column",
    "Odd",
    "Row",
    "TableReader",
    "TooLarge",
    "Unreadable",
    "choice",
    "csv_chunks",
    "csv_file",
    "csv_response",
    "day",
    "is_month_first",
    "moment",
    "sent_file",
    "whole_number",
    "write_csv",
    "write_xlsx",
]
