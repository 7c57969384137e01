"""Charts as SVG: bars of one figure, lines over a logarithmic axis. Colours suit a light and a dark page."""

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH, LEFT, RIGHT, ROW = 760, 270, 80, 26
COLOURS = ("#1f5fa8", "#b3541e", "#3c7d3f", "#7a4a9c", "#8a6d1a", "#a8325a", "#3f7f86", "#555555")


def bars(title: str, figures: Mapping[str, float]) -> str:
    """Draw a horizontal bar for each figure, on one linear axis from zero."""
    largest = max(figures.values())
    parts = []
    for number, (name, figure) in enumerate(figures.items()):
        top = 40 + number * ROW
        length = (WIDTH - LEFT - RIGHT) * figure / largest
        parts += [
            text(LEFT - 10, top + 14, name, anchor="end"),
            f'<rect x="{LEFT}" y="{top}" width="{length:.1f}" height="18" fill="{COLOURS[0]}"/>',
            text(LEFT + length + 8, top + 14, short(figure)),
        ]
    return drawing(title, 50 + len(figures) * ROW, parts)


def lines(title: str, steps: Sequence[int], figures: Mapping[str, Sequence[float]]) -> str:
    """Draw a line for each series over `steps` (logarithmic), from zero to the largest figure."""
    largest = max(map(max, figures.values()))
    low, high = math.log10(steps[0]), math.log10(steps[-1])
    across = [60 + 420 * (math.log10(step) - low) / (high - low) for step in steps]
    parts = [
        text(x, 330, f"{step:,}", anchor="middle") for x, step in zip(across, steps, strict=True)
    ]
    for share in (0.0, 0.5, 1.0):
        y = 310 - 260 * share
        parts += [
            f'<line x1="60" y1="{y}" x2="480" y2="{y}" stroke="#999" stroke-width="0.5"/>',
            text(52, y + 4, short(largest * share), anchor="end"),
        ]
    for number, (name, series) in enumerate(figures.items()):
        colour = COLOURS[number % len(COLOURS)]
        points = [
            f"{x:.1f},{310 - 260 * y / largest:.1f}" for x, y in zip(across, series, strict=True)
        ]
        top = 56 + number * 22
        parts += [
            f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" stroke-width="2"/>',
            f'<rect x="510" y="{top}" width="14" height="4" fill="{colour}"/>',
            text(532, top + 6, name),
        ]
    return drawing(title, 345, parts)


def drawing(title: str, height: int, parts: Sequence[str]) -> str:
    content = "\n".join([text(16, 24, title, weight="bold"), *parts])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"'
        f' font-family="sans-serif" font-size="13"><title>{escape(title)}</title>\n'
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>\n{content}\n</svg>\n'
    )


def text(x: float, y: float, words: str, *, anchor: str = "start", weight: str = "normal") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}" fill="#222"'
    return f"<text {place}>{escape(words)}</text>"


def short(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.3g}"
