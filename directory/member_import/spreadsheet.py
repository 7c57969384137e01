"""Members that a network has already, from a spreadsheet: read with care, told line by line, enrolled one by one.

A line is enrolled whole, in a transaction of its own, or refused with its number and a French sentence. Reading the
same file twice enrols nobody twice.
"""

import csv
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Any

from openpyxl import load_workbook

from home.french import fold

MAX_BYTES = 5 * 1024 * 1024
#: What an XLSX may weigh once unpacked, told by its own table of contents: a bomb is not even opened.
MAX_UNPACKED = 60 * 1024 * 1024
MAX_LINES = 5_000
MAX_COLUMNS = 60
FORMULA_STARTS = ("=", "@", "\t", "\r")

#: The headings that are understood, folded, and the field that each one fills.
COLUMNS = {
    "prenom": "first_name",
    "nom": "last_name",
    "nom de famille": "last_name",
    "adresse e mail": "email",
    "e mail": "email",
    "email": "email",
    "mail": "email",
    "courriel": "email",
    "organisation": "organisation",
    "structure": "organisation",
    "fonction": "role",
    "commune": "city",
    "territoire": "territory",
    "departement": "territory",
    "telephone": "phone",
}
NEEDED = {"first_name": "Prénom", "last_name": "Nom", "email": "Adresse e-mail"}


class UnreadableFile(Exception):
    """The file as a whole is refused; the sentence is shown to staff."""


@dataclass(frozen=True)
class Line:
    """A line of the file, by its number in the spreadsheet program."""

    number: int
    cells: dict[str, str]
    formula: bool = False


# Reading


def read_lines(name: str, content: bytes) -> list[Line]:
    """The lines under the headings, empty ones apart. Raises UnreadableFile."""
    if len(content) > MAX_BYTES:
        raise UnreadableFile("Ce fichier est trop lourd\u00a0: 5\u00a0Mo au plus.")
    rows = xlsx_rows(content) if name.lower().endswith(".xlsx") else csv_rows(content)
    numbered = enumerate(limited(rows), start=1)
    columns: list[str] = []
    lines = []
    for number, (cells, formula) in numbered:
        if not any(cells):
            continue
        if not columns:
            columns = columns_of(cells)
        else:
            named = zip(columns, cells, strict=False)
            lines.append(Line(number, {c: text for c, text in named if c}, formula))
    if not columns:
        raise UnreadableFile("Ce fichier est vide.")
    return lines


def limited(rows: Iterable[Any]) -> Iterator[Any]:
    for number, row in enumerate(rows):
        if number > MAX_LINES:
            raise UnreadableFile(f"Ce fichier a plus de {MAX_LINES} lignes\u00a0: coupez-le.")
        yield row


def columns_of(headings: list[str]) -> list[str]:
    """The field of each column, empty for one that is not understood. Raises UnreadableFile when one is missing."""
    columns = [COLUMNS.get(fold(heading), "") for heading in headings]
    missing = [label for name, label in NEEDED.items() if name not in columns]
    if missing:
        raise UnreadableFile(
            f"Il manque une colonne\u00a0: {', '.join(missing)}. La première ligne porte les noms des colonnes."
        )
    return columns


def xlsx_rows(content: bytes) -> Iterator[tuple[list[str], bool]]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
                raise UnreadableFile("Ce fichier est trop lourd une fois ouvert.")
        book = load_workbook(BytesIO(content), read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size is not believed
        for row in sheet.iter_rows(max_col=MAX_COLUMNS):
            yield [text_of(cell.value) for cell in row], any(c.data_type == "f" for c in row)
    except UnreadableFile:
        raise
    except Exception as error:  # archive, compression and XML each have errors of their own
        raise UnreadableFile("Ce fichier n’est pas un classeur XLSX lisible.") from error


def csv_rows(content: bytes) -> Iterator[tuple[list[str], bool]]:
    """UTF-8, or what French spreadsheet programs wrote for long; `;`, tabulation or comma, whichever heads the file."""
    if b"\0" in content:
        raise UnreadableFile("Ce fichier n’est ni un CSV ni un XLSX.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    headings = text.partition("\n")[0]
    delimiter = max(";\t,", key=headings.count)
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter):
            cells = [cell.strip() for cell in row[:MAX_COLUMNS]]
            yield cells, any(cell.startswith(FORMULA_STARTS) for cell in row)
    except csv.Error as error:
        raise UnreadableFile("Ce fichier n’est pas un CSV lisible.") from error


def text_of(value: Any) -> str:
    """A number that stands for a code keeps no decimal point."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


# Judging


# Writing
