"""Content checks: warnings to the editor before publishing. They neither block publishing nor change the text.

A page type adds its own in its `remarks` method. The preview renders them as hidden elements, which Wagtail's content
checker (`home.editor.userbar`) lists with its own results.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.utils.html import strip_tags
from wagtail import blocks
from wagtail.blocks.stream_block import StreamValue
from wagtail.models import Page
from wagtail.rich_text import RichText

from home.blocks.choosers import DescribedImageBlock
from home.blocks.context import RICH_FIELDS
from home.blocks.holes import children_of
from home.blocks.links import CallToActionBlock
from home.blocks.media import VideoBlock
from home.blocks.rich_text import missing_targets
from home.french.inclusive import doubtful_forms, joints

#: Search engines truncate longer titles.
TITLE_LENGTH = 70
#: About three lines of a card.
CARD_TITLE_LENGTH = 100


class Fault(Enum):
    """A kind of problem: its title and advice, as the checker shows them."""

    TITLE = (
        "Titre long",
        "Les moteurs de recherche le coupent : donnez-en un plus court dans l’onglet « Référencement ».",
    )
    CARD_TITLE = (
        "Titre trop long pour les cartes",
        "Donnez un titre court dans l’onglet « Référencement » : il le remplace dans les listes.",
    )
    SUMMARY = (
        "Ni chapô, ni description",
        "Écrivez deux phrases de chapô : elles servent aussi de résumé dans les listes et les moteurs.",
    )
    IMAGE_TEXT = (
        "Image sans texte alternatif",
        "Dites ce que montre l’image, ou cochez « image décorative ».",
    )
    LINK = ("Lien sans destination", "Choisissez la page, le document ou l’adresse où il mène.")
    CALL = (
        "Appel à l’action sans destination",
        "Dites où il mène : tant qu’il ne mène nulle part, c’est un simple texte.",
    )
    TRANSCRIPT = (
        "Vidéo sans transcription",
        "Ajoutez ce qui est dit et montré, pour qui ne peut pas voir ou entendre la vidéo.",
    )
    DOCUMENT_ALONE = (
        "PDF sans équivalent accessible",
        "Reprenez l’essentiel du document dans le contenu de la page, pour qui ne peut pas lire le PDF.",
    )
    INCLUSIVE = (
        "Écriture inclusive inhabituelle",
        "La recherche ne reconnaît pas cette forme : vérifiez-la. Les autres s’écrivent comme « élu·es ».",
    )
    MIXED_INCLUSIVE = (
        "Plusieurs écritures inclusives",
        "La page emploie plusieurs signes, par exemple « élu·es » et « élu-es » : gardez-en un seul.",
    )
    PLACE = (
        "Événement sans lieu",
        "Donnez au moins la commune, ou l’adresse de la visioconférence.",
    )
    PAST = ("Date déjà passée", "L’événement est annoncé à une date passée : vérifiez l’année.")

    @property
    def title(self) -> str:
        return self.value[0]

    @property
    def advice(self) -> str:
        return self.value[1]

    @property
    def code(self) -> str:
        """Return the value of `data-remark` in the preview, and the suffix of the checker's rule."""
        return self.name.lower().replace("_", "-")


@dataclass(frozen=True)
class Remark:
    """An occurrence of a fault, with the words concerned, if any."""

    fault: Fault
    words: str = ""


def page_remarks(page: Page) -> Iterator[Remark]:
    """Yield the remarks common to all page types."""
    yield from title_remarks(page)
    if page.is_content and not page.description:
        yield Remark(Fault.SUMMARY)
    if page.main_image_id and not (page.main_image_alt or page.main_image_decorative):
        yield Remark(Fault.IMAGE_TEXT, page.main_image.title)
    for name in RICH_FIELDS:
        yield from link_remarks(getattr(page, name))
    body = getattr(page, "body", None)
    if isinstance(body, StreamValue):
        yield from body_remarks(body)
    yield from inclusive_remarks(page)


def title_remarks(page: Page) -> Iterator[Remark]:
    if len(page.seo_title or page.title) > TITLE_LENGTH:
        yield Remark(Fault.TITLE)
    if page.is_content and len(page.short_title) > CARD_TITLE_LENGTH:
        yield Remark(Fault.CARD_TITLE)


def link_remarks(source: str) -> Iterator[Remark]:
    for words in missing_targets(source):
        yield Remark(Fault.LINK, words)


def body_remarks(body: StreamValue) -> Iterator[Remark]:
    for block, value in every_block(body.stream_block, body):
        if isinstance(value, RichText):
            yield from link_remarks(value.source)
        elif isinstance(block, DescribedImageBlock):
            if value and not (value.contextual_alt_text or value.decorative):
                yield Remark(Fault.IMAGE_TEXT, value.title)
        elif isinstance(block, CallToActionBlock) and value["target"] == "none":
            yield Remark(Fault.CALL)
        elif isinstance(block, VideoBlock) and not value["transcript"]:
            yield Remark(Fault.TRANSCRIPT, value["title"])


def every_block(block: blocks.Block, value: Any) -> Iterator[tuple[blocks.Block, Any]]:
    """Yield the block and its descendants, each with its value, in page order."""
    yield block, value
    if isinstance(block, DescribedImageBlock):
        return
    for _place, inner, held in children_of(block, value):
        yield from every_block(inner, held)


def inclusive_remarks(page: Page) -> Iterator[Remark]:
    text = " ".join(texts_of(page))
    for words in sorted(set(doubtful_forms(text))):
        yield Remark(Fault.INCLUSIVE, words)
    if len(joints(text)) > 1:
        yield Remark(Fault.MIXED_INCLUSIVE)


def texts_of(page: Page) -> Iterator[str]:
    yield page.title
    yield from (strip_tags(getattr(page, name)) for name in RICH_FIELDS)
    body = getattr(page, "body", None)
    if isinstance(body, StreamValue):
        yield from body.stream_block.get_searchable_content(body)
