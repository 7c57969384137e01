"""Event blocks: programme, outline, practical information."""

from datetime import time
from typing import Any

from wagtail import blocks

from home.blocks.date_fields import TypedTimeBlock
from home.blocks.rich_text import FLOWING, RichBlock

GROUP = "Événement"


class SessionBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="Titre", max_length=255)
    start = TypedTimeBlock(label="Début", required=False)
    end = TypedTimeBlock(label="Fin", required=False)
    text = RichBlock(label="Texte", required=False, features=FLOWING)
    speakers = blocks.CharBlock(label="Intervenant·es", required=False, max_length=255)

    class Meta:
        icon = "time"
        label = "Séquence"


class ProgrammeBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="Titre", required=False, max_length=255)
    sessions = blocks.ListBlock(SessionBlock(), label="Séquences", min_num=1)

    class Meta:
        template = "components/blocks/programme.html"
        icon = "calendar-alt"
        label = "Programme avec horaires"
        group = GROUP
        description = (
            "Le déroulé heure par heure. Pour des places limitées, voir l’onglet Programme."
        )
        preview_value = {
            "title": "Au programme",
            "sessions": [
                {
                    "title": "Accueil et tour de table",
                    "start": time(9, 30),
                    "end": time(10, 15),
                    "text": "<p>Qui est là, et pourquoi.</p>",
                    "speakers": "",
                },
                {
                    "title": "Ateliers",
                    "start": time(10, 30),
                    "end": time(12, 30),
                    "text": "<ul><li>Budget participatif</li><li>Tiers-lieux</li></ul>",
                    "speakers": "Camille Roux, Élie Marchand",
                },
            ],
        }


class OutlineBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="Titre", default="Au programme", max_length=255)
    text = RichBlock(label="Contenu", features=FLOWING)

    class Meta:
        template = "components/blocks/outline.html"
        icon = "clipboard-list"
        label = "Programme sans horaires"
        group = GROUP
        description = "Ce qui est prévu, quand les heures ne sont pas encore connues."
        preview_value = {
            "title": "Au programme",
            "text": "<ul><li>Se rencontrer</li><li>Visiter</li><li>Préparer la suite</li></ul>",
        }


class PracticalBlock(blocks.StructBlock):
    """Practical information of the event page that holds the block; on another page, its text only.

    An event page provides `practical_template`, rendered with `event`, because home does not import events.
    """

    text = RichBlock(
        label="En tête de l’encadré",
        required=False,
        features=FLOWING,
        help_text="Facultatif. Date, lieu, prix et repas viennent des champs de l’événement.",
    )

    class Meta:
        template = "components/blocks/practical.html"
        icon = "pin"
        label = "Informations pratiques"
        group = GROUP
        description = (
            "Date, heures, lieu, prix, repas et date limite, tirés des champs de l’événement. "
            "Ailleurs que sur un événement, seul le texte est montré."
        )
        preview_value = {"text": "<p>Rendez-vous dans la cour, à 9h15.</p>"}

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> Any:
        context = super().get_context(value, parent_context=parent_context)
        page = context.get("page")
        template = getattr(page, "practical_template", "")
        return context | {"event": page if template else None, "practical_template": template}
