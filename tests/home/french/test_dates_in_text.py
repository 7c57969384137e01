from datetime import date

import pytest

from home.french.dates_in_text import FoundDate, dates_in, foreign_dates

#: Year, month, day, weekday.
Found = tuple[int | None, int, int | None, int | None]


def said(dates: list[FoundDate]) -> list[Found]:
    return [(one.year, one.month, one.day, one.weekday) for one in dates]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Rendez-vous le 28 avril, à la mairie.", [(None, 4, 28, None)]),
        ("Le jeudi 12 mars 2026 à 9h30", [(2026, 3, 12, 3)]),
        ("avant le 1er\u202fFÉVRIER\u00a02027", [(2027, 2, 1, None)]),
        ("le 3 sept. 2026 ; le 4 déc., sans faute", [(2026, 9, 3, None), (None, 12, 4, None)]),
        ("le 2 fe\u0301vrier", [(None, 2, 2, None)]),
        ("12/03/2026, 12.3.2026, 12-03-26", [(2026, 3, 12, None)] * 3),
        ("jeudi 12/03, puis 2026-03-13.", [(None, 3, 12, 3), (2026, 3, 13, None)]),
        ("Du 25 au 28 mars 2024", [(2024, 3, 25, None), (2024, 3, 28, None)]),
        ("mardi 25 et mercredi 26 mars", [(None, 3, 25, 1), (None, 3, 26, 2)]),
        ("les 4, 5 et 6 mai", [(None, 5, 4, None), (None, 5, 5, None), (None, 5, 6, None)]),
        ("du 30 décembre au 2 janvier 2025", [(2024, 12, 30, None), (2025, 1, 2, None)]),
        ("à 14 h 30, 12 mars", [(None, 3, 12, None)]),
        ("depuis mars 2019", [(2019, 3, None, None)]),
        ("Retour sur la rencontre du 9 avril 2024 à Amiens", [(2024, 4, 9, None)]),
    ],
)
def test_dates_are_found_as_people_write_them(text: str, found: list[Found]) -> None:
    assert said(dates_in(text)) == found


@pytest.mark.parametrize(
    "text",
    [
        "De 9h30 à 12 h 30, en salle 3.",
        "Tél. : 03.22.12.03.20 ou 03 22 12 03 20",
        "12 rue du 8 mai 1945, avenue du 11 Novembre 1918, école du 14 Juillet",
        "la loi n° 2014-173 du 21 février 2014 et le décret du 3 mars 2015",
        "version 1.2.2026-3, adresse 192.168.1.10, compte-rendu-2026-03-12.pdf, /2026-03-12/",
        "24h/24, 7j/7, 1/2 journée, 24/07 fois, 45 mars, le 12/13/2026",
        "20 personnes de 12 structures, 13 € le repas, 2026",
    ],
)
def test_what_only_looks_like_a_date_is_left_out(text: str) -> None:
    assert dates_in(text) == []


def test_a_date_is_foreign_when_it_can_be_none_of_the_days() -> None:
    own = {date(2027, 3, 12), date(2027, 3, 5)}
    text = (
        "Le vendredi 12 mars, inscription avant le 5/03/2027 ; en mars 2027. "
        "Jeudi 12 mars, le 13 mars, le 12 mars 2026, mars 2026, du 11 au 12 mars."
    )

    found = foreign_dates(text, own)

    assert [one.text for one in found] == [
        "Jeudi 12 mars", "13 mars", "12 mars 2026", "mars 2026", "11 au 12 mars",
    ]  # fmt: skip
    assert all(text[one.start :].startswith(one.text) for one in found)
