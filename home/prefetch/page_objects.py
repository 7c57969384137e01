"""The images, documents and pages that one page names, fetched for one visitor: one query a kind, whatever their number."""

import copy
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Prefetch, prefetch_related_objects
from django.http import HttpRequest
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page

from home.access import may_download, visible_to
from home.prefetch.cards import as_cards
from home.prefetch.image_sizes import EVERY_SPEC

_current: ContextVar["Shelf | None"] = ContextVar("shelf", default=None)


class Shelf:
    """First everything that will be needed is noted with `want`, then the first question fetches it all."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self.collecting = False
        self._wanted_cards: set[int] = set()
        self._cards: dict[int, Any] = {}
        self._wanted: dict[type[Model], set[int]] = {}
        self._found: dict[type[Model], dict[int, Any]] = {}
        self._open: set[tuple[type[Model], int]] = set()
        self._lent: list[Any] = []

    def want(self, model: type[Model], keys: Iterable[Any]) -> None:
        """Note that these will be asked for."""
        known = self._found.get(model, {})
        self._wanted.setdefault(model, set()).update(as_keys(keys) - known.keys())

    def want_cards(self, keys: Iterable[Any]) -> None:
        """Note that these pages will be shown as cards."""
        self._wanted_cards |= as_keys(keys) - self._cards.keys()

    def cards(self, keys: Iterable[Any]) -> list[Any]:
        """Those of these pages that this visitor may see, as cards, in this order and each once."""
        ordered = [key for key in dict.fromkeys(keys) if key is not None]
        self.want_cards(ordered)
        if self._wanted_cards:
            pages = visible_to(self.user, Page.objects.filter(pk__in=self._wanted_cards))
            self._cards |= dict.fromkeys(self._wanted_cards)
            self._cards |= {page.pk: page for page in as_cards(pages)}
            self._wanted_cards.clear()
        return [card for key in ordered if (card := self._cards[key]) is not None]

    def get(self, model: type[Model], key: Any) -> Any:
        """A copy of the object for one use of it; None when it is gone or was never public."""
        self.want(model, [key])
        self._fetch()
        return copy.copy(self._found[model].get(as_key(key) or 0))

    def lend(self, images: Iterable[Any]) -> None:
        """Images that were fetched elsewhere (those of cards): their renditions come with the others'."""
        self._lent.extend(images)

    def settle(self) -> None:
        """Fetch what is still awaited once everything was asked for."""
        if self._lent:
            self._prefetch_renditions([])

    def is_open(self, instance: Model) -> bool:
        """Whether this visitor may have this page or document."""
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
        model = get_image_model().get_rendition_model()
        known = model._default_manager.filter(filter_spec__in=EVERY_SPEC)
        wanted = Prefetch("renditions", known, to_attr="prefetched_renditions")
        prefetch_related_objects([*images, *self._lent], wanted)
        self._lent.clear()


def as_key(value: Any) -> int | None:
    """A primary key, also when a stored text spells it. What is no number names nothing."""
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def as_keys(values: Iterable[Any]) -> set[int]:
    return {key for value in values if (key := as_key(value)) is not None}


def shelf_of(request: HttpRequest | None) -> Shelf:
    """The shelf of this request; without a request, one of the public."""
    if request is None:
        return Shelf(AnonymousUser())
    kept = vars(request)
    if "shelf" not in kept:
        kept["shelf"] = Shelf(getattr(request, "user", AnonymousUser()))
    return kept["shelf"]


def current_shelf() -> Shelf | None:
    """The shelf from which blocks are being built now, if any."""
    return _current.get()


@contextmanager
def building_from(shelf: Shelf, *, collecting: bool = False) -> Iterator[None]:
    """Blocks built inside take what they name from the shelf or, while it collects, only note it there."""
    token = _current.set(shelf)
    shelf.collecting = collecting
    try:
        yield
    finally:
        shelf.collecting = False
        _current.reset(token)
