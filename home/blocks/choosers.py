"""Chooser blocks that read images, documents and pages from the request's prefetched objects."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock as WagtailImageBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Page

from home.prefetch.page_objects import current_objects


class ShelfMixin(blocks.ChooserBlock):
    """Read values from the current objects; without them (editor, search index) behave as Wagtail's chooser."""

    @property
    def prefetched_model(self) -> type[Model]:
        return self.model_class

    def bulk_to_python(self, values: Iterable[Any]) -> list[Any]:
        objects = current_objects()
        if objects is None:
            return super().bulk_to_python(values)
        keys = list(values)
        if objects.collecting:
            objects.want(self.prefetched_model, keys)
            return [None] * len(keys)
        return [objects.get(self.prefetched_model, key) for key in keys]

    def to_python(self, value: Any) -> Any:
        if current_objects() is None:
            return super().to_python(value)
        return self.bulk_to_python([value])[0]


class ImageChooser(ShelfMixin, ImageChooserBlock):
    pass


class DocumentChooser(ShelfMixin, DocumentChooserBlock):
    pass


class PageChooser(ShelfMixin, blocks.PageChooserBlock):
    @property
    def prefetched_model(self) -> type[Model]:
        return Page


class CardChooser(PageChooser):
    """A chooser of pages shown as cards: specific pages with their relations, only those the visitor may see."""

    def bulk_to_python(self, values: Iterable[Any]) -> list[Any]:
        objects = current_objects()
        if objects is None:
            return super().bulk_to_python(values)
        keys = list(values)
        if objects.collecting:
            objects.want_cards(keys)
            return [None] * len(keys)
        cards = {card.pk: card for card in objects.cards(keys)}
        return [cards.get(key) for key in keys]


class DescribedImageBlock(WagtailImageBlock):
    """An image with its alternative text for this use, or marked as decorative."""

    def __init__(self, required: bool = True, **kwargs: Any) -> None:
        super().__init__(required=required, **kwargs)
        chooser = ImageChooser(required=required, label="Image")
        chooser.set_name("image")
        self.child_blocks["image"] = chooser

    class Meta:
        form_layout = ["image", "alt_text", "decorative"]  # what it shows is asked for first
