"""The map of the directory: projects coordinates onto an SVG drawing. Pure functions, without models or visitors."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from directory.models.outlines import Point
from home.french import fold

#: Width of the drawing in its own units. The margin leaves room for the largest dot.
WIDTH, MARGIN = 1000, 50
SMALLEST, LARGEST = 11, 46
#: Number of cards from which a dot may have the largest size.
MANY = 12
#: Extent in degrees of a map with a single place.
ALONE = 0.2


@dataclass(frozen=True)
class Dot:
    """A place with cards: its link, and its position and size in the drawing."""

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
        """Return the dots in alphabetical order, for the list beside the drawing."""
        return sorted(self.dots, key=lambda dot: fold(dot.title))


def draw(outlines: Iterable[Sequence[Point]], dots: Sequence[Dot]) -> Map | None:
    """Return the map that fits the outlines and dots, with large dots drawn first. Return None without dots."""
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
    """Equirectangular projection, exact enough for a region."""

    def __init__(self, points: Sequence[Point]) -> None:
        self.north = max(point.latitude for point in points)
        self.west = min(point.longitude for point in points)
        south = min(point.latitude for point in points)
        east = max(point.longitude for point in points)
        # Away from the equator, a degree of longitude is shorter than one of latitude.
        self.narrowing = math.cos(math.radians((self.north + south) / 2))
        across = max((east - self.west) * self.narrowing, ALONE)
        self.scale = (WIDTH - 2 * MARGIN) / max(across, (self.north - south) / 2)
        self.height = round(max(self.north - south, ALONE) * self.scale) + 2 * MARGIN

    def place(self, point: Point) -> tuple[int, int]:
        x = MARGIN + (point.longitude - self.west) * self.narrowing * self.scale
        return round(x), round(MARGIN + (self.north - point.latitude) * self.scale)

    def draw(self, dot: Dot, most: int) -> Dot:
        """Return the dot with its position and radius. Its area is proportional to the number of cards."""
        x, y = self.place(dot.point)
        radius = SMALLEST + round((LARGEST - SMALLEST) * math.sqrt(dot.count / most))
        return replace(dot, x=x, y=y, radius=radius)
