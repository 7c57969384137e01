"""How exported files name what a row refers to by its key: pages by address, images and documents by file."""

from typing import Protocol

PAGE, DOCUMENT = "page:", "document:"
#: Where the originals stand, below the root of an export.
MEDIA = "media/"


class Unreadable(Exception):
    """A value of an exported file is not what its field holds."""


class Names(Protocol):
    """From a row's key to its name; None when the row does not exist any more."""

    def page(self, key: int) -> str | None: ...

    def image(self, key: int) -> str | None: ...

    def document(self, key: int) -> str | None: ...


class Finds(Protocol):
    """From a name to the key of the row here; None, and told, when there is none."""

    def page(self, name: str) -> int | None: ...

    def image(self, name: str) -> int | None: ...

    def document(self, name: str) -> int | None: ...

    def tell(self, sentence: str) -> None: ...
