"""Tables of an untrusted XLSX or CSV file: rows of raw cells, in the encoding and the sheet that they are in."""

import csv
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from itertools import islice
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from directory.member_import.encodings import UnreadableFile, decoded

#: Maximum unpacked size of an XLSX, read from the archive's directory so that a decompression bomb is never opened.
MAX_UNPACKED = 60 * 1024 * 1024
MAX_COLUMNS = 60
MAX_LINES = 5_000
#: Rows among which the headings are looked for: a title or a logo may come first.
MAX_TITLES = 20
TOO_MANY = f"Ce fichier a plus de {MAX_LINES} lignes\u00a0: coupez-le."

NOT_XLSX = "Ce fichier n’est pas un classeur XLSX lisible."
NOT_CSV = (
    "Ce fichier n’est pas un CSV lisible à partir de la ligne {number}\u00a0: un guillemet y est sans doute ouvert et jamais "
    "refermé. Retirez-le, ou enregistrez le fichier au format XLSX."
)
SAVE_AS = "{what}\u00a0: dans le tableur, enregistrez-le au format XLSX."
#: First bytes of other formats, and parts of other archives.
MAGIC = {
    b"\xd0\xcf\x11\xe0": "Ce fichier est un ancien classeur Excel (.xls) ou protégé par un mot de passe",
    b"%PDF": "Ce fichier est un PDF",
    b"{\\rtf": "Ce fichier est un texte, pas un tableau",
    b"<": "Ce fichier est une page web ou du XML",
}
PARTS = {
    "content.xml": "Ce fichier est un classeur LibreOffice (.ods)",
    "Index/Document.iwa": "Ce fichier est un classeur Numbers",
    "word/document.xml": "Ce fichier est un document Word",
    "xl/workbook.bin": "Ce fichier est un classeur Excel binaire (.xlsb)",
}


@dataclass(frozen=True)
class Row:
    """A row of raw cells. `number` is the one that spreadsheet programs show."""

    number: int
    cells: list[Any]
    #: Indexes of cells with a formula whose value was not stored.
    formulas: frozenset[int] = frozenset()
    is_hidden: bool = False


@dataclass(frozen=True)
class Table:
    name: str
    rows: list[Row] = field(default_factory=list)
    is_csv: bool = False
    #: Why it could not be read, instead of rows.
    damage: str = ""


def tables_of(content: bytes, *, is_workbook: bool) -> Iterator[Table]:
    """Yield the visible sheets of a workbook, or a CSV read with each delimiter. Raise UnreadableFile."""
    refuse_other_formats(content)
    if is_workbook or content.startswith(b"PK\x03\x04"):
        yield from sheets_of(content)
    else:
        yield from readings_of(decoded(content))


def limited(rows: Iterator[Row]) -> list[Row]:
    held = list(islice(rows, MAX_LINES + MAX_TITLES + 1))
    if len(held) > MAX_LINES + MAX_TITLES:
        raise UnreadableFile(TOO_MANY)
    return held


def refuse_other_formats(content: bytes) -> None:
    head = content[:1000].removeprefix(b"\xef\xbb\xbf").lstrip()
    for magic, what in MAGIC.items():
        if head.startswith(magic):
            raise UnreadableFile(SAVE_AS.format(what=what))
    if not content.startswith(b"PK\x03\x04"):
        return
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
            size = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise UnreadableFile(NOT_XLSX) from error
    if size > MAX_UNPACKED:
        raise UnreadableFile("Ce fichier est trop lourd une fois ouvert.")
    for part, what in PARTS.items():
        if part in names:
            raise UnreadableFile(SAVE_AS.format(what=what))


# Workbooks


def sheets_of(content: bytes) -> Iterator[Table]:
    try:
        values = load_workbook(BytesIO(content), read_only=True, keep_links=False, data_only=True)
        formulas = load_workbook(BytesIO(content), read_only=True, keep_links=False)
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for shown, written in zip(values.worksheets, formulas.worksheets, strict=True):
                if shown.sheet_state == "visible":
                    yield Table(shown.title, limited(sheet_rows(shown, written, archive)))
    except UnreadableFile:
        raise
    except Exception as error:  # ZIP, compression and XML each raise their own errors
        raise UnreadableFile(NOT_XLSX) from error


def sheet_rows(shown: Any, written: Any, archive: zipfile.ZipFile) -> Iterator[Row]:
    """Yield the rows that are not empty. A merged cell counts for each row that it covers."""
    layout = archive.read(shown._worksheet_path.removeprefix("/")).decode("utf-8", "replace")
    hidden, merged = hidden_rows(layout), merged_cells(layout)
    above: dict[tuple[int, int], Any] = {}
    for sheet in (shown, written):
        sheet.reset_dimensions()  # the size declared in the file is not trusted
    both = zip(
        shown.iter_rows(max_col=MAX_COLUMNS), written.iter_rows(max_col=MAX_COLUMNS), strict=True
    )
    for number, (row, formula_row) in enumerate(both, start=1):
        cells = [cell.value for cell in row]
        for at, value in enumerate(cells):
            corner = merged.get((number, at))
            if corner == (number, at):
                above[corner] = value
            elif corner in above:
                cells[at] = above[corner]
        formulas = frozenset(
            at for at, cell in enumerate(formula_row) if cell.data_type == "f" and cells[at] is None
        )
        if formulas or any(str(value).strip() for value in cells if value is not None):
            yield Row(number, cells, formulas, number in hidden)


def hidden_rows(layout: str) -> set[int]:
    rows = re.findall(r"<(?:\w+:)?row\b[^>]*>", layout)
    hidden = (
        re.search(r'\br="(\d+)"', row) for row in rows if re.search(r'\bhidden="(1|true)"', row)
    )
    return {int(found[1]) for found in hidden if found}


def merged_cells(layout: str) -> dict[tuple[int, int], tuple[int, int]]:
    """Return the top left corner of each cell that is merged with cells above it: (row, index of the column)."""
    corners: dict[tuple[int, int], tuple[int, int]] = {}
    for ref in re.findall(r'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]+\d+:[A-Z]+\d+)"', layout)[
        :5_000
    ]:
        left, top, _right, bottom = (int(bound or 0) for bound in range_boundaries(ref))
        if left <= MAX_COLUMNS and top < bottom <= top + 5_000:
            corners |= {(row, left - 1): (top, left - 1) for row in range(top, bottom + 1)}
    return corners


# Text files


def readings_of(text: str) -> Iterator[Table]:
    """Yield the table read with each delimiter. A wrong one may fall upon a quotation mark: another reading is good."""
    for delimiter in delimiters_of(text):
        try:
            yield Table("", limited(csv_rows(text, delimiter)), is_csv=True)
        except UnreadableFile as error:
            yield Table("", is_csv=True, damage=str(error))


def delimiters_of(text: str) -> list[str]:
    """Return the delimiters to try: the declared one, else each one that the text holds, the most frequent first."""
    declared = re.match(r"\s*sep=(.)", text)
    if declared:
        return [declared[1]]
    start = text[:20_000]
    return sorted((one for one in ";\t,|" if one in start), key=start.count, reverse=True) or [";"]


def csv_rows(text: str, delimiter: str) -> Iterator[Row]:
    # Strict: a quotation mark that nothing closes would take all the lines below it into its cell.
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Row(number, cells[:MAX_COLUMNS])
            number += 1
    except csv.Error as error:
        raise UnreadableFile(NOT_CSV.format(number=number)) from error
