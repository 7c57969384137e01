"""Small numbers of people are hidden, so that no reader learns who is meant; totals do not give them away."""

from collections.abc import Sequence
from dataclasses import dataclass

from home.figures.answers import Figure

LEAST = 5
FEW, NOT_SHOWN = "moins de 5", "non montré"
TOO_FEW = "Trop peu de personnes pour être réparties sans que l’on devine qui."


@dataclass(frozen=True)
class ShownRow:
    label: str
    #: None if hidden.
    number: int | None
    text: str


@dataclass(frozen=True)
class ShownFigure:
    """A figure as it is read. `note` says why a breakdown is not there."""

    figure: Figure
    number: int | None
    text: str
    rows: tuple[ShownRow, ...] = ()
    note: str = ""

    @property
    def has_hidden(self) -> bool:
        return self.number is None or any(row.number is None for row in self.rows)


def shown(figure: Figure, *, hides: bool = True) -> ShownFigure:
    """Return the figure with its small numbers of people hidden."""
    values = [row.value for row in figure.rows]
    total = figure.value
    if not (hides and figure.counts_people):
        rows = tuple(ShownRow(row.label, row.value, plain(row.value)) for row in figure.rows)
        return ShownFigure(figure, total, plain(total), rows)
    hidden = hidden_among(values, figure)
    if hidden is None:
        number, text = masked(total, is_hidden=is_few(total))
        return ShownFigure(figure, number, text, note=TOO_FEW)
    gives_away = figure.yields_total and any(map(is_few, values))
    number, text = masked(total, is_hidden=is_few(total) or gives_away)
    rows = tuple(
        ShownRow(row.label, *masked(row.value, is_hidden=place in hidden))
        for place, row in enumerate(figure.rows)
    )
    return ShownFigure(figure, number, text, rows)


def hidden_among(values: Sequence[int], figure: Figure) -> set[int] | None:
    """Return the places of the rows to hide; None if no choice of rows is enough.

    Where rows add up to the total, one small row alone is their difference. So the smallest of the others are hidden
    too, until each small one could be any number from one to four.
    """
    few = {place for place, value in enumerate(values) if is_few(value)}
    if not few or sum(values) != figure.value or figure.yields_total or is_few(figure.value):
        return few
    hidden = set(few)
    others = sorted(set(range(len(values))) - few, key=lambda place: values[place])
    for place in [None, *(place for place in others if values[place] >= LEAST)]:
        hidden |= set() if place is None else {place}
        if could_be_any(sum(values[one] for one in hidden), len(few), len(hidden) - len(few)):
            return hidden
    return None


def could_be_any(total: int, few: int, others: int) -> bool:
    """Whether a row from one to four may be each of these, of a known total of such rows and of others of five or more."""
    may_be_four = total - (few - 1) - LEAST * others >= LEAST - 1
    may_be_one = others > 0 or total - (LEAST - 1) * (few - 1) <= 1
    return may_be_four and may_be_one


def is_few(value: int) -> bool:
    return 0 < value < LEAST


def masked(value: int, *, is_hidden: bool) -> tuple[int | None, str]:
    if not is_hidden:
        return value, plain(value)
    return None, FEW if is_few(value) else NOT_SHOWN


def plain(value: int) -> str:
    return f"{value:,}".replace(",", "\u202f")
