"""Parser of territories' outlines, written as latitude,longitude pairs."""

from typing import NamedTuple


class NotAnOutline(ValueError):
    """The text is not a valid outline. The message is shown to staff."""


class Point(NamedTuple):
    latitude: float
    longitude: float


def read_outline(text: str) -> list[Point]:
    """Return the points of an outline, written `latitude,longitude` and separated by spaces. Raise NotAnOutline."""
    points = []
    for word in text.split():
        try:
            latitude, longitude = map(float, word.split(","))
        except ValueError as error:
            raise NotAnOutline(
                f"« {word} » n’est pas un point : écrivez par exemple 50.63,3.06."
            ) from error
        # Not `>`, so that NaN is refused too.
        if not (abs(latitude) <= 85 and abs(longitude) <= 180):
            raise NotAnOutline(f"« {word} » n’est nulle part sur la carte.")
        points.append(Point(latitude, longitude))
    if 0 < len(points) < 3:
        raise NotAnOutline("Un contour a trois points au moins.")
    return points
