"""Bars of a breakdown, as an SVG drawing. The table beside it says the same to everybody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from home.figures.small_numbers import LEAST, ShownRow

#: In units of the drawing.
WIDTH, LINE, BAR, TOP = 340, 44, 12, 24


@dataclass(frozen=True)
class Bar:
    label: str
    text: str
    #: Places of the words and of the bar below them, and its length.
    baseline: int
    top: int
    length: float
    #: A hidden number has a dotted bar, as long for one as for another.
    is_hidden: bool


@dataclass(frozen=True)
class Plot:
    bars: Sequence[Bar]
    height: int
    width: int = WIDTH
    thickness: int = BAR


def plot_of(rows: Sequence[ShownRow]) -> Plot | None:
    """Return the bars of the rows, or None where a drawing says nothing more: fewer than two rows, or nothing shown."""
    longest = max((row.number or 0 for row in rows), default=0)
    if len(rows) < 2 or not longest:
        return None
    return Plot(list(bars_of(rows, max(longest, LEAST))), len(rows) * LINE)


def bars_of(rows: Sequence[ShownRow], longest: int) -> Iterator[Bar]:
    for place, row in enumerate(rows):
        number = LEAST if row.number is None else row.number
        yield Bar(
            label=row.label,
            text=row.text,
            baseline=place * LINE + TOP - 6,
            top=place * LINE + TOP,
            length=round(WIDTH * number / longest, 1),
            is_hidden=row.number is None,
        )
