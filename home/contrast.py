"""Contrast of text and background (WCAG 2.2, criterion 1.4.3), for the colours that staff choose."""

from django.core.exceptions import ValidationError

#: Minimum ratio for body text.
LEAST = 4.5
#: Backgrounds of text in a chosen colour, and colours of text on it. Same values as in tokens.css, light theme.
PAPERS = {"--craie": "#fbf6ec", "--papier": "#fffdf8", "--quiet": "#f3ebdb"}


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb`, from 0 (black) to 1 (white). Raise ValueError if malformed."""
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 (same colour) to 21 (black and white)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def refuse_illegible(colour: str) -> None:
    """Raise ValidationError for a colour too light for text on the site's backgrounds or under a button's label."""
    try:
        found = min(contrast(colour, paper) for paper in PAPERS.values())
    except ValueError:
        return  # not a colour: another validator reports it
    if found < LEAST:
        raise ValidationError(
            f"Trop clair pour être lu : le contraste est de {french(found)}, il en faut {french(LEAST)} au moins. "
            "Choisissez une couleur plus foncée.",
            code="illegible",
        )


def french(number: float) -> str:
    """Format with one decimal, truncated: 4.49 must not read as 4,5, which would pass."""
    return f"{int(number * 10) / 10:.1f}".replace(".", ",")
