"""Contrast of the site's colours and of those chosen by staff."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError

from home.contrast import PAPERS, contrast, refuse_illegible
from home.models import SiteSettings

STYLESHEETS = Path(settings.BASE_DIR, "home/static/css")
#: Backgrounds of the focus ring.
GROUNDS = (
    "--page", "--surface", "--quiet", "--colza", "--panel", "--panel-sea", "--panel-brick", "--panel-night",
)  # fmt: skip


def tokens_of(night: bool) -> dict[str, str]:
    """Return the tokens of tokens.css with their resolved colours, in the light or dark theme."""
    text = re.sub(r"/\*.*?\*/", "", STYLESHEETS.joinpath("tokens.css").read_text())
    day, dark = text.split("@media", 1)
    found = dict(re.findall(r"(--[\w-]+):\s*([^;]+);", day))
    if night:
        found |= dict(re.findall(r"(--[\w-]+):\s*([^;]+);", dark))

    def resolve(value: str) -> str:
        name = re.fullmatch(r"var\((--[\w-]+)\)", value)
        return resolve(found[name[1]]) if name else value

    return {name: resolve(value) for name, value in found.items()}


def test_contrast_matches_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#123456", "#123456") == 1


@pytest.mark.parametrize("night", [False, True])
def test_the_focus_ring_is_visible_on_every_background(night):
    tokens = tokens_of(night)
    ring, halo = tokens["--ring"], tokens["--focus"]

    assert contrast(ring, halo) >= 3
    seen = {
        name: max(contrast(ring, tokens[name]), contrast(halo, tokens[name])) for name in GROUNDS
    }
    assert {name: ratio for name, ratio in seen.items() if ratio < 3} == {}


def test_only_two_components_change_the_focus_ring():
    changed = {
        path.name
        for path in STYLESHEETS.glob("*.css")
        if re.search(r"outline(?:-color)?:", path.read_text())
    }

    assert changed == {"base.css", "invitation.css", "poster.css"}


def test_the_papers_are_those_of_the_stylesheet():
    day = tokens_of(night=False)

    assert {name: day[name] for name in PAPERS} == PAPERS


@pytest.mark.parametrize("colour", ["#a63d22", "#17524a", "#000000"])
def test_a_readable_colour_is_accepted(colour):
    refuse_illegible(colour)


@pytest.mark.parametrize(
    ("colour", "ratio"), [("#f3c33c", "1,3"), ("#0a8f78", "3,3"), ("#ffffff", "1,0")]
)
def test_an_unreadable_colour_is_refused_with_a_message(colour, ratio):
    identity = SiteSettings(colour_action=colour, colour_links=colour)

    with pytest.raises(ValidationError) as refusal:
        identity.clean_fields(exclude=["site"])

    sentence = (
        f"Trop clair pour être lu : le contraste est de {ratio}, il en faut 4,5 au moins. "
        "Choisissez une couleur plus foncée."
    )
    assert refusal.value.message_dict == {"colour_action": [sentence], "colour_links": [sentence]}


def test_an_invalid_colour_gets_one_message():
    with pytest.raises(ValidationError) as refusal:
        SiteSettings(colour_links="vert").clean_fields(exclude=["site"])

    assert refusal.value.message_dict == {"colour_links": ["Une couleur s’écrit comme #17524A."]}
