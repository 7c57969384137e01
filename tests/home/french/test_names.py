import pytest

from home.french.names import d_of, name_key, order_key

ONE_PERSON = [
    ("Marie Dupont", "DUPONT Marie"),
    ("Marie Dupont", "Mme Marie Dupont"),
    ("Marie Dupont", "Dupont, Marie (Mme)"),
    ("Marie Dupont", "  marie\u00a0 dupont "),
    ("Marie Dupont", "Ma\u200brie Dupont"),
    ("Marie Dupont", "Maître Marie DUPONT"),
    ("Marie Dupont", "Pr Dr Marie Dupont"),
    ("Jean Œuvre", "Oeuvre Jean"),
    ("Ana Nuñez", "NUNEZ ANA"),
    ("Ana Nun\u0303ez", "Ana Nu\u00f1ez"),
    ("Jean-Pierre Le Goff", "LE GOFF Jean Pierre"),
    ("Awa N’Diaye", "Awa N'DIAYE"),
    ("Awa N’Diaye", "Awa Ndiaye"),
    ("Jörg Straße", "Jorg STRASSE"),
    ("Łukasz Kowalski", "KOWALSKI Lukasz"),
    ("Charles d’Hauteville", "D’ HAUTEVILLE Charles"),
    ("Mme Anne de La Tour", "DE LA TOUR Anne"),
]
SEVERAL = [
    ("Marie Dupont", "Paul Dupont"),
    ("Marie Dupont", "Marie Durand"),
    ("Marie Dupont", "Marie"),
    ("M. Dupont", "Mme Dupont"),
    ("M. Le Goff", "Mme Le Goff"),
    ("Madame de La Tour", "Monsieur de La Tour"),
    ("🦉", "🐈"),
    ("김철수", "이영희"),
]


@pytest.mark.parametrize(("name", "other"), ONE_PERSON)
def test_one_person_is_recognised_however_the_name_is_written(name, other):
    assert name_key(name) == name_key(other)


@pytest.mark.parametrize(("name", "other"), SEVERAL)
def test_several_people_are_told_apart(name, other):
    assert name_key(name) != name_key(other)


def test_only_an_empty_name_has_an_empty_key_and_a_key_fits_its_column():
    assert (name_key(""), name_key(" \u00a0")) == ("", "")
    assert all(name_key(name) for pair in SEVERAL for name in pair)
    assert len(name_key("\ufdfa" * 120)) == 240


def test_names_are_in_the_order_of_a_directory():
    """Surname first, without accents or « de »; « Le » counts."""
    people = [
        "Jean d’Hauteville",
        "Yann Le Goff",
        "ÉMERY Éloi",
        "Zoé Lefort",
        "Marie de Abreu",
        "Anna",
    ]

    assert sorted(people, key=order_key) == [
        "Marie de Abreu",
        "Anna",
        "ÉMERY Éloi",
        "Jean d’Hauteville",
        "Yann Le Goff",
        "Zoé Lefort",
    ]
    assert order_key("JEAN DUPONT")[:2] == ("dupont", "jean")
    assert order_key("Mme Le")[0] == "le"
    assert order_key("") == ("", "", "")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Amina", "d’Amina"),
        ("Élise", "d’Élise"),
        ("Hélène", "d’Hélène"),
        ("Hassan", "de Hassan"),
        ("Yves", "d’Yves"),
        ("Yann", "de Yann"),
        ("Marie", "de Marie"),
        ("", "de "),
    ],
)
def test_a_name_takes_its_preposition(name, words):
    assert d_of(name) == words
