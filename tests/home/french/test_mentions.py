import pytest

from home.french.mentions import mention_of


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("Jean Martin", "Jean Martin"),
        ("Jean Martin", "L’inscription de JEAN MARTIN, hier."),
        ("Amina Petit", "l’inscription d’Amina Petit."),
        ("Élise N’Diaye", "<b>élise n’diaye</b>"),
        ("marie@exemple.fr", "Écrivez à <marie@exemple.fr>."),
        ("marie@exemple.fr", "mailto:MARIE@exemple.fr?subject=x"),
    ],
)
def test_a_whole_name_or_address_is_a_mention(word, text):
    assert mention_of(word).search(text)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("Jean Martin", "Jean Martinez"),
        ("Jean Martin", "Jean Martin-Dupont"),
        ("Marie Petit", "Anne-Marie Petit"),
        ("marie@exemple.fr", "anne-marie@exemple.fr"),
        ("marie@exemple.fr", "anne.marie@exemple.fr"),
        ("marie@exemple.fr", "rosemarie@exemple.fr"),
        ("marie@exemple.fr", "marie@exemple.fr.example.org"),
    ],
)
def test_the_longer_name_or_address_of_somebody_else_is_none(word, text):
    assert mention_of(word).search(text) is None
