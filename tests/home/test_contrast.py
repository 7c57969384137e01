"""Colours are read: those of the site, and those that staff choose."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError

from home.contrast import PAPERS, contrast, refuse_illegible
from home.models import SiteSettings

STYLESHEETS = Path(settings.BASE_DIR, "home/static/css")
#: What the focus ring is drawn on.
GROUNDS = (
    "--page", "--surface", "--quiet", "--colza", "--panel", "--panel-sea", "--panel-brick", "--panel-night",
)  # fmt: skip


def tokens_of(night: bool) -> dict[str, str]:
    """Each token of tokens.css with the colour that it comes down to, by day or by night."""
    text = re.sub(r"/\*.*?\*/", "", STYLESHEETS.joinpath("tokens.css").read_text())
    day, dark = text.split("@media", 1)
    found = dict(re.findall(r"(--[\w-]+):\s*([^;]+);", day))
    if night:
        found |= dict(re.findall(r"(--[\w-]+):\s*([^;]+);", dark))

    def resolve(value: str) -> str:
        name = re.fullmatch(r"var\((--[\w-]+)\)", value)
        return resolve(found[name[1]]) if name else value

    return {name: resolve(value) for name, value in found.items()}


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#123456", "#123456") == 1


@pytest.mark.parametrize("night", [False, True])
def test_the_focus_ring_is_seen_on_every_ground(night):
    tokens = tokens_of(night)
    ring, halo = tokens["--ring"], tokens["--focus"]

    assert contrast(ring, halo) >= 3
    seen = {
        name: max(contrast(ring, tokens[name]), contrast(halo, tokens[name])) for name in GROUNDS
    }
    assert {name: ratio for name, ratio in seen.items() if ratio < 3} == {}


def test_no_component_but_the_two_loud_ones_changes_the_ring():
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
def test_a_colour_on_which_words_are_read_is_taken(colour):
    refuse_illegible(colour)


@pytest.mark.parametrize(
    ("colour", "ratio"), [("#f3c33c", "1,3"), ("#0a8f78", "3,3"), ("#ffffff", "1,0")]
)
def test_a_colour_on_which_words_are_not_read_is_refused_in_a_sentence(colour, ratio):
    identity = SiteSettings(colour_action=colour, colour_links=colour)

    with pytest.raises(ValidationError) as refusal:
        identity.clean_fields(exclude=["site"])

    sentence = (
        f"Trop clair pour être lu : le contraste est de {ratio}, il en faut 4,5 au moins. "
        "Choisissez une couleur plus foncée."
    )
    assert refusal.value.message_dict == {"colour_action": [sentence], "colour_links": [sentence]}


def test_what_is_no_colour_gets_one_sentence():
    with pytest.raises(ValidationError) as refusal:
        SiteSettings(colour_links="vert").clean_fields(exclude=["site"])

    assert refusal.value.message_dict == {"colour_links": ["Une couleur s’écrit comme #17524A."]}
