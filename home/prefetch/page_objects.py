"""Images, documents and pages referred to by a page, fetched for one visitor with one query per model."""

import copy
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model
from django.http import HttpRequest
from wagtail.documents import get_document_model
from wagtail.models import Page

from home.access import Visitor, may_download, visible_to
from home.media.image_sizes import EVERY_SPEC
from home.media.renditions import prefetch_drawings
from home.prefetch.cards import as_cards
from home.prefetch.facts import Facts, facts_of

_current: ContextVar["PageObjects | None"] = ContextVar("objects", default=None)


class PageObjects:
    """A per-request store of objects. `want` collects keys; the first read fetches all of them."""

    def __init__(self, user: Visitor, facts: Facts | None = None) -> None:
        self.user = user
        self._facts = facts or Facts()
        self.collecting = False
        self._wanted_cards: set[int] = set()
        self._cards: dict[int, Any] = {}
        self._wanted: dict[type[Model], set[int]] = {}
        self._found: dict[type[Model], dict[int, Any]] = {}
        self._open: set[tuple[type[Model], int]] = set()
        self._lent: list[Any] = []

    def want(self, model: type[Model], keys: Iterable[Any]) -> None:
        """Add keys to the next fetch."""
        known = self._found.get(model, {})
        self._wanted.setdefault(model, set()).update(as_keys(keys) - known.keys())

    def want_cards(self, keys: Iterable[Any]) -> None:
        """Add pages to the next fetch of cards."""
        self._wanted_cards |= as_keys(keys) - self._cards.keys()

    def cards(self, keys: Iterable[Any]) -> list[Any]:
        """Return the cards of the pages that the visitor may see, in order and without duplicates."""
        ordered = [key for key in dict.fromkeys(keys) if key is not None]
        self.want_cards(ordered)
        if self._wanted_cards:
            pages = visible_to(self.user, Page.objects.filter(pk__in=self._wanted_cards))
            self._cards |= dict.fromkeys(self._wanted_cards)
            self._cards |= {page.pk: page for page in as_cards(pages)}
            self._wanted_cards.clear()
        return [card for key in ordered if (card := self._cards[key]) is not None]

    def get(self, model: type[Model], key: Any) -> Any:
        """Return a copy of the object, or None if it does not exist or is a page that is not live."""
        self.want(model, [key])
        self._fetch()
        return copy.copy(self._found[model].get(as_key(key) or 0))

    def lend(self, images: Iterable[Any]) -> None:
        """Add images fetched elsewhere, such as those of cards, to the next query for renditions."""
        self._lent.extend(images)

    def settle(self) -> None:
        """Fetch the renditions of lent images that no other query has fetched."""
        if self._lent:
            self._prefetch_renditions([])

    def is_open(self, instance: Model) -> bool:
        """Return whether the visitor may see the page or download the document."""
        model = Page if isinstance(instance, Page) else type(instance)
        self.want(model, [instance.pk])
        self._fetch()
        return (model, instance.pk) in self._open

    def _fetch(self) -> None:
        for model, keys in self._wanted.items():
            if keys:
                load = self._load_pages if model is Page else self._load_others
                self._found.setdefault(model, {}).update(dict.fromkeys(keys) | load(model, keys))
            else:
                self._found.setdefault(model, {})
        self._wanted.clear()

    def _load_pages(self, model: type[Model], keys: set[int]) -> dict[int, Any]:
        visible = visible_to(self.user, Page.objects.filter(pk__in=keys))
        found = {page.pk: page for page in visible}
        self._open.update((Page, key) for key in found)
        private = keys - found.keys()
        if private:
            found.update({page.pk: page for page in Page.objects.live().filter(pk__in=private)})
        return found

    def _load_others(self, model: type[Model], keys: set[int]) -> dict[int, Any]:
        rows: Any = model._default_manager.filter(pk__in=keys)
        if model is get_document_model():
            found = {document.pk: document for document in rows.select_related("collection")}
            opened = [key for key, document in found.items() if may_download(self.user, document)]
            self._open.update((model, key) for key in opened)
            return found
        images = list(rows)
        self._prefetch_renditions(images)
        return {image.pk: image for image in images}

    def _prefetch_renditions(self, images: list[Any]) -> None:
        known: dict[int, Any] = self._facts.get("drawings", dict)
        shown = [*images, *self._lent]
        missing = [image for image in shown if image.pk not in known]
        prefetch_drawings(missing, EVERY_SPEC)
        known.update((image.pk, image.drawings) for image in missing)
        for image in shown:
            image.drawings = known[image.pk]
        self._lent.clear()


def as_key(value: Any) -> int | None:
    """Return a primary key given as a number or as text, or None if it is not one."""
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def as_keys(values: Iterable[Any]) -> set[int]:
    return {key for value in values if (key := as_key(value)) is not None}


def page_objects_of(request: HttpRequest | None) -> PageObjects:
    """Return the objects of the request; without a request, new ones for the public."""
    if request is None:
        return PageObjects(AnonymousUser())
    kept = vars(request)
    if "objects" not in kept:
        kept["objects"] = PageObjects(getattr(request, "user", AnonymousUser()), facts_of(request))
    return kept["objects"]


def current_objects() -> PageObjects | None:
    """Return the objects set by `building_from`, or None."""
    return _current.get()


@contextmanager
def building_from(objects: PageObjects, *, collecting: bool = False) -> Iterator[None]:
    """Make blocks built inside read their objects from these or, with `collecting`, only register their keys."""
    token = _current.set(objects)
    objects.collecting = collecting
    try:
        yield
    finally:
        objects.collecting = False
        _current.reset(token)
