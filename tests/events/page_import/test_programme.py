"""Programme and practical blocks made from a file's header and body, without losing a word."""

from datetime import datetime

import pytest

from events.page_import.programme import SessionSpec, weave_practical, weave_programme
from home.page_import.parsed_blocks import Block
from home.page_import.yaml_table import PARIS

FIELDS = {
    "starts_at": datetime(2030, 4, 9, 9, 30, tzinfo=PARIS),
    "announced_end": datetime(2030, 4, 9, 16, 30, tzinfo=PARIS),
    "venue_name": "La Halle",
    "venue_street": "3 rue du Marché",
    "venue_postcode": "62300",
    "venue_town": "Lens",
}


def session(title: str, start: int, end: int) -> SessionSpec:
    day = FIELDS["starts_at"]
    return SessionSpec(title, day.replace(hour=start), day.replace(hour=end, minute=0), None, "", 1)


SESSIONS = [session("Rencontre", 9, 12), session("Atelier", 14, 16)]


def paragraphs(*texts: str) -> list[Block]:
    return [Block("paragraph", f"<p>{text}</p>", 1) for text in texts]


def shape(blocks: list[Block]) -> list[tuple[str, object]]:
    return [(block.kind, block.value) for block in blocks]


def test_lines_with_only_date_and_place_become_practical_information():
    blocks = paragraphs(
        "Bonjour.", "Le mardi 9 avril 2030", "de 9h30 à 16h30", "La Halle à Lens", "Fin."
    )

    assert shape(weave_practical(blocks, FIELDS)) == [
        ("paragraph", "<p>Bonjour.</p>"),
        (
            "practical",
            {"text": "<p>Le mardi 9 avril 2030</p><p>de 9h30 à 16h30</p><p>La Halle à Lens</p>"},
        ),
        ("paragraph", "<p>Fin.</p>"),
    ]


@pytest.mark.parametrize(
    "texts",
    [
        ("Rdv le 9 avril à Lens",),
        ("Le 10 avril 2030", "La Halle est belle"),
        ("Le 9 avril", "Bonjour", "de 9h30 à 16h30"),
    ],
)
def test_lines_with_more_or_on_their_own_stay_paragraphs(texts):
    blocks = paragraphs(*texts)

    assert weave_practical(blocks, FIELDS) == blocks


def test_sessions_presented_in_the_body_become_a_programme_with_its_words():
    blocks = [
        *paragraphs("Au programme", "Rencontre : 9h30 – 12h", "Un tour de table."),
        Block("list", "<ul><li>Un</li></ul>", 1),
        *paragraphs("Atelier (14h30-16h)", "Un cas concret."),
        Block("notice", {"kind": "nb", "text": "<p>NB : rien.</p>"}, 1),
    ]

    assert shape(weave_programme(blocks, SESSIONS)) == [
        (
            "programme",
            {
                "title": "Au programme",
                "sessions": [
                    {
                        "title": "Rencontre",
                        "start": "09:30",
                        "end": "12:00",
                        "text": "<p>Un tour de table.</p><ul><li>Un</li></ul>",
                        "speakers": "",
                    },
                    {
                        "title": "Atelier (14h30-16h)",
                        "start": None,
                        "end": None,
                        "text": "<p>Un cas concret.</p>",
                        "speakers": "",
                    },
                ],
            },
        ),
        ("notice", {"kind": "nb", "text": "<p>NB : rien.</p>"}),
    ]


@pytest.mark.parametrize(
    "texts",
    [
        ("Bonjour.",),
        ("Rencontre : 9h30 – 12h", "Un tour de table."),
        ("Rencontre : 10h – 12h", "Atelier : 14h30 – 16h"),
        ("Rencontre et Atelier",),
    ],
)
def test_a_body_without_every_session_stays_as_it_is(texts):
    blocks = paragraphs(*texts)

    assert weave_programme(blocks, SESSIONS) == blocks
