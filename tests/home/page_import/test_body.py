"""Parsing of a Markdown body into blocks, without losing text."""

import pytest

from home.page_import.body import BodyReader
from home.page_import.parsed_blocks import FileRef
from home.page_import.refusal import ImportRefusal


def read(text: str, title: str = "") -> list[tuple[str, object]]:
    return [(block.kind, block.value) for block in BodyReader(text, 1, title).read()]


def call(label: str, target: str, url: str = "") -> tuple[str, object]:
    value = {
        "label": f"<p>{label}</p>",
        "target": target,
        "page": None,
        "document": None,
        "url": url,
    }
    return ("call_to_action", value)


def quote(text: str, **said: str) -> tuple[str, object]:
    return (
        "quote",
        {"introduction": "", "text": text, "author": "", "role": "", "source": "", **said},
    )


def heading(text: str, level: str) -> tuple[str, object]:
    return ("heading", {"text": text, "level": level, "anchor": ""})


def test_text_keeps_its_bold_italic_and_links():
    assert read("Du **gras**, de *l'italique*, un [lien](https://e.org/?a=1&b=2)\nà la ligne.") == [
        (
            "paragraph",
            (
                '<p>Du <b>gras</b>, de <i>l\'italique</i>, un <a href="https://e.org/?a=1&amp;b=2">lien</a>'
                " à la ligne.</p>"
            ),
        )
    ]


@pytest.mark.parametrize("source", ["[le manuel](#)", "[le manuel]()"])
def test_a_link_without_target_keeps_its_mark_for_the_editor(source):
    assert read(source) == [("paragraph", '<p><a href="#">le manuel</a></p>')]


def test_headings_start_at_the_second_level_and_skip_none():
    text = "### Un\n\n#### Deux\n\n###### Trois\n\n##### Quatre\n\n## **Cinq**\n\n### Six"

    assert read(text) == [
        heading("Un", "2"),
        heading("Deux", "3"),
        heading("Trois", "4"),
        heading("Quatre", "4"),
        heading("Cinq", "2"),
        heading("Six", "3"),
    ]


def test_the_title_of_the_page_is_not_repeated():
    assert read("# Le titre\n\n# Un autre", title="Le titre") == [heading("Un autre", "2")]


def test_lists_keep_their_order_and_their_sublists():
    assert read("1. un\n   - deux\n   - **trois**\n2. quatre\n\n   suite\n") == [
        (
            "list",
            "<ol><li>un<ul><li>deux</li><li><b>trois</b></li></ul></li><li>quatre<br/>suite</li></ol>",
        )
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (">>> Lire la suite", call("Lire la suite", "none")),
        (">>>{inscription} Je **viens**", call("Je <b>viens</b>", "registration")),
        (">>> {rejoindre} [Venez](#)", call("Venez", "join")),
        (">>> {retour} Revoir", call("Revoir", "previous_recap")),
        (">>> Écrire [ici](https://e.org/a)", call("Écrire ici", "external", "https://e.org/a")),
        (">>> Écrire [ici](#)", call('Écrire <a href="#">ici</a>', "none")),
        ("[>>> Lire](https://e.org/)", call("Lire", "external", "https://e.org/")),
    ],
)
def test_a_line_that_starts_with_three_signs_is_a_call_to_action(source, expected):
    assert read(source) == [expected]


def test_calls_are_separate_from_the_lines_around_them():
    assert read("Avant\n>>> {rejoindre} Un\n>>> Deux\n- liste\n>>> Trois") == [
        ("paragraph", "<p>Avant</p>"),
        call("Un", "join"),
        call("Deux", "none"),
        ("list", "<ul><li>liste</li></ul>"),
        call("Trois", "none"),
    ]


def test_the_signs_of_code_are_not_a_call():
    assert read("```\n>>> import this\n```") == [("paragraph", "<p>&gt;&gt;&gt; import this</p>")]


def test_a_gallery_and_documents_are_placed_where_the_text_says():
    assert read("{{ galerie }}\n{{document: media/a_b_c.pdf}}\nSuite") == [
        ("gallery", None),
        ("download", {"document": FileRef("media/a_b_c.pdf", 2), "title": ""}),
        ("paragraph", "<p>Suite</p>"),
    ]


def test_an_image_is_placed_between_the_words_around_it():
    image = {"image": FileRef("media/carte.png", 1), "decorative": False, "alt_text": "Une carte"}

    assert read('Avant ![Une carte](media/carte.png "Légende") après') == [
        ("paragraph", "<p>Avant</p>"),
        ("image", {"image": image, "caption": "Légende", "credit": ""}),
        ("paragraph", "<p>après</p>"),
    ]


def test_a_pipe_table_is_a_table():
    assert read("| Quand | Où |\n|---|---|\n| **Mars** | Lens |") == [
        (
            "table",
            {
                "caption": "",
                "columns": [
                    {"type": "text", "heading": "Quand"},
                    {"type": "text", "heading": "Où"},
                ],
                "rows": [{"values": ["<p><b>Mars</b></p>", "<p>Lens</p>"]}],
            },
        )
    ]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("NB : apportez un plat.", "nb"),
        ("Date limite d'inscription : le 3 mars.", "deadline"),
        ("Journée réservée aux membres du réseau.", "restricted"),
        ("Réservé aux membres", "restricted"),
        ("Attention : la salle a changé.", "alert"),
    ],
)
def test_a_note_is_a_notice_of_its_kind(source, kind):
    assert read(source) == [("notice", {"kind": kind, "text": f"<p>{source}</p>"})]


def test_quotes_have_their_author():
    said = "« On apprend en faisant, a expliqué Ada Lovelace. On apprend aussi en ratant. »"
    thought = "« il faut du temps, beaucoup de temps, pour décider ensemble ! ».*"

    assert read(f"*{said}*\n\nPour Jean d'Ormes, *{thought}") == [
        quote(f"<p>{said}</p>", author="Ada Lovelace"),
        quote(
            "<p>« il faut du temps, beaucoup de temps, pour décider ensemble ! ».</p>",
            introduction="Pour Jean d'Ormes,",
            author="Jean d'Ormes",
        ),
    ]


def test_a_quote_may_be_signed_on_its_last_line():
    assert read("> Décider ensemble.\n> — Ada Lovelace, mathématicienne") == [
        quote("<p>Décider ensemble.</p>", author="Ada Lovelace", role="mathématicienne")
    ]


@pytest.mark.parametrize("title", ["> Au programme", ">> Au programme <<", "Au programme :"])
def test_a_programme_without_times_is_a_title_and_a_list(title):
    [(kind, value)] = read(f"{title}\n\n- Visiter\n- Débattre\n")

    assert (kind, value["text"]) == ("outline", "<ul><li>Visiter</li><li>Débattre</li></ul>")
    assert value["title"].startswith("Au programme")


def test_a_sentence_in_bold_is_a_highlight():
    assert read("**Une journée que personne n'oubliera !**") == [
        ("highlight", "<p>Une journée que personne n'oubliera !</p>")
    ]


def test_html_is_reduced_to_text():
    assert read(
        "Un<br>deux <u>trois</u> <!-- rien -->\n\n<div>\n<strong>Quatre</strong>\n</div>"
    ) == [
        ("paragraph", "<p>Un<br/>deux trois</p>"),
        ("paragraph", "<p><b>Quatre</b></p>"),
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Un\n\n>>> {ailleurs} Aller", "3: {ailleurs} is not a known target"),
        (">>> {rejoindre}", "1: call to action without text"),
        ("Un\n{{ carte }}", "2: {{ carte }} is not a known placeholder"),
        ("Voir {{ galerie }} ici", "1: {{ galerie }} must be in its own paragraph"),
        ("- ![a](b.png)", "1: an image must be in its own paragraph"),
    ],
)
def test_invalid_markdown_is_refused_with_its_line(source, expected):
    with pytest.raises(ImportRefusal) as caught:
        read(source)

    assert str(caught.value) == expected
