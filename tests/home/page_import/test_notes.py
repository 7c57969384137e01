"""Raw notes as blocks: what is recognised, and that no word is invented or lost."""

import re
from collections import Counter
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from home.page_import.notes import blocks_of

NOTES = """Accueil à la maison des associations.
Quarante personnes, du café.

## Matinée

atelier budgets
On commence par un tour de table, chacun dit d’où il vient et ce qu’il attend de la
journée.
- trois groupes
- une carte par groupe

Camille Roux, maire de Valbrume : « On ne décide pas à la place des gens. »
Puis Paul Martin prend la parole. « Il faut du temps », a dit Paul Martin. La salle applaudit.

CE QUI COINCE

1. le temps
2. l’argent <encore>

« Revenez ! » (M. Petit, jardinier)
“Nous reviendrons, c’est promis.”
"""
TITLES = ["Atelier « budgets »", "Ateliers"]


def text(block: dict[str, Any]) -> Any:
    value = block["value"]
    if block["type"] == "heading":
        return value["text"]
    return (value["text"], value["author"], value["role"]) if block["type"] == "quote" else value


def test_notes_become_headings_quotations_lists_and_paragraphs():
    """desk 6: two quotations and more, and titles."""
    assert [(block["type"], text(block)) for block in blocks_of(NOTES, TITLES)] == [
        (
            "paragraph",
            "<p>Accueil à la maison des associations.</p><p>Quarante personnes, du café.</p>",
        ),
        ("heading", "Matinée"),
        ("heading", "atelier budgets"),
        (
            "paragraph",
            "<p>On commence par un tour de table, chacun dit d’où il vient et ce qu’il attend de la journée.</p>",
        ),
        ("list", "<ul><li>trois groupes</li><li>une carte par groupe</li></ul>"),
        (
            "quote",
            ("<p>On ne décide pas à la place des gens.</p>", "Camille Roux", "maire de Valbrume"),
        ),
        ("paragraph", "<p>Puis Paul Martin prend la parole.</p>"),
        ("quote", ("<p>Il faut du temps</p>", "Paul Martin", "")),
        ("paragraph", "<p>La salle applaudit.</p>"),
        ("heading", "CE QUI COINCE"),
        ("list", "<ol><li>le temps</li><li>l’argent &lt;encore&gt;</li></ol>"),
        ("quote", ("<p>Revenez !</p>", "M. Petit", "jardinier")),
        ("quote", ("<p>Nous reviendrons, c’est promis.</p>", "", "")),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Une phrase qui se termine.",
        "« Une citation »",
        "- une puce",
        "Question : « et après ? »",
        "une ligne sans majuscule",
        "Une ligne bien trop longue pour un intertitre, car elle raconte déjà ce qui s’est passé ce matin-là",
    ],
)
def test_a_line_that_says_something_is_no_heading(line):
    assert "heading" not in [block["type"] for block in blocks_of(f"{line}\n\nLa suite.")]


def words_of(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [word for one in value.values() for word in words_of(one)]
    return re.findall(r"\w+", unescape(re.sub(r"<[^>]+>", " ", value)))


LINES = st.sampled_from(
    [
        "",
        "",
        "Atelier budgets",
        "Ce qui coince :",
        "- une puce",
        "* une autre",
        "2) un numéro",
        "Camille Roux, maire : « On décide avec eux »",
        "« Il faut du temps », a dit Paul Martin, élu.",
        "Puis « rien » et « tout »",
        "« une phrase ouverte",
        "qui se ferme »",
        "# Titre # de dièses",
        "Élie : « a » « b »",
        "<b>Une balise</b> & une esperluette",
        "⟨à compléter⟩",
    ]
)
#: Verbs of speech, which a quotation's author stands for.
SAID = {"a", "dit"}


@given(st.lists(LINES | st.text(alphabet="aÉ«»“”:,.-#()1 \n", max_size=30), max_size=12))
def test_no_word_is_invented_and_none_is_lost(lines):
    notes = "\n".join(lines)
    blocks = blocks_of(notes, ["Atelier budgets"])

    wrote = Counter(word for block in blocks for word in words_of(block["value"]))
    wrote -= Counter("2" for block in blocks if block["type"] == "heading")  # its level
    typed = Counter(re.findall(r"\w+", notes))

    assert wrote - typed == Counter()
    assert {word for word in typed - wrote if not word.isdigit()} <= SAID
