"""Whether words can be read on a colour (WCAG 2.2, 1.4.3), for the colours that staff choose."""

from django.core.exceptions import ValidationError

#: What running text needs.
LEAST = 4.5
#: The papers on which a chosen colour is written, and the inks written on it: those of tokens.css, by day.
PAPERS = {"--craie": "#fbf6ec", "--papier": "#fffdf8", "--quiet": "#f3ebdb"}


def luminance(colour: str) -> float:
    """Of `#rrggbb`, from 0 (black) to 1 (white)."""
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black and white)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def refuse_illegible(colour: str) -> None:
    """Refuse a colour on which the light words of a button, or whose own words on paper, can not be read."""
    try:
        found = min(contrast(colour, paper) for paper in PAPERS.values())
    except ValueError:
        return  # it is no colour: another validator says so
    if found < LEAST:
        raise ValidationError(
            f"Trop clair pour être lu : le contraste est de {french(found)}, il en faut {french(LEAST)} au moins. "
            "Choisissez une couleur plus foncée.",
            code="illegible",
        )


def french(number: float) -> str:
    """Cut, not rounded: 4,49 is not said to be 4,5."""
    return f"{int(number * 10) / 10:.1f}".replace(".", ",")
