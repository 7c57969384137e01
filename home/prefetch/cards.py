"""Specific pages of mixed types, fetched for cards. The number of queries does not depend on the number of cards."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Protocol

from django.contrib.contenttypes.models import ContentType
from django.db.models import Prefetch, prefetch_related_objects
from wagtail.fields import StreamField
from wagtail.models import Page, get_page_models
from wagtail.query import PageQuerySet

from home.media.image_sizes import CARD_SPECS
from home.media.renditions import prefetch_drawings
from home.prefetch.facts import Facts

#: Page columns used by the back office only.
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


class ImageCollector(Protocol):
    """Interface of `home.prefetch.page_objects.PageObjects`, which imports this module."""

    def lend(self, images: Iterable[Any]) -> None: ...


@cache
def content_models() -> tuple[type[Page], ...]:
    """Return the page types of mixed lists: related pages, search, feeds. See `BasePage.is_content`."""
    return tuple(model for model in get_page_models() if getattr(model, "is_content", False))


@cache
def suggested_models() -> tuple[type[Page], ...]:
    """Return the page types suggested as related pages. See `BasePage.is_suggested`."""
    return tuple(model for model in content_models() if getattr(model, "is_suggested", False))


def prime_content_types() -> None:
    """Cache the content types of all page types in one query, instead of one query per type."""
    ContentType.objects.get_for_models(*get_page_models())


def cards_of(pages: PageQuerySet, facts: Facts) -> list[Any]:
    """Return `as_cards`, reading only the cards that no request of this generation has read."""
    if not facts.are_shared:
        return as_cards(pages)
    return cards_by_key(pages.values_list("pk", flat=True), facts)


def cards_by_key(keys: Iterable[int], facts: Facts) -> list[Any]:
    keys, known = list(keys), facts.get("cards", dict[int, Any])
    missing = [key for key in keys if key not in known]
    if missing:
        cards = as_cards(Page.objects.filter(pk__in=missing))
        known.update(dict.fromkeys(missing) | {card.pk: card for card in cards})
    return [card for key in keys if (card := known[key]) is not None]


def take_themes(page: Any, card: Any | None) -> None:
    """Give a page the themes that its card has read."""
    if card is not None:
        read = vars(card)["_prefetched_objects_cache"]["page_themes"]
        vars(page).setdefault("_prefetched_objects_cache", {})["page_themes"] = read


def as_cards(
    pages: PageQuerySet, *, beside: Sequence[Page] = (), objects: ImageCollector | None = None
) -> list[Any]:
    """Return the specific pages, in order, with image, renditions and themes. Omits page types without a card.

    Takes three queries: rows of all types through outer joins, themes, renditions. Pages in `beside`, such as the one
    being served, get their themes and renditions from the same queries. With `objects`, renditions are left to
    `objects.settle`, which fetches them with those of the body.
    """
    prime_content_types()
    names = {model: model._meta.model_name for model in content_models()}
    joins = [f"{name}__{join}" for model, name in names.items() for join in model.card_joins]
    rows = pages.select_related(*names.values(), *joins).defer(*heavy_columns())
    found = [specific_of(row, names) for row in rows]
    cards = [page for page in found if page is not None]
    prepare_cards([*beside, *cards], objects)
    return cards


@cache
def heavy_columns() -> tuple[str, ...]:
    """Return the columns that cards do not use, to defer: stream fields, image upload data, back office columns."""
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


def prepare_cards(pages: Iterable[Any], objects: ImageCollector | None = None) -> None:
    """Prefetch the themes of pages and the renditions of their images."""
    pages = [page for page in pages if page.pk]  # a new page in preview is not saved
    links = Page._meta.get_field("page_themes").related_model._default_manager
    prefetch_related_objects(pages, Prefetch("page_themes", links.select_related("theme")))
    pictures = [page.main_image for page in pages if page.main_image_id]
    if objects is None:
        prefetch_drawings(pictures, CARD_SPECS)
    else:
        objects.lend(pictures)
