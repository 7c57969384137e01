"""Covers and avatars generated from an identifier: overlapping circles, each one a voice.

Pure and deterministic: a page always has the same cover, and no file is stored. Colours are classes (`f-marais` for
fill, `s-marais` for stroke), so that the stylesheet sets them, dark mode included.
"""

import hashlib
import math
from collections.abc import Callable, Iterator

WIDTH, HEIGHT = 300, 200

#: Background, then foreground colours, which are multiplied on light backgrounds (`mix-blend-mode`).
PALETTES = (
    ("colza", "marais", "brique"),
    ("houblon", "mer", "colza"),
    ("lin", "brique", "marais"),
    ("marais", "colza", "houblon"),
    ("ciel", "mer", "colza"),
    ("argile", "brique", "mer"),
    ("mer", "craie", "colza"),
)
DARK_GROUNDS = {"marais", "mer"}


class Dice:
    """A deterministic generator of small numbers, seeded by a text."""

    def __init__(self, seed: str) -> None:
        self.bytes = _endless_bytes(seed)

    def between(self, low: int, high: int) -> int:
        """Return the next number from `low` to `high`, both included."""
        return low + next(self.bytes) % (high - low + 1)


def _endless_bytes(seed: str) -> Iterator[int]:
    block = seed.encode()
    while True:
        block = hashlib.blake2s(block).digest()
        yield from block


def cover_svg(identifier: str, theme: str = "", shape: str = "") -> str:
    """Return a page's cover as SVG, hidden from screen readers.

    `identifier` determines the drawing, `theme` the palette. `shape` is "wide" for the head of a page.
    """
    dice = Dice(identifier)
    ground, *inks = PALETTES[Dice(theme or identifier).between(0, len(PALETTES) - 1)]
    draw = COMPOSITIONS[dice.between(0, len(COMPOSITIONS) - 1)]
    kind = (
        "cover"
        + (f" cover-{shape}" if shape else "")
        + (" on-dark" if ground in DARK_GROUNDS else "")
    )
    return (
        f'<svg class="{kind}" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="xMidYMid slice"'
        f' aria-hidden="true" focusable="false"><path class="f-{ground}" d="M0 0h{WIDTH}v{HEIGHT}H0z"/>'
        f"{draw(dice, inks)}</svg>"
    )


def avatar_svg(identifier: str, initials: str) -> str:
    """Return an avatar for someone without a photo: two circles and the initials. Hidden from screen readers.

    `initials` must be escaped.
    """
    dice = Dice(identifier)
    ground, ink, _other = PALETTES[dice.between(0, len(PALETTES) - 1)]
    x = dice.between(0, 1) * 80 + dice.between(-6, 6)
    y = dice.between(70, 84)
    text = "t-dark" if ground not in DARK_GROUNDS else "t-light"
    return (
        '<svg class="avatar" viewBox="0 0 80 80" aria-hidden="true" focusable="false">'
        f'<circle class="f-{ground}" cx="40" cy="40" r="40"/>'
        f'<circle class="avatar-ring s-{ink}" cx="{x}" cy="{y}" r="30"/>'
        f'<text class="{text}" x="40" y="50" text-anchor="middle">{initials}</text></svg>'
    )


def _disc(ink: str, x: float, y: float, radius: float) -> str:
    return f'<circle class="f-{ink}" cx="{x:.0f}" cy="{y:.0f}" r="{radius:.0f}"/>'


def _ring(ink: str, x: float, y: float, radius: float, width: int) -> str:
    return f'<circle class="s-{ink}" cx="{x:.0f}" cy="{y:.0f}" r="{radius:.0f}" stroke-width="{width}"/>'


def _meeting(dice: Dice, inks: list[str]) -> str:
    """Draw two or three overlapping discs."""
    radius = dice.between(62, 84)
    start, step = dice.between(70, 100), dice.between(78, 96)
    return "".join(
        _disc(inks[i % 2], start + i * step, 100 + dice.between(-28, 28), radius)
        for i in range(dice.between(2, 3))
    )


def _table(dice: Dice, inks: list[str]) -> str:
    """Draw a circle of discs, like people around a table."""
    seats = dice.between(5, 9)
    x, y, turn = dice.between(120, 180), dice.between(85, 115), dice.between(0, 60)
    radius = 190 / seats
    places = [math.radians(turn + i * 360 / seats) for i in range(seats)]
    return "".join(
        _disc(inks[i % 2], x + 64 * math.cos(angle), y + 64 * math.sin(angle), radius + 8)
        for i, angle in enumerate(places)
    )


def _furrows(dice: Dice, inks: list[str]) -> str:
    """Draw arcs around a corner, like furrows, and a sun."""
    corner = 0 if dice.between(0, 1) else WIDTH
    rings = "".join(_ring(inks[0], corner, HEIGHT, r, 13) for r in range(50, 260, 34))
    return rings + _disc(inks[1], abs(corner - dice.between(205, 240)), dice.between(55, 75), 46)


def _hills(dice: Dice, inks: list[str]) -> str:
    """Draw half circles on a horizon, like hills."""
    base = dice.between(150, 178)
    x, hills = dice.between(-30, 0), []
    for i in range(4):
        radius = dice.between(46, 98)
        x += radius
        hills.append(
            f'<path class="f-{inks[i % 2]}" d="M{x - radius} {base}a{radius} {radius} 0 0 1 {2 * radius} 0z"/>'
        )
        x += radius - 30
    return "".join(hills) + f'<path class="f-{inks[0]}" d="M0 {base}h{WIDTH}v9H0z"/>'


def _tiles(dice: Dice, inks: list[str]) -> str:
    """Draw six square tiles, each with a quarter, a half or a whole circle."""
    shapes = (
        "M{x} {y}h100a100 100 0 0 1-100 100z",
        "M{x} {y}a100 100 0 0 1 100 100h-100z",
        "M{x} {y}a100 100 0 0 0 100 100v-100z",
        "M{x} {y}m0 50a50 50 0 0 1 100 0z",
        "M{x} {y}m50 0a50 50 0 0 1 0 100z",
        "M{x} {y}m0 50a50 50 0 0 0 100 0a50 50 0 0 0-100 0z",
    )
    return "".join(
        f'<path class="f-{inks[dice.between(0, 1)]}" d="'
        f'{shapes[dice.between(0, len(shapes) - 1)].format(x=x, y=y)}"/>'
        for x in (0, 100, 200)
        for y in (0, 100)
    )


def _echo(dice: Dice, inks: list[str]) -> str:
    """Draw rings around a disc, like the echo of a voice."""
    x, y = dice.between(90, 210), dice.between(70, 130)
    rings = "".join(_ring(inks[0], x, y, r, 9) for r in range(60, 220, 26))
    return rings + _disc(inks[1], x, y, 38) + _disc(inks[0], x + dice.between(34, 60), y, 30)


COMPOSITIONS: tuple[Callable[[Dice, list[str]], str], ...] = (
    _meeting,
    _table,
    _furrows,
    _hills,
    _tiles,
    _echo,
)
