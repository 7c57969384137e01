"""Reading of untrusted XLSX and CSV files of members, as people have them: their lines, with plain cells."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from directory.member_import.cells import FORMULA, READERS, Lost, plain, text_of, text_of_csv
from directory.member_import.encodings import UnreadableFile
from directory.member_import.headings import columns_of, missing_from, sentence_of
from directory.member_import.tables import (
    MAX_LINES,
    MAX_TITLES,
    TOO_MANY,
    Row,
    Table,
    tables_of,
)

__all__ = ["MAX_BYTES", "MAX_LINES", "Line", "UnreadableFile", "read_lines"]

MAX_BYTES = 5 * 1024 * 1024
HIDDEN = "Cette ligne est masquée dans le tableur\u00a0: affichez-la, ou supprimez-la."

SHIFTED = (
    "Cette ligne a plus de cellules que la liste n’a de colonnes\u00a0: mettez entre guillemets les textes qui contiennent "
    "le signe qui sépare les cellules, ou enregistrez le fichier au format XLSX."
)


@dataclass(frozen=True)
class Line:
    """A line of the file. `number` is the one that spreadsheet programs show."""

    number: int
    cells: dict[str, str]
    #: Headings of the columns, as the file writes them.
    headings: dict[str, str] = field(default_factory=dict)
    #: Why cells that are read have no value, by field.
    lost: dict[str, str] = field(default_factory=dict)
    is_hidden: bool = False
    #: A CSV separates cells by a sign that one of its texts holds: nobody knows which cell is which.
    is_shifted: bool = False

    def place_of(self, name: str) -> str:
        """Return « Ligne 4, colonne E-mail » for a field."""
        return f"Ligne {self.number}, colonne {self.headings.get(name, name)}"

    @property
    def refusal(self) -> str:
        """Return why the line cannot be read, or an empty text."""
        if self.is_hidden:
            return HIDDEN
        if self.is_shifted:
            return SHIFTED
        return " ".join(f"{self.place_of(name)}\u00a0: {why}." for name, why in self.lost.items())


def read_lines(name: str, content: bytes) -> list[Line]:
    """Return the non-empty lines below the headings. Raise UnreadableFile."""
    if len(content) > MAX_BYTES:
        raise UnreadableFile("Ce fichier est trop lourd\u00a0: 5\u00a0Mo au plus.")
    tables = list(tables_of(content, is_workbook=name.lower().endswith(".xlsx")))
    table, at = the_list(tables)
    columns = columns_of(texts_of(table.rows[at]))
    if len(table.rows) - at - 1 > MAX_LINES:
        raise UnreadableFile(TOO_MANY)
    lines = [line_of(row, columns, table, at) for row in table.rows[at + 1 :]]
    return [line for line in lines if any(line.cells.values()) or line.lost]


def the_list(tables: Iterable[Table]) -> tuple[Table, int]:
    """Return the table with a list of members, and the index of its row of headings. Raise UnreadableFile."""
    tables = list(tables)
    found = [(table, at) for table in tables if (at := headings_of(table)) is not None]
    if not found:
        raise UnreadableFile(why_there_is_none(tables))
    if len(found) > 1 and not found[0][0].is_csv:
        names = ", ".join(f"«\u00a0{table.name}\u00a0»" for table, _at in found)
        raise UnreadableFile(
            f"Plusieurs feuilles portent une liste\u00a0: {names}. Faites un fichier par feuille."
        )
    return found[0]


def headings_of(table: Table) -> int | None:
    """Return the index of the first row that names all the needed columns."""
    for at, row in enumerate(table.rows[:MAX_TITLES]):
        if not missing_from(columns_of(texts_of(row))):
            return at
    return None


def why_there_is_none(tables: list[Table]) -> str:
    """Return why a table could not be read, else what is wrong with the row that looks most like headings."""
    damage = next((table.damage for table in tables if table.damage), "")
    if damage:
        return damage
    rows = [texts_of(row) for table in tables for row in table.rows[:MAX_TITLES]]
    if not rows:
        return "Ce fichier est vide."
    return sentence_of(max(rows, key=lambda row: len(set(columns_of(row)))))


def texts_of(row: Row) -> list[str]:
    return [plain(str(value)) if value is not None else "" for value in row.cells]


def line_of(row: Row, columns: list[str], table: Table, at: int) -> Line:
    """Return the line of a row: only columns that are read are judged."""
    named = {name: index for index, name in enumerate(columns) if name and index < len(row.cells)}
    headings = texts_of(table.rows[at])
    cells, lost = {}, {}
    for name, index in named.items():
        try:
            if index in row.formulas:
                raise Lost(FORMULA)
            value = row.cells[index]
            text = text_of_csv(value) if table.is_csv else text_of(value)
            cells[name] = READERS[name](text) if name in READERS and text else text
        except Lost as reason:
            cells[name], lost[name] = "", str(reason)
    # Also of the columns that a short row does not reach.
    titles = {name: headings[index] for index, name in enumerate(columns) if name}
    is_hidden = row.is_hidden and any(cells.values())
    is_shifted = table.is_csv and any(cell.strip() for cell in row.cells[len(headings) :])
    return Line(row.number, cells, titles, lost, is_hidden, is_shifted)
