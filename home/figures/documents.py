"""The figures of a year as a spreadsheet and as a tagged PDF."""

import json
from collections.abc import Iterator
from typing import Any

from home import spreadsheets
from home.figures.statement import Statement
from home.pdf.leaflets import Letterhead, readable, typeset

HEADINGS = ("Partie", "Chiffre", "Détail", "Nombre", "Comment c’est compté")


def spreadsheet_of(statement: Statement) -> bytes:
    """Return one sheet of figures, and one about their state. Numbers are numbers; what is hidden is said in words."""
    about = [
        ["État", statement.state],
        *([["Thème", statement.theme_name]] if statement.scope.theme else []),
    ]
    return spreadsheets.workbook(
        [
            spreadsheets.Sheet(
                f"Bilan {statement.scope.year}", HEADINGS, list(lines_of(statement))
            ),
            spreadsheets.Sheet("À savoir", ("Sujet", "Dit"), about),
        ]
    )


def lines_of(statement: Statement) -> Iterator[list[Any]]:
    for group, figures in statement.groups():
        for one in figures:
            number = one.text if one.number is None else one.number
            yield [group, one.figure.title, "", number, one.figure.definition]
            for row in one.rows:
                value = row.text if row.number is None else row.number
                yield [group, one.figure.title, row.label, value, ""]


def pdf_of(statement: Statement, letterhead: Letterhead) -> bytes:
    """Return the statement as PDF/UA-1, with a table for each group. Raise PressFailed if typst fails."""
    words = {
        "title": statement.title,
        "state": statement.state,
        "name": letterhead.name,
        "contacts": list(letterhead.contacts),
        "groups": [
            {
                "title": group,
                "figures": [
                    {
                        "title": one.figure.title,
                        "text": one.text,
                        "definition": one.figure.definition,
                        "note": one.note,
                        "rows": [[row.label, row.text] for row in one.rows],
                    }
                    for one in figures
                ],
            }
            for group, figures in statement.groups()
        ],
    }
    signs = {"logo": letterhead.logo, "links": letterhead.links}
    return typeset("year_figures", json.dumps(readable(words) | signs))
