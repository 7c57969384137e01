"""The projection of the map and the parser of outlines."""

import pytest

from directory.cards.map import Dot, draw
from directory.models.outlines import NotAnOutline, Point, read_outline


def dot(title: str, latitude: float, longitude: float, count: int = 1) -> Dot:
    return Dot(title, f"?territoire={title}", count, False, Point(latitude, longitude))


def test_north_is_up_and_west_is_left():
    drawn = draw(
        [],
        [dot("Dunkerque", 51.03, 2.38), dot("Beauvais", 49.43, 2.08), dot("Hirson", 49.92, 4.08)],
    )

    where = {one.title: (one.x, one.y) for one in drawn.dots}
    assert where["Dunkerque"][1] < where["Hirson"][1] < where["Beauvais"][1]
    assert where["Beauvais"][0] < where["Dunkerque"][0] < where["Hirson"][0]


def test_distances_have_the_same_scale_in_both_directions():
    """At 60 degrees north, two degrees of longitude are as long as one of latitude."""
    drawn = draw([], [dot("A", 60.5, 0), dot("B", 59.5, 0), dot("C", 60.5, 2)])

    a, b, c = sorted(drawn.dots, key=lambda one: one.title)
    assert abs((b.y - a.y) - (c.x - a.x)) <= 2


def test_everything_fits_in_the_drawing_with_or_without_an_outline():
    line = read_outline("51,1.5 51,4.2 49,4.2 49,1.5")

    for outlines in ([], [line]):
        drawn = draw(outlines, [dot("Lille", 50.64, 3.06, 90), dot("Laon", 49.56, 3.62)])
        for one in drawn.dots:
            assert one.radius <= one.x <= drawn.width - one.radius
            assert one.radius <= one.y <= drawn.height - one.radius
        assert len(drawn.outlines) == len(outlines)


def test_the_area_of_a_dot_is_proportional_to_its_number_and_large_ones_are_below():
    drawn = draw([], [dot("Peu", 50, 3, 1), dot("Beaucoup", 49, 2, 100), dot("Assez", 49.5, 2, 25)])

    assert [one.title for one in drawn.dots] == ["Beaucoup", "Assez", "Peu"]
    assert [one.radius for one in drawn.dots] == [46, 29, 15]


def test_a_single_place_has_a_map_and_no_place_has_none():
    alone = draw([], [dot("Lille", 50.64, 3.06)])

    assert (alone.dots[0].x, alone.dots[0].y) == (50, 50)
    assert draw([read_outline("51,1.5 51,4.2 49,4.2")], []) is None


@pytest.mark.parametrize(
    "text", ["50.6", "50.6;3.1", "nord,est", "95,3 50,3 50,4", "nan,3 50,3 51,3", "50,3 51,3"]
)
def test_invalid_outlines_are_refused(text):
    with pytest.raises(NotAnOutline):
        read_outline(text)
