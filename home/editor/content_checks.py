"""Content checks: what the editor is told before publishing. A few faults block publication, none changes the text.

A page type adds its own in its `remarks` method. The page's screen lists them (`home.editor.checklist`); the preview
renders them as hidden elements, which Wagtail's content checker (`home.editor.userbar`) lists with its own results.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.utils.html import strip_tags
from modelcluster.models import get_all_child_relations
from wagtail import blocks
from wagtail.blocks.stream_block import StreamValue
from wagtail.documents import get_document_model
from wagtail.models import Page
from wagtail.rich_text import RichText

from home.access import is_restricted, visible_documents, visible_to
from home.blocks.choosers import DescribedImageBlock
from home.blocks.context import RICH_FIELDS
from home.blocks.gallery import GalleryPictureBlock, People
from home.blocks.holes import children_of, has_hole, hole_error
from home.blocks.links import CallToActionBlock, DownloadBlock
from home.blocks.media import VideoBlock
from home.blocks.rich_text import link_labels, missing_targets
from home.blocks.text import HeadingBlock
from home.editor.page_links import (
    FoundLink,
    chosen,
    is_choice,
    links_of_row,
    raw_links,
    rich_text_links,
)
from home.french.inclusive import doubtful_forms, joints

#: Search engines truncate longer titles.
TITLE_LENGTH = 70
#: About three lines of a card.
CARD_TITLE_LENGTH = 100
#: An address, or the name of a file, in the place of a link's words.
ADDRESS = re.compile(r"\s*(?:https?://|www\.)\S*\s*$", re.IGNORECASE)
FILE = re.compile(
    r"\S\.(?:pdf|docx?|odt|xlsx?|ods|csv|pptx?|odp|zip|jpe?g|png|heic)\s*$", re.IGNORECASE
)
#: Of headings; a page made from a file may have none of them.
LEVELS = {"2": 2, "3": 3, "4": 4}
#: After the name of child rows, the place where the form has them.
ROWS = "-FORMS"
DELETED = "une page qui n’existe plus"


class Part(NamedTuple):
    """A text of a page, or a block of its body with its value."""

    place: str
    block: blocks.Block | None
    value: Any


class Fault(Enum):
    """A kind of problem: its title and advice, as they are shown, and its criterion of RGAA 4.1 where there is one."""

    HOLE = (
        "«\u00a0⟨à compléter⟩\u00a0» dans le texte",
        "Écrivez la suite, ou retirez la phrase.",
    )
    PHOTO_TO_CHECK = (
        "Photo dont l’accord est à vérifier",
        "Demandez leur accord aux personnes que l’on reconnaît, ou retirez la photo.",
    )
    DATES = ("Dates", "Corrigez-les dans leurs champs.")
    NO_DATE = ("Événement sans date", "Donnez au moins le jour du début.")
    TITLE = (
        "Titre long",
        "Les moteurs de recherche le coupent\u00a0: donnez-en un plus court dans l’onglet «\u00a0Référencement\u00a0».",
    )
    CARD_TITLE = (
        "Titre trop long pour les cartes",
        "Donnez un titre court dans l’onglet «\u00a0Référencement\u00a0»\u00a0: il le remplace dans les listes.",
    )
    SUMMARY = (
        "Ni chapô, ni description",
        "Écrivez deux phrases de chapô\u00a0: elles servent aussi de résumé dans les listes et les moteurs.",
    )
    IMAGE_TEXT = (
        "Image sans texte alternatif",
        "Dites ce que montre l’image, ou cochez «\u00a0image décorative\u00a0».",
        "1.1",
    )
    PHOTO_UNASKED = (
        "Photo dont on ne sait pas si l’on y reconnaît quelqu’un",
        "Répondez à «\u00a0Personnes reconnaissables\u00a0», au besoin pour toute la galerie.",
    )
    HEADINGS = (
        "Saut de niveau dans les intertitres",
        "La première partie est une «\u00a0Partie\u00a0»\u202f; une sous-partie vient après une partie, un détail après une sous-partie.",
        "9.1",
    )
    LINK = (
        "Lien sans destination",
        "Choisissez la page, le document ou l’adresse où il mène.",
        "6.1",
    )
    LINK_NAME = (
        "Lien qui montre son adresse",
        "Écrivez ce que l’on trouve au bout du lien, à la place de l’adresse.",
        "6.1",
    )
    FILE_NAME = (
        "Lien qui porte le nom d’un fichier",
        "Écrivez ce qu’est le document, à la place du nom du fichier.",
        "6.1",
    )
    LINK_CLOSED = (
        "Lien vers une page qui n’est pas publique",
        "Les visiteurs n’y trouveront rien\u00a0: publiez cette page, ou retirez le lien.",
    )
    PRIVATE_FILE = (
        "Document privé dans une page publique",
        "Les visiteurs ne pourront pas le télécharger\u00a0: changez-le de collection, ou retirez-le.",
    )
    CALL = (
        "Appel à l’action sans destination",
        "Dites où il mène\u00a0: tant qu’il ne mène nulle part, c’est un simple texte.",
    )
    TRANSCRIPT = (
        "Vidéo sans transcription",
        "Ajoutez ce qui est dit et montré, pour qui ne peut pas voir ou entendre la vidéo.",
        "4.1",
    )
    DOCUMENT_ALONE = (
        "PDF sans équivalent accessible",
        "Reprenez l’essentiel du document dans le contenu de la page, pour qui ne peut pas lire le PDF.",
        "13.3",
    )
    INCLUSIVE = (
        "Écriture inclusive inhabituelle",
        "La recherche ne reconnaît pas cette forme\u00a0: vérifiez-la. Les autres s’écrivent comme «\u00a0élu·es\u00a0».",
    )
    MIXED_INCLUSIVE = (
        "Plusieurs écritures inclusives",
        "La page emploie plusieurs signes, par exemple «\u00a0élu·es\u00a0» et «\u00a0élu-es\u00a0»\u00a0: gardez-en un seul.",
    )
    PLACE = (
        "Événement sans lieu",
        "Donnez au moins la commune, ou l’adresse de la visioconférence.",
    )
    PAST = (
        "Date déjà passée",
        "L’événement est annoncé à une date passée\u00a0: vérifiez l’année.",
    )
    OTHER_DATES = (
        "Date du texte qui n’est pas celle de l’événement",
        "Vérifiez-la\u00a0: elle vient peut-être d’une édition précédente.",
    )
    OVERLAP = (
        "Sessions en même temps",
        "Personne ne peut suivre les deux\u00a0: vérifiez les heures, ou dites dans le texte qu’il faut choisir.",
    )
    OVERBOOKED = (
        "Plus de personnes que de places",
        "Personne ne perd sa place\u00a0: la liste d’attente n’avance plus avant qu’il y en ait une de libre.",
    )
    FEWER_PLACES = (
        "Moins de places dans les sessions que pour l’événement",
        "Les sessions seront complètes avant l’événement\u00a0: vérifiez leurs nombres de places.",
    )
    ONLINE = (
        "En ligne, mais sans adresse",
        "Donnez l’adresse de la visioconférence\u00a0: les personnes inscrites la reçoivent.",
    )
    OPEN_TO_ALL = (
        "Page publique, inscription réservée aux membres",
        "C’est l’usage\u00a0: tout le monde lit l’annonce. Pour que les membres seuls la lisent, changez la confidentialité de la page.",
    )

    @property
    def title(self) -> str:
        return self.value[0]

    @property
    def advice(self) -> str:
        return self.value[1]

    @property
    def criterion(self) -> str:
        """Return the number of the criterion of RGAA 4.1, empty if there is none."""
        return self.value[2] if len(self.value) > 2 else ""

    @property
    def blocks(self) -> bool:
        """Return whether the page may not be published with it: its form refuses it too, at the field."""
        return self in {Fault.HOLE, Fault.PHOTO_TO_CHECK, Fault.DATES, Fault.NO_DATE}

    @property
    def code(self) -> str:
        """Return the value of `data-remark` in the preview, and the suffix of the checker's rule."""
        return self.name.lower().replace("_", "-")


@dataclass(frozen=True)
class Remark:
    """An occurrence of a fault, with the words concerned, if any."""

    fault: Fault
    words: str = ""
    #: The place to correct: the name of a field, or the identifier of a block.
    place: str = field(default="", compare=False)


def page_remarks(page: Page) -> Iterator[Remark]:
    """Yield the remarks common to all page types."""
    yield from hole_remarks(page)
    yield from title_remarks(page)
    if page.is_content and not page.description:
        yield Remark(Fault.SUMMARY, place="lead")
    if page.main_image_id and not (page.main_image_alt or page.main_image_decorative):
        yield Remark(Fault.IMAGE_TEXT, page.main_image.title, "main_image_alt")
    parts = list(parts_of(page))
    for part in parts:
        yield from part_remarks(part)
    yield from heading_remarks(parts)
    yield from target_remarks(page)
    yield from inclusive_remarks(page)


def parts_of(page: Page) -> Iterator[Part]:
    """Yield the texts of a page and the blocks of its body, each with its place, in page order."""
    for name in RICH_FIELDS:
        yield Part(name, None, RichText(getattr(page, name)))
    body = getattr(page, "body", None)
    if isinstance(body, StreamValue):
        for child in body:
            yield from (
                Part(child.id or "body", *one) for one in every_block(child.block, child.value)
            )


def part_remarks(part: Part) -> Iterator[Remark]:
    for check in PART_CHECKS:
        for remark in check(part):
            yield replace(remark, place=part.place)


def hole_remarks(page: Page) -> Iterator[Remark]:
    for name in ("title", *RICH_FIELDS):
        if has_hole(getattr(page, name)):
            yield Remark(Fault.HOLE, place=name)
    body = getattr(page, "body", None)
    if isinstance(body, StreamValue):
        for child in body:
            if hole_error(child.block, child.value):
                yield Remark(Fault.HOLE, place=child.id or "body")


def title_remarks(page: Page) -> Iterator[Remark]:
    if len(page.seo_title or page.title) > TITLE_LENGTH:
        yield Remark(Fault.TITLE, place="seo_title")
    if page.is_content and len(page.short_title) > CARD_TITLE_LENGTH:
        yield Remark(Fault.CARD_TITLE, place="card_title")


def link_remarks(part: Part) -> Iterator[Remark]:
    """Say which links of a text lead nowhere, or show an address or the name of a file instead of words."""
    if not isinstance(part.value, RichText):
        return
    for words in missing_targets(part.value.source):
        yield Remark(Fault.LINK, words)
    for words in link_labels(part.value.source):
        if ADDRESS.match(words):
            yield Remark(Fault.LINK_NAME, words)
        elif FILE.search(words):
            yield Remark(Fault.FILE_NAME, words)


def image_remarks(part: Part) -> Iterator[Remark]:
    image = part.value if isinstance(part.block, DescribedImageBlock) else None
    if image and not (image.contextual_alt_text or image.decorative):
        yield Remark(Fault.IMAGE_TEXT, image.title)


def photo_remarks(part: Part) -> Iterator[Remark]:
    """Say which photos of a gallery show people whose agreement is not known. Those chosen by nobody say nothing."""
    if not isinstance(part.block, GalleryPictureBlock) or not part.value["image"]:
        return
    if part.value.get("people") == People.TO_CHECK:
        yield Remark(Fault.PHOTO_TO_CHECK, part.value["image"].title)
    elif not part.value.get("people"):
        yield Remark(Fault.PHOTO_UNASKED, part.value["image"].title)


def call_remarks(part: Part) -> Iterator[Remark]:
    if isinstance(part.block, CallToActionBlock) and part.value["target"] == "none":
        yield Remark(Fault.CALL)


def video_remarks(part: Part) -> Iterator[Remark]:
    if isinstance(part.block, VideoBlock) and not part.value["transcript"]:
        yield Remark(Fault.TRANSCRIPT, part.value["title"])


def download_remarks(part: Part) -> Iterator[Remark]:
    if isinstance(part.block, DownloadBlock) and FILE.search(part.value["title"] or ""):
        yield Remark(Fault.FILE_NAME, part.value["title"])


PART_CHECKS: tuple[Callable[[Part], Iterator[Remark]], ...] = (
    link_remarks,
    image_remarks,
    photo_remarks,
    call_remarks,
    video_remarks,
    download_remarks,
)


def heading_remarks(parts: Iterable[Part]) -> Iterator[Remark]:
    """Say which headings are more than one level below the one before: the title of the page is of level 1."""
    level = 1
    for part in parts:
        if isinstance(part.block, HeadingBlock):
            before, level = level, LEVELS.get(part.value["level"], level)
            if level > before + 1:
                yield Remark(Fault.HEADINGS, part.value["text"], part.place)


def target_remarks(page: Page) -> Iterator[Remark]:
    """Say which pages and documents that a public page leads to are not public: two queries, and those of rights."""
    public = AnonymousUser()
    if not page.path or is_restricted(public, page):
        return
    links = list(placed_links(page))
    pages = {link.page for _place, link in links if link.page}
    open_pages = set(
        visible_to(public, Page.objects.filter(pk__in=pages)).values_list("pk", flat=True)
    )
    titles = dict(Page.objects.filter(pk__in=pages - open_pages).values_list("pk", "title"))
    documents = get_document_model().objects.filter(
        pk__in={link.document for _place, link in links}
    )
    open_files = visible_documents(public, documents).values("pk")
    closed_files = dict(documents.exclude(pk__in=open_files).values_list("pk", "title"))
    for place, link in links:
        if link.page and link.page not in {*open_pages, page.pk}:
            yield Remark(Fault.LINK_CLOSED, titles.get(link.page, DELETED), place)
        elif link.document in closed_files:
            yield Remark(Fault.PRIVATE_FILE, closed_files[link.document], place)


def placed_links(page: Page) -> Iterator[tuple[str, FoundLink]]:
    """Yield the links of a page, each after the name of its field or the identifier of its block."""
    for name in RICH_FIELDS:
        yield from ((name, link) for link in rich_text_links(getattr(page, name), name))
    for column in filter(is_choice, page._meta.concrete_fields):
        held = chosen(column.related_model, column.value_from_object(page), column.name)
        yield from ((column.name, link) for link in held)
    for relation in get_all_child_relations(page):
        name = relation.get_accessor_name()
        rows = getattr(page, name).all()
        yield from ((name + ROWS, link) for row in rows for link in links_of_row(row))
    body = getattr(page, "body", None)
    if isinstance(body, StreamValue):
        known = body.stream_block.child_blocks
        for raw in (one for one in body.raw_data if one["type"] in known):
            found = raw_links(known[raw["type"]], raw["value"], "body")
            yield from ((raw.get("id") or "body", link) for link in found)


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
    yield from (text for _place, text in placed_texts(page))


def placed_texts(page: Page) -> Iterator[tuple[str, str]]:
    """Yield the plain texts of a page, each after the name of its field or the identifier of its block."""
    yield "title", page.title
    yield from ((name, strip_tags(getattr(page, name))) for name in RICH_FIELDS)
    body = getattr(page, "body", None)
    for child in body if isinstance(body, StreamValue) else []:
        texts = child.block.get_searchable_content(child.value)
        yield from ((child.id or "body", text) for text in texts)
