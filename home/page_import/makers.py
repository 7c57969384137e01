"""Base class of page makers, which turn a parsed file into a page, and storage of the file's media."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.models import Collection, Page

from home.french import slugify_fr
from home.models import BasePage, PageTheme, RelatedPage, SiteDocument, SiteImage, Theme
from home.page_import import files
from home.page_import.page_file import COMMON_KEYS, DocumentSpec, PageFile
from home.page_import.parsed_blocks import Block, FileRef, stored
from home.page_import.refusal import ImportRefusal

Stored = TypeVar("Stored", SiteImage, SiteDocument)
#: Returns the existing page of a type by slug, or None.
Finder = Callable[[type[Page], str], Page | None]


class Maker:
    """Creates pages of one type. `read` validates before anything is written; `fill` sets the fields of a page."""

    model: type[BasePage]
    parent: type[Page]
    keys: tuple[str, ...] = ()
    #: Keys whose value is the slug of another page that must exist first, with its model.
    needs: dict[str, type[Page]] = {}

    def read(self, file: PageFile) -> None:
        file.header.allow(*COMMON_KEYS, *self.keys)
        self.place_speakers(file)
        self.place_documents(file)

    def place_speakers(self, file: PageFile) -> None:
        """Append the speakers to the body. Overridden by page types with their own field for them."""
        if file.speakers:
            rows = [{**vars(speaker), "portrait": None} for speaker in file.speakers]
            value = {"title": "Avec", "speakers": rows}
            file.blocks.append(Block("speakers", value, file.header.line_of("speakers")))

    def place_documents(self, file: PageFile) -> None:
        """Append the documents that the body does not place. Overridden by page types with their own field."""
        placed = file.placed_documents()
        for spec in file.documents:
            if spec.ref.name not in placed:
                value = {"document": spec.ref, "title": ""}
                file.blocks.append(Block("download", value, spec.ref.line))

    def find(self, file: PageFile) -> Page | None:
        """Return the page that was imported from the file, by slug: below the parent page, else anywhere."""
        same = self.model.objects.filter(slug=file.slug)
        return same.child_of(self.parent_page()).first() or same.first() if self.ready() else None

    def check(self, file: PageFile, find: Finder) -> None:
        """Refuse a file that conflicts with an existing page, such as a slug in use by another type."""
        if not self.ready():
            return
        other = self.parent_page().get_children().filter(slug=file.slug).first()
        if other is not None and other.specific_class is not self.model:
            kind = other.specific_class._meta.verbose_name
            raise file.header.refuse("slug", f"{file.slug} is the address of another page ({kind})")

    def ready(self) -> bool:
        return self.parent.objects.exists()

    def parent_page(self) -> Page:
        return self.parent.objects.first()

    def fill(self, page: BasePage, file: PageFile, keys: dict[str, int], find: Finder) -> None:
        page.title, page.slug, page.lead = file.title, file.slug, file.lead
        page.draft_title = file.title
        page.updated_on = file.updated
        if file.published:
            page.first_published_at = file.published
        page.body = stored(file.blocks, keys)
        themes = [theme_named(name) for name in file.themes]
        page.page_themes.set([PageTheme(theme=theme) for theme in themes])

    def make(
        self, page: BasePage | None, file: PageFile, keys: dict[str, int], find: Finder
    ) -> BasePage:
        """Write and publish the page with a revision, in one transaction. Raise ImportRefusal if it is invalid."""
        try:
            with transaction.atomic():
                return self.write(page, file, keys, find)
        except ValidationError as error:
            name, messages = next(iter(error.message_dict.items()))
            raise ImportRefusal(
                file.header.line_of(name), f"{name}: {' '.join(messages)}"
            ) from None

    def write(
        self, page: BasePage | None, file: PageFile, keys: dict[str, int], find: Finder
    ) -> BasePage:
        written = page or self.model()
        self.fill(written, file, keys, find)
        if page is None:
            self.parent_page().add_child(instance=written)
        written.save_revision().publish()
        return written


def theme_named(name: str) -> Theme:
    """Return the theme of that name, ignoring case and accents; create it if missing."""
    slug = slugify_fr(name)[:80]
    theme, _created = Theme.objects.get_or_create(slug=slug, defaults={"name": name})
    return theme


def relate(page: BasePage, related: list[Page]) -> None:
    """Set the related pages and publish a revision."""
    page.related_pages.set([RelatedPage(related=other) for other in related])
    page.save_revision().publish()


@dataclass
class MediaStore:
    """Stores a file's images and documents before its page is written.

    Files that the site already has are reused. `take_back` deletes the new ones if the page is refused.
    """

    public: Collection
    private: Collection

    def __post_init__(self) -> None:
        self.made: list[SiteImage | SiteDocument] = []

    def store(self, file: PageFile) -> dict[str, int]:
        keys = {spec.ref.name: self.document(file.folder, spec).pk for spec in file.documents}
        for block in file.blocks:
            for picture in pictures_of(block):
                ref = picture["image"]["image"]
                image = self.image(file.folder, ref, picture)
                keys[ref.name] = image.pk
        return keys

    def image(self, folder: Path, ref: FileRef, picture: dict[str, Any]) -> SiteImage:
        file = files.read_picture(folder, ref)
        alt = picture["image"]["alt_text"]
        image = SiteImage(
            title=(picture["caption"] or alt or Path(ref.name).stem)[:255],
            file=file,
            credit=picture["credit"],
            description=alt[:255],
        )
        image.prepare_file()
        known = SiteImage.objects.filter(file_hash=image.file_hash).first()
        return known or self.keep(image)

    def document(self, folder: Path, spec: DocumentSpec) -> SiteDocument:
        document = SiteDocument(
            title=spec.title,
            file=files.read_document(folder, spec.ref),
            collection=self.private if spec.for_members else self.public,
        )
        document.prepare_file()
        same = {name: getattr(document, name) for name in ("file_hash", "collection", "title")}
        return SiteDocument.objects.filter(**same).first() or self.keep(document)

    def keep(self, item: Stored) -> Stored:
        item.save()
        self.made.append(item)
        return item

    def take_back(self) -> None:
        """Delete what was stored for a refused page. Wagtail deletes the files with the rows."""
        for item in self.made:
            item.delete()
        self.made.clear()


def pictures_of(block: Block) -> list[dict]:
    """Return the pictures of a block, as dicts of image, caption and credit."""
    if block.kind == "gallery":
        return block.value["pictures"]
    return [block.value] if block.kind == "image" else []
