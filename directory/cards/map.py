"""The map of the directory: points of the globe laid on a sheet. Pure: it knows neither cards nor who looks."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from directory.models.outlines import Point
from home.french import fold

#: The sheet is this wide, in units of its own; its margin leaves room for the largest dot.
WIDTH, MARGIN = 1000, 50
SMALLEST, LARGEST = 11, 46
#: Fewer cards than this nowhere, and no dot is of the largest.
MANY = 12
#: Degrees around a place that stands alone.
ALONE = 0.2


@dataclass(frozen=True)
class Dot:
    """A place with cards, as one link: what it says, and where and how large it is drawn."""

    title: str
    url: str
    count: int
    current: bool
    point: Point
    x: int = 0
    y: int = 0
    radius: int = 0


@dataclass(frozen=True)
class Map:
    width: int
    height: int
    outlines: list[str] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)

    @property
    def by_name(self) -> list[Dot]:
        """The same places for who reads: a link each, in the order of the alphabet."""
        return sorted(self.dots, key=lambda dot: fold(dot.title))


def draw(outlines: Iterable[Sequence[Point]], dots: Sequence[Dot]) -> Map | None:
    """The dots, large ones below, inside what the outlines and they themselves cover; None without a dot."""
    if not dots:
        return None
    lines = list(outlines)
    sheet = Projection([*(dot.point for dot in dots), *(point for line in lines for point in line)])
    most = max(MANY, *(dot.count for dot in dots))
    return Map(
        width=WIDTH,
        height=sheet.height,
        outlines=[" ".join(f"{x},{y}" for x, y in map(sheet.place, line)) for line in lines],
        dots=[
            sheet.draw(dot, most) for dot in sorted(dots, key=lambda dot: (-dot.count, dot.title))
        ],
    )


class Projection:
    """Where on the sheet a point of the globe falls: near enough to a true map for a region."""

    def __init__(self, points: Sequence[Point]) -> None:
        self.north = max(point.latitude for point in points)
        self.west = min(point.longitude for point in points)
        south = min(point.latitude for point in points)
        east = max(point.longitude for point in points)
        # A degree of longitude is shorter than one of latitude, the more so far from the equator.
        self.narrowing = math.cos(math.radians((self.north + south) / 2))
        across = max((east - self.west) * self.narrowing, ALONE)
        self.scale = (WIDTH - 2 * MARGIN) / max(across, (self.north - south) / 2)
        self.height = round(max(self.north - south, ALONE) * self.scale) + 2 * MARGIN

    def place(self, point: Point) -> tuple[int, int]:
        x = MARGIN + (point.longitude - self.west) * self.narrowing * self.scale
        return round(x), round(MARGIN + (self.north - point.latitude) * self.scale)

    def draw(self, dot: Dot, most: int) -> Dot:
        """Its surface, not its radius, tells the number."""
        x, y = self.place(dot.point)
        radius = SMALLEST + round((LARGEST - SMALLEST) * math.sqrt(dot.count / most))
        return replace(dot, x=x, y=y, radius=radius)
