"""XLSX and CSV writers, protected against formula injection. Pure functions: values in, bytes out."""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from itertools import zip_longest
from typing import Any

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles.numbers import FORMAT_TEXT
from openpyxl.utils import get_column_letter

Rows = Iterable[Sequence[Any]]

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"

#: First characters that a spreadsheet program reads as a formula, full-width forms included.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
LONGEST_CELL = 32_767
#: Limits of a column's width, in characters.
NARROWEST, WIDEST = 8, 50
ILLEGAL_SHEET = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True)
class Sheet:
    title: str
    headings: Sequence[str]
    rows: Rows


def xlsx(
    title: str, headings: Sequence[str], rows: Rows, *, is_filled_in_later: bool = False
) -> bytes:
    """Return a workbook of one sheet. Text stays text (`=1+1`, `0612345678`); datetimes are in local time.

    With `is_filled_in_later`, what people type stays text too: a spreadsheet program keeps the zero of 02.
    """
    return workbook([Sheet(title, headings, rows)], is_filled_in_later=is_filled_in_later)


def workbook(sheets: Iterable[Sheet], *, is_filled_in_later: bool = False) -> bytes:
    """Return a workbook of these sheets, each with its heading in view and columns as wide as what they hold."""
    book = Workbook(write_only=True)
    for one in sheets:
        write_sheet(book, one, is_filled_in_later=is_filled_in_later)
    output = BytesIO()
    book.save(output)
    return output.getvalue()


def write_sheet(book: Workbook, content: Sheet, *, is_filled_in_later: bool) -> None:
    sheet = book.create_sheet(title=ILLEGAL_SHEET.sub(" ", content.title)[:31])
    lines = [content.headings, *content.rows]
    for number, width in enumerate(widths_of(lines), 1):
        column = sheet.column_dimensions[get_column_letter(number)]
        column.width = width
        if is_filled_in_later:
            column.number_format = FORMAT_TEXT
    sheet.freeze_panes = "A2"
    for line in lines:
        sheet.append([xlsx_cell(sheet, value) for value in line])


def widths_of(lines: Sequence[Sequence[Any]]) -> list[int]:
    """Return the width of each column, in characters: that of its longest cell, within limits."""
    columns = zip_longest(*lines, fillvalue="")
    longest = (max(len(csv_cell(value)) for value in column) for column in columns)
    return [min(max(width + 2, NARROWEST), WIDEST) for width in longest]


def xlsx_cell(sheet: Any, value: Any) -> Any:
    plain = readable(value)
    if not isinstance(plain, str):
        cell = WriteOnlyCell(sheet, plain)
        if isinstance(plain, datetime):
            cell.number_format = "dd/mm/yyyy hh:mm"
        elif isinstance(plain, date):
            cell.number_format = "dd/mm/yyyy"
        return cell
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", plain)[:LONGEST_CELL])
    cell.data_type = "s"
    return cell


def csv_text(headings: Sequence[str], rows: Rows) -> bytes:
    """Return CSV in UTF-8 with BOM and `;`, as French spreadsheet programs expect. An apostrophe disables formulas."""
    output = StringIO()
    writer = csv.writer(output, delimiter=";", lineterminator="\r\n")
    writer.writerow([csv_cell(heading) for heading in headings])
    writer.writerows([csv_cell(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + output.getvalue().encode()


def csv_cell(value: Any) -> str:
    plain = readable(value)
    if isinstance(plain, datetime):
        return f"{plain:%d/%m/%Y %H:%M}"
    if isinstance(plain, date):
        return f"{plain:%d/%m/%Y}"
    if not isinstance(plain, str):
        return str(plain)
    return f"'{plain}" if plain.lstrip(" ").startswith(FORMULA_STARTS) else plain


def readable(value: Any) -> Any:
    """Convert a value for a cell: oui/non, naive local datetimes, lists joined by commas, None as empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return local.replace(tzinfo=None, microsecond=0)
    if isinstance(value, int | float | date):
        return value
    if isinstance(value, list | tuple | set):
        return ", ".join(str(readable(item)) for item in value)
    return str(value)
