"""Small numbers are hidden, and cannot be found from what stays shown."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from home.figures.answers import PEOPLE, Figure, Row
from home.figures.plots import plot_of
from home.figures.small_numbers import FEW, LEAST, NOT_SHOWN, shown


def figure_of(*values, total=None, **fields):
    rows = tuple(Row(f"Ligne {place}", value) for place, value in enumerate(values))
    total = sum(values) if total is None else total
    return Figure("cle", PEOPLE, "Titre", "Comment.", total, rows, counts_people=True, **fields)


def texts(figure):
    return [row.text for row in shown(figure).rows]


def test_a_number_of_people_below_five_is_hidden_and_others_are_not():
    assert [shown(figure_of(total=number)).text for number in (0, 1, 4, 5)] == ["0", FEW, FEW, "5"]
    assert shown(Figure("cle", PEOPLE, "Titre", "Comment.", 3)).text == "3"
    assert shown(figure_of(total=3), hides=False).text == "3"


def test_a_small_row_takes_another_one_with_it_so_that_the_total_does_not_give_it_away():
    assert texts(figure_of(20, 9, 2)) == ["20", NOT_SHOWN, FEW]
    assert texts(figure_of(20, 9, 2, total=40)) == ["20", "9", FEW]  # rows that do not add up
    assert texts(figure_of(20, 4, 3)) == [NOT_SHOWN, FEW, FEW]


def test_a_breakdown_that_cannot_hide_its_small_rows_is_left_out():
    found = shown(figure_of(5, 1))

    assert (found.text, found.rows) == ("6", ())
    assert found.note.startswith("Trop peu")


def test_a_total_yields_where_the_figure_says_so():
    found = shown(figure_of(28, 2, 0, yields_total=True))

    assert found.text == NOT_SHOWN
    assert [row.text for row in found.rows] == ["28", FEW, "0"]


@given(st.lists(st.integers(0, 9), min_size=1, max_size=4))
def test_a_reader_of_the_total_cannot_tell_a_small_row(values):
    """desk 17: of all rows that read the same, a hidden small one may be any number from one to four."""
    found = shown(figure_of(*values))
    if not found.rows or found.number is None:
        return
    hidden = [place for place, row in enumerate(found.rows) if row.number is None]
    left = found.number - sum(row.number or 0 for row in found.rows)
    ranges = [
        range(1, LEAST) if found.rows[place].text == FEW else range(LEAST, left + 1)
        for place in hidden
    ]
    possible = [mix for mix in product(*ranges) if sum(mix) == left]

    for position, place in enumerate(hidden):
        if found.rows[place].text == FEW:
            assert {mix[position] for mix in possible} == {1, 2, 3, 4}


@pytest.mark.parametrize("value", [1, 2, 3, 4])
def test_hidden_numbers_leave_neither_text_nor_length_of_a_bar(value):
    plot = plot_of(shown(figure_of(40, 12, value)).rows)

    assert [bar.length for bar in plot.bars[1:]] == [42.5, 42.5]
