from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from home.theme.covers import avatar_svg, cover_svg


def test_cover_is_the_same_every_time_for_the_same_page():
    assert cover_svg("page-12", "participation") == cover_svg("page-12", "participation")


def test_cover_differs_between_pages_of_the_same_theme():
    drawings = {cover_svg(f"page-{number}", "participation") for number in range(20)}

    assert len(drawings) == 20


@given(st.text(), st.text())
def test_cover_is_well_formed_small_and_decorative(identifier, theme):
    svg = cover_svg(identifier, theme)

    assert ElementTree.fromstring(svg).get("aria-hidden") == "true"
    assert len(svg) < 1100


def test_avatar_shows_the_initials():
    root = ElementTree.fromstring(avatar_svg("membre-3", "AB"))

    assert root.find("text").text == "AB"
