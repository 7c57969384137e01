from datetime import date, datetime, time

import pytest

from home.french.dates import PARIS
from home.french.typed_dates import Unreadable, read_date, read_moment, read_time


@pytest.mark.parametrize(
    ("typed", "hour", "minute"),
    [
        ("12/03/2027 9h30", 9, 30),
        ("12/03/2027 09:30", 9, 30),
        ("12/03/2027, 14 h", 14, 0),
        ("12.03.2027 à 14h", 14, 0),
        ("12-3-27 9 h 30", 9, 30),
        ("12 mars 2027 à 14h30", 14, 30),
        ("vendredi 12 mars 2027 à 9 heures", 9, 0),
        ("Le\u00a012\u202fMARS 2027 à midi", 12, 0),
        ("2027-03-12 09:30", 9, 30),
        ("2027-03-12T09:30:00", 9, 30),
        ("ven. 12 mars 2027 – 9h30", 9, 30),
        ("VEN 12 MARS 2027 A 9H30", 9, 30),
        ("12 / 03 / 2027 - 9h30mn.", 9, 30),
        ("12.03.2027 9.30", 9, 30),
        ("2027/03/12 9 heures 30 minutes", 9, 30),
    ],
)
def test_a_moment_is_read_as_people_write_it(typed: str, hour: int, minute: int) -> None:
    assert read_moment(typed) == datetime(2027, 3, 12, hour, minute, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("31/02/2027 10:00", "Le 31/02/2027 n’existe pas"),
        ("12/13/2027 10:00", "Le 12/13/2027 n’existe pas"),
        ("12/03/2027 25h", "25h00 n’existe pas"),
        ("12/03/2027 9h75", "9h75 n’existe pas"),
        ("12/03/2027", "Ajoutez l’heure, par exemple 12/03/2027 9h30."),
        ("jeudi 12 mars 2027 à 9h", "Le 12 mars 2027 est un vendredi"),
        ("28/03/2027 2h30", "02:30 n’existe pas"),
        ("31/10/2027 2h30", "02:30 vient deux fois"),
        ("12/03 9h", "Écrivez une date et une heure, par exemple"),
        ("12/03/2027 9", "Écrivez une date et une heure, par exemple"),
        ("12/03/2027 9h5", "Écrivez une date et une heure, par exemple"),
        ("12/03/20271 9h", "Écrivez une date et une heure, par exemple"),
        ("12/03/0027 9h", "n’existe pas"),
        ("demain à 9h", "Écrivez une date et une heure, par exemple"),
        ("12 marz 2027 à 9h", "Écrivez une date et une heure, par exemple"),
        ("le 12 mars à 14h", "Ajoutez l’année en entier"),
        ("12/03/99 9h", "Écrivez l’année en entier"),
        ("sam. 12 mars 2027 à 9h", "Le 12 mars 2027 est un vendredi"),
        ("12/03/2027 24:00", "24h00 n’existe pas"),
        ("12/03/2027 minuit", "Minuit est de deux jours"),
        ("12/03/2027 de 9h à 12h", "Écrivez une date et une heure, par exemple"),
        ("12²/03/2027 9h", "Écrivez une date et une heure, par exemple"),
    ],
)
def test_anything_else_is_refused_with_words_to_write_instead(typed: str, said: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_moment(typed)

    assert said in str(refusal.value)


def test_a_whole_day_needs_no_hour() -> None:
    assert read_moment("12/03/2027", whole_day=True) == datetime(2027, 3, 12, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("12/03/2027", date(2027, 3, 12)),
        ("12 mars 2027", date(2027, 3, 12)),
        ("1er août 2027", date(2027, 8, 1)),
        ("1ᵉʳ août 2027", date(2027, 8, 1)),
        ("dimanche 1 er août 2027", date(2027, 8, 1)),
        ("15 déc. 2027", date(2027, 12, 15)),
        ("2027-03-12", date(2027, 3, 12)),
    ],
)
def test_a_day_is_read_as_people_write_it(typed: str, day: date) -> None:
    assert read_date(typed) == day


@pytest.mark.parametrize("typed", ["12/03/2027 9h", "30 février 2027", "mars 2027", "12", "9h"])
def test_no_day_is_guessed(typed: str) -> None:
    with pytest.raises(Unreadable):
        read_date(typed)


@pytest.mark.parametrize(
    ("typed", "hour"),
    [("9h", time(9)), ("14 h", time(14)), ("9h30", time(9, 30)), ("09:30:00", time(9, 30))],
)
def test_an_hour_is_read_as_people_write_it(typed: str, hour: time) -> None:
    assert read_time(typed) == hour


@pytest.mark.parametrize("typed", ["24h", "9", "9:5", "9h60", "minuit moins cinq"])
def test_no_hour_is_guessed(typed: str) -> None:
    with pytest.raises(Unreadable):
        read_time(typed)
