"""Reading of untrusted XLSX and CSV files of members."""

import csv
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Any

from openpyxl import load_workbook

from home.french import fold

MAX_BYTES = 5 * 1024 * 1024
#: Maximum unpacked size of an XLSX, read from the archive's directory so that a decompression bomb is never opened.
MAX_UNPACKED = 60 * 1024 * 1024
MAX_LINES = 5_000
MAX_COLUMNS = 60
FORMULA_STARTS = ("=", "@", "\t", "\r")

#: Known headings, folded, and their fields.
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
    """The whole file is refused. The message is shown to staff."""


@dataclass(frozen=True)
class Line:
    """A line of the file. `number` is the one that spreadsheet programs show."""

    number: int
    cells: dict[str, str]
    formula: bool = False


def read_lines(name: str, content: bytes) -> list[Line]:
    """Return the non-empty lines below the headings. Raise UnreadableFile."""
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
    """Return the field of each column, empty for unknown headings. Raise UnreadableFile if a required one is missing."""
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
        sheet.reset_dimensions()  # the size declared in the file is not trusted
        for row in sheet.iter_rows(max_col=MAX_COLUMNS):
            yield [text_of(cell.value) for cell in row], any(c.data_type == "f" for c in row)
    except UnreadableFile:
        raise
    except Exception as error:  # ZIP, compression and XML each raise their own errors
        raise UnreadableFile("Ce fichier n’est pas un classeur XLSX lisible.") from error


def csv_rows(content: bytes) -> Iterator[tuple[list[str], bool]]:
    """Read a CSV in UTF-8 or Windows-1252. The delimiter is the most frequent of `;`, tab and comma in the first line."""
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
    """Return a cell as text. Whole numbers, such as postcodes, have no decimal point."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()
