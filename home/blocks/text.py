"""Text blocks: paragraphs, lists, headings, highlights, notices, quotes, accordions, questions."""

from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks

from home.blocks.rich_text import FLOWING, INLINE, RichBlock
from home.french import slugify_fr

GROUP = "Texte"


class ParagraphBlock(RichBlock):
    class Meta:
        template = "components/blocks/paragraph.html"
        icon = "pilcrow"
        label = "Paragraphe"
        group = GROUP
        description = "Du texte courant, avec du gras, des liens et au besoin une liste."
        preview_value = (
            "<p>Le réseau réunit des <b>collectivités</b>, des associations et des collectifs "
            "d’habitant·es qui veulent décider ensemble.</p>"
        )


class ListBlock(RichBlock):
    class Meta:
        template = "components/blocks/list.html"
        icon = "list-ul"
        label = "Liste"
        group = GROUP
        description = "Une liste à puces ou numérotée, avec des sous-listes si besoin."
        preview_value = (
            "<ul><li>Partager ce qui marche</li><li>Dire aussi ce qui coince</li>"
            "<li>Repartir avec un contact</li></ul>"
        )

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if cleaned.source and "<li" not in cleaned.source:
            raise ValidationError(
                "Commencez une liste à puces ou numérotée, ou prenez un paragraphe."
            )
        return cleaned


class HeadingValue(blocks.StructValue):
    """A heading. `anchor_id` is set by `home.blocks.context.set_anchors`, so that it is unique in the page."""

    anchor_id = ""

    @property
    def wished_anchor(self) -> str:
        return self.get("anchor") or slugify_fr(self.get("text") or "") or "titre"

    @property
    def identifier(self) -> str:
        return self.anchor_id or self.wished_anchor


class HeadingBlock(blocks.StructBlock):
    text = blocks.CharBlock(label="Intertitre", max_length=255)
    level = blocks.ChoiceBlock(
        search_index=False,
        label="Niveau",
        choices=[("2", "Partie"), ("3", "Sous-partie"), ("4", "Détail")],
        default="2",
        help_text="Une sous-partie vient après une partie, sans sauter de niveau.",
    )
    anchor = blocks.RegexBlock(
        label="Ancre",
        regex=r"^[a-z][a-z0-9-]*$",
        error_messages={"invalid": "Des lettres minuscules, des chiffres et des tirets."},
        required=False,
        max_length=80,
        help_text="Facultative : la fin de l’adresse qui mène ici. Sinon, elle vient du texte.",
    )

    class Meta:
        template = "components/blocks/heading.html"
        icon = "title"
        label = "Intertitre"
        group = GROUP
        value_class = HeadingValue
        description = "Le titre d’une partie de la page. Les longues pages en font leur sommaire."
        preview_value = {"text": "Ce que nous retenons", "level": "2", "anchor": ""}


class HighlightBlock(RichBlock):
    class Meta:
        template = "components/blocks/highlight.html"
        icon = "pick"
        label = "Phrase mise en avant"
        group = GROUP
        description = "Une phrase à lire même quand on ne lit qu’elle."
        preview_value = "<p>Quarante personnes, douze communes, une envie de recommencer.</p>"


class NoticeBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(
        search_index=False,
        label="Nature",
        choices=[
            ("info", "Information"),
            ("alert", "Alerte"),
            ("nb", "Remarque (NB)"),
            ("restricted", "Réservé aux membres"),
            ("deadline", "Date limite"),
        ],
        default="info",
    )
    text = RichBlock(label="Texte", features=FLOWING)

    class Meta:
        template = "components/blocks/notice.html"
        icon = "info-circle"
        label = "Encadré"
        group = GROUP
        description = "Une précision, une alerte, une date limite ou une condition d’accès."
        preview_value = {
            "kind": "deadline",
            "text": "<p>Inscription jusqu’au 3 mars, midi.</p>",
        }


class QuoteValue(blocks.StructValue):
    @property
    def signature(self) -> str:
        """Return the author, or nothing when the introduction already names them."""
        author = self.get("author") or ""
        return "" if author and author in (self.get("introduction") or "") else author

    @property
    def is_marked(self) -> bool:
        """Return whether the text already has quotation marks, so that the template adds none."""
        return "«" in self["text"].source[:60]


class QuoteBlock(blocks.StructBlock):
    introduction = blocks.CharBlock(
        label="Avant la citation",
        required=False,
        max_length=255,
        help_text="Par exemple « Pour Camille Roux, ». Facultatif.",
    )
    text = RichBlock(label="Citation", features=INLINE)
    author = blocks.CharBlock(label="Auteur ou autrice", required=False, max_length=120)
    role = blocks.CharBlock(label="Fonction", required=False, max_length=255)
    source = blocks.CharBlock(
        label="Source", required=False, max_length=255, help_text="Livre, film, article…"
    )

    class Meta:
        template = "components/blocks/quote.html"
        icon = "openquote"
        label = "Citation"
        group = GROUP
        value_class = QuoteValue
        description = "Des mots rapportés, avec le nom de la personne qui les a dits."
        preview_value = {
            "introduction": "",
            "text": "<p>On ne décide pas à la place des gens, on décide avec eux.</p>",
            "author": "Camille Roux",
            "role": "conseillère municipale",
            "source": "",
        }


class DetailBlock(blocks.StructBlock):
    """One panel of an accordion."""

    title = blocks.CharBlock(label="Titre", max_length=255)
    text = RichBlock(label="Texte", features=FLOWING)

    class Meta:
        icon = "arrow-down"
        label = "Volet"


class AccordionBlock(blocks.StructBlock):
    items = blocks.ListBlock(DetailBlock(), label="Volets", min_num=1)

    class Meta:
        template = "components/blocks/accordion.html"
        icon = "list-ul"
        label = "Volets à ouvrir"
        group = GROUP
        description = "Des précisions repliées, que l’on ouvre une à une. Rien d’essentiel ici."
        preview_value = {
            "items": [
                {"title": "Venir en train", "text": "<p>La gare est à dix minutes à pied.</p>"},
                {"title": "Venir à vélo", "text": "<p>Un abri ferme à clé dans la cour.</p>"},
            ]
        }


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(label="Question", max_length=255)
    answer = RichBlock(label="Réponse", features=FLOWING)

    class Meta:
        icon = "help"
        label = "Question"


class QuestionsBlock(blocks.StructBlock):
    items = blocks.ListBlock(QuestionBlock(), label="Questions", min_num=1)

    class Meta:
        template = "components/blocks/questions.html"
        icon = "help"
        label = "Questions et réponses"
        group = GROUP
        description = "Un entretien, ou les questions que l’on vous pose souvent."
        preview_value = {
            "items": [
                {
                    "question": "Faut-il être une collectivité pour adhérer ?",
                    "answer": "<p>Non : associations et collectifs sont les bienvenus.</p>",
                }
            ]
        }
