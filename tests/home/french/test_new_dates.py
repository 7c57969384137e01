from datetime import date

import pytest

from home.french.new_dates import NewDates

#: A forum of Thursday 12 and Friday 13 March 2026, registration until 5 March: moved to 1 and 2 April 2027.
NEW = NewDates(
    {
        date(2026, 3, 12): date(2027, 4, 1),
        date(2026, 3, 13): date(2027, 4, 2),
        date(2026, 3, 5): date(2027, 3, 25),
    },
    year=2026,
    years=1,
)


@pytest.mark.parametrize(
    ("last_time", "this_time"),
    [
        ("Forum 2026", "Forum 2027"),
        ("Saison 2025-2026, forum", "Saison 2026-2027, forum"),
        ("Le jeudi 12 mars 2026 à 9h30", "Le jeudi 1er avril 2027 à 9h30"),
        ("Vendredi 13 mars : ateliers", "Vendredi 2 avril : ateliers"),
        ("LE 12 MARS 2026", "LE 1er AVRIL 2027"),
        ("Les 12 et 13 mars", "Les 1er et 2 avril"),
        ("12/03/2026, 12.3.26, 2026-03-12", "01/04/2027, 01.4.27, 2027-04-01"),
        ("jeudi 12/03", "jeudi 01/04"),
        ("avant le 5 mars", "avant le 25 mars"),
        ("le forum de mars 2026", "le forum d’avril 2027"),
        ("fin mars 2026", "fin avril 2027"),
    ],
)
def test_dates_of_last_time_become_those_of_this_time_in_their_own_form(last_time, this_time):
    assert NEW.reword(last_time) == this_time


@pytest.mark.parametrize(
    "text",
    [
        "Après le forum du 28 avril 2022 et la loi de 2014",
        "Mercredi 12 mars",  # another year's
        "Du 5 au 12 mars",  # now of two months
        "12 rue du 12 mars, version 2026.1, /2026/, 02 20 26",
    ],
)
def test_other_dates_are_left_as_they_are(text):
    assert NEW.reword(text) == text


def test_the_words_to_rewrite_are_told_with_their_place():
    text = "Forum 2026, le 12 mars 2026."

    assert [(one.start, one.old, one.new) for one in NEW.rewordings(text)] == [
        (6, "2026", "2027"),
        (15, "12 mars 2026", "1er avril 2027"),
    ]
