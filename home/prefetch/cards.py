"""Pages of every kind, fetched to be shown as cards: the same few queries for one card and for thirty."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Protocol

from django.contrib.contenttypes.models import ContentType
from django.db.models import Prefetch, prefetch_related_objects
from wagtail.fields import StreamField
from wagtail.models import Page, get_page_models
from wagtail.query import PageQuerySet

#: Of a page, what only the back office reads.
OFFICE_COLUMNS = (
    "draft_title",
    "expire_at",
    "expired",
    "go_live_at",
    "has_unpublished_changes",
    "latest_revision",
    "live_revision",
    "locked",
    "locked_at",
    "locked_by",
    "owner",
)


class PictureShelf(Protocol):
    """Where the renditions of a whole page are fetched at once: home.prefetch.page_objects, which itself makes cards."""

    def lend(self, images: Iterable[Any]) -> None: ...


@cache
def content_models() -> tuple[type[Page], ...]:
    """The page types that stand in mixed lists: related contents, search, feeds. See `BasePage.is_content`."""
    return tuple(model for model in get_page_models() if getattr(model, "is_content", False))


@cache
def suggested_models() -> tuple[type[Page], ...]:
    """The page types that related contents propose by themselves."""
    return tuple(model for model in content_models() if getattr(model, "is_suggested", False))


def prime_content_types() -> None:
    """Read the types of all pages at once: a new process would ask for each when it first meets it."""
    ContentType.objects.get_for_models(*get_page_models())


def as_cards(
    pages: PageQuerySet, *, beside: Sequence[Page] = (), shelf: PictureShelf | None = None
) -> list[Any]:
    """The pages in their order, each as its own type, with picture and themes ready.

    Three queries whatever their number: rows of all types through outer joins, themes, renditions. The pages
    `beside` (the one that is being read) get their themes and pictures in the same queries. With the `shelf` of
    a page that is being prepared, renditions come later with those of its body. Page types without a card are
    left out.
    """
    prime_content_types()
    names = {model: model._meta.model_name for model in content_models()}
    joins = [f"{name}__{join}" for model, name in names.items() for join in model.card_joins]
    rows = pages.select_related(*names.values(), *joins).defer(*heavy_columns())
    found = [specific_of(row, names) for row in rows]
    cards = [page for page in found if page is not None]
    prepare_cards([*beside, *cards], shelf)
    return cards


@cache
def heavy_columns() -> tuple[str, ...]:
    """What a card never shows: bodies and other streams, who uploaded its picture and when, who locked the page."""
    streams = [
        f"{model._meta.model_name}__{field.name}"
        for model in content_models()
        for field in model._meta.local_fields
        if isinstance(field, StreamField)
    ]
    pictures = [
        f"{model._meta.model_name}__main_image__{name}"
        for model in content_models()
        for name in ("created_at", "uploaded_by_user", "file_size", "file_hash")
    ]
    return (*OFFICE_COLUMNS, *streams, *pictures)


def specific_of(row: Page, names: dict[type[Page], Any]) -> Page | None:
    name = names.get(row.specific_class)
    return getattr(row, name) if name else None


def prepare_cards(pages: Iterable[Any], shelf: PictureShelf | None = None) -> None:
    """Fetch the themes of all these pages and the renditions of all their pictures at once."""
    pages = [page for page in pages if page.pk]  # the preview of a new page has no row yet
    links = Page._meta.get_field("page_themes").related_model._default_manager
    prefetch_related_objects(pages, Prefetch("page_themes", links.select_related("theme")))
    pictures = [page.main_image for page in pages if page.main_image_id]
    if shelf is None:
        prefetch_related_objects(pictures, "renditions")
    else:
        shelf.lend(pictures)
