"""PDF leaflets: content and accessibility."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pikepdf
import pytest

from home.models import SiteSettings
from home.pdf.leaflets import (
    Chapter,
    Figure,
    Leaflet,
    LeafletSpeaker,
    Letterhead,
    Part,
    PressFailed,
    drawable,
    pdf_of,
    typeset,
)
from tests.builders import make_image

URL = "https://reseau.example.org/agenda/forum/"
REVISED = datetime(2026, 5, 2, 10, tzinfo=UTC)
SHEET = Leaflet(
    title="Forum de la participation",
    call="S’inscrire et en savoir plus",
    figure=Figure("3", "décembre 2026"),
    facts=[("Quand", ["Le jeudi 3 décembre 2026"]), ("Où", ["La Halle, Amiens"])],
    lead="Une journée pour comparer nos manières de faire.",
    programme=[Chapter("", [Part("Accueil", "9h30–10h", "Avec Camille Roux"), Part("Plénière")])],
    speakers=[LeafletSpeaker("Camille Roux", "maire, Valbrume")],
    deadline="Inscription jusqu’au jeudi 26 novembre 2026 inclus",
)
HEAD = Letterhead(name="Réseau des communs")


def opened(sheet=SHEET, head=HEAD):
    return pikepdf.open(BytesIO(pdf_of(sheet, head, url=URL, revised_at=REVISED)))


def tags(node, found=None):
    """Return all elements of the structure tree."""
    found = [] if found is None else found
    if isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            found.append(node)
        below = node.get("/K", [])
        for child in below if isinstance(below, pikepdf.Array) else [below]:
            tags(child, found)
    return found


def test_a_leaflet_has_its_language_title_and_structure():
    """The properties of an accessible PDF (PDF/UA-1) that can be read here: tags, language, displayed title."""
    with opened() as pdf, pdf.open_metadata() as told:
        root = pdf.Root
        kinds = Counter(str(node["/S"]) for node in tags(root.StructTreeRoot))
        figures = [node for node in tags(root.StructTreeRoot) if node["/S"] == "/Figure"]

        assert len(pdf.pages) == 1
        assert (str(root.Lang), bool(root.MarkInfo.Marked)) == ("fr-FR", True)
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert told["dc:title"] == "Forum de la participation – Réseau des communs"
        assert told["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
        assert (kinds["/H1"], kinds["/H2"], kinds["/Link"]) == (1, 2, 1)
        assert kinds["/LI"] == 3  # two programme items and a speaker
        assert [str(node["/Alt"]) for node in figures] == [
            "QR code vers reseau.example.org/agenda/forum"
        ]


def title_of(sheet):
    with opened(sheet) as pdf, pdf.open_metadata() as told:
        return told["dc:title"].removesuffix(" – Réseau des communs")


def test_text_is_data_and_never_markup():
    odd = '#panic("x") $x$ *gras* _it_ @ref <label> \\n `c` = titre // com /* x */ [y] {z} #import'

    assert title_of(replace(SHEET, title=odd, lead=odd, status=odd)) == odd


def test_characters_missing_from_the_fonts_are_left_out():
    """A single character missing from the fonts would make the compilation fail."""
    sheet = replace(SHEET, title="Fête 🎉 des 中文 communs\u200b\u202e :\tœuvre\u2028et ½ → №")

    assert title_of(sheet) == "Fête des communs\u00a0: œuvre et ½ → №"


def test_every_character_that_is_kept_can_be_printed():
    kept = drawable("".join(chr(code) for code in range(0x20, 0x3000)))

    assert len(kept) > 1500
    assert title_of(replace(SHEET, title="Tout", lead=" ".join(kept))) == "Tout"


def test_missing_french_spaces_are_added():
    assert title_of(replace(SHEET, title="Qui décide ? « Nous »")) == (
        "Qui décide\u202f? «\u00a0Nous\u00a0»"
    )


@pytest.mark.parametrize(
    "sheet",
    [
        Leaflet(title="Rencontre", call="En savoir plus"),
        replace(SHEET, figure=None, facts=[], programme=[], lead=""),
        replace(
            SHEET, title="Un titre qui n’en finit pas " * 7, figure=Figure("25–28", "mars", True)
        ),
        replace(
            SHEET,
            programme=[
                Chapter(
                    f"Jour {day}",
                    [
                        Part(
                            "Visite d’une commune qui partage la décision",
                            "9h–10h",
                            "Avec Inès Roux",
                        )
                        for _part in range(4)
                    ],
                )
                for day in range(3)
            ],
            speakers=[LeafletSpeaker("Camille Roux", "conseillère municipale, Valbrume")] * 8,
        ),
    ],
    ids=["bare", "no facts", "long title", "twelve sessions"],
)
def test_an_invitation_fits_on_one_page(sheet):
    with opened(sheet) as pdf:
        assert len(pdf.pages) == 1


def test_a_long_leaflet_continues_on_another_page():
    endless = [Part(f"Session {number}", "9h–10h") for number in range(90)]

    with opened(replace(SHEET, programme=[Chapter("", endless)])) as pdf:
        assert len(pdf.pages) > 1
        assert Counter(str(node["/S"]) for node in tags(pdf.Root.StructTreeRoot))["/LI"] == 91


@pytest.mark.django_db
def test_the_letterhead_has_the_networks_name_logo_and_colours():
    identity = SiteSettings(
        name="Les communs",
        logo=make_image(),
        colour_links="#123456",
        contact_email="ici@example.org",
    )
    head = Letterhead.of(identity)

    assert (head.name, head.links, head.action) == ("Les communs", "#123456", "#a63d22")
    assert list(head.contacts) == ["ici@example.org"]
    with opened(head=head) as pdf:
        figures = [node for node in tags(pdf.Root.StructTreeRoot) if node["/S"] == "/Figure"]
        assert str(figures[0]["/Alt"]) == "Les communs"


def test_a_leaflet_that_cannot_be_typeset_raises_press_failed():
    with pytest.raises(PressFailed):
        typeset("leaflet", '{"title": "sans rien d’autre"}')
