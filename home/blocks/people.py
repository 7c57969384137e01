"""Blocks for speakers, key figures and tables."""

from collections.abc import Iterator
from typing import Any

from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock

from home.blocks.choosers import DescribedImageBlock
from home.blocks.rich_text import INLINE, RichBlock

GROUP = "Personnes et chiffres"


class SpeakerBlock(blocks.StructBlock):
    name = blocks.CharBlock(label="Nom", max_length=120)
    role = blocks.CharBlock(label="Fonction", required=False, max_length=255)
    organisation = blocks.CharBlock(label="Structure", required=False, max_length=160)
    url = blocks.URLBlock(label="Site", required=False, max_length=500)
    portrait = DescribedImageBlock(label="Portrait", required=False)

    class Meta:
        icon = "user"
        label = "Intervenant·e"


class SpeakersBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="Titre", default="Avec", required=False, max_length=120)
    speakers = blocks.ListBlock(SpeakerBlock(), label="Personnes", min_num=1)

    class Meta:
        template = "components/blocks/speakers.html"
        icon = "group"
        label = "Intervenant·es"
        group = GROUP
        description = "Qui prend la parole : nom, fonction, structure."
        preview_value = {
            "title": "Avec",
            "speakers": [
                {
                    "name": "Camille Roux",
                    "role": "conseillère municipale",
                    "organisation": "Ville de Valbrume",
                    "url": "",
                    "portrait": None,
                },
                {
                    "name": "Élie Marchand",
                    "role": "animateur",
                    "organisation": "La Ruche des communs",
                    "url": "https://example.org/",
                    "portrait": None,
                },
            ],
        }

    def pictures_of(self, value: Any) -> Iterator[tuple[Any, str]]:
        """Yield each portrait with its use, for `home.media.page_pictures`."""
        yield from ((speaker["portrait"], "portrait") for speaker in value["speakers"])


class FigureBlock(blocks.StructBlock):
    number = blocks.CharBlock(
        label="Chiffre", max_length=20, help_text="Par exemple « 40 » ou « 2 sur 3 »."
    )
    label = blocks.CharBlock(label="Ce qu’il compte", max_length=160)

    class Meta:
        icon = "order"
        label = "Chiffre"


class KeyFiguresBlock(blocks.StructBlock):
    figures = blocks.ListBlock(FigureBlock(), label="Chiffres", min_num=1, max_num=6)

    class Meta:
        template = "components/blocks/key_figures.html"
        icon = "order"
        label = "Chiffres clés"
        group = GROUP
        description = "Deux à quatre nombres qui résument la journée."
        preview_value = {
            "figures": [
                {"number": "40", "label": "personnes présentes"},
                {"number": "12", "label": "communes"},
            ]
        }


class TableBlock(TypedTableBlock):
    text = RichBlock(label="Texte", features=INLINE)

    class Meta:
        template = "components/blocks/table.html"
        icon = "table"
        label = "Tableau"
        group = GROUP
        description = "Des lignes et des colonnes, avec un titre pour chaque colonne."
        preview_value = {
            "caption": "Les rencontres de l’année",
            "columns": [
                {"type": "text", "heading": "Quand"},
                {"type": "text", "heading": "Où"},
            ],
            "rows": [
                {"values": ["<p>Mars</p>", "<p>Lille</p>"]},
                {"values": ["<p>Octobre</p>", "<p>Amiens</p>"]},
            ],
        }
