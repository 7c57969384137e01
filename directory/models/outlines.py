"""Outlines of territories: GeoJSON read into points."""

from typing import NamedTuple


class NotAnOutline(ValueError):
    """The text is not a closed line; the sentence is shown to staff."""


class Point(NamedTuple):
    latitude: float
    longitude: float


def read_outline(text: str) -> list[Point]:
    """The points of a closed line, written `latitude,longitude` with spaces between. Raises NotAnOutline."""
    points = []
    for word in text.split():
        try:
            latitude, longitude = map(float, word.split(","))
        except ValueError as error:
            raise NotAnOutline(
                f"« {word} » n’est pas un point : écrivez par exemple 50.63,3.06."
            ) from error
        # Written so that « nan » is refused as well.
        if not (abs(latitude) <= 85 and abs(longitude) <= 180):
            raise NotAnOutline(f"« {word} » n’est nulle part sur la carte.")
        points.append(Point(latitude, longitude))
    if 0 < len(points) < 3:
        raise NotAnOutline("Un contour a trois points au moins.")
    return points
