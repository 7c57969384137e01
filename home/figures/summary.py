"""A text about the year, to paste into a report: the shown figures in sentences."""

from collections.abc import Iterable, Iterator

from home.figures.small_numbers import ShownFigure
from home.figures.statement import Statement


def text_of(statement: Statement, name: str) -> str:
    """Return one paragraph for each group of figures, below a title with the name of the network."""
    lines = [f"{name}\u00a0: {statement.title[0].lower()}{statement.title[1:]}", statement.state]
    for group, figures in statement.groups():
        lines += ["", group, *sentences(figures)]
    if any(one.has_hidden for _group, figures in statement.groups() for one in figures):
        lines += ["", "Les nombres de personnes inférieurs à 5 ne sont pas montrés."]
    return "\n".join(lines)


def sentences(figures: Iterable[ShownFigure]) -> Iterator[str]:
    for one in figures:
        parts = "\u202f; ".join(f"{row.label.strip()}\u00a0: {row.text}" for row in one.rows)
        yield f"{one.figure.title}\u00a0: {one.text}{f' ({parts})' if parts else ''}."
