"""What the body of a file becomes: typed blocks in the form that a StreamField stores."""

from dataclasses import dataclass
from typing import Any

from home.page_import.refusal import ImportRefusal


@dataclass(frozen=True)
class FileRef:
    """A picture or a document that a block shows, before it is in the site. Its name is as the file wrote it."""

    name: str
    line: int


@dataclass
class Block:
    """One block; `value` is raw, with a `FileRef` where the key of an image or a document will stand."""

    kind: str
    value: Any
    line: int

    def needs_text(self, text: str) -> None:
        if not text.strip():
            raise ImportRefusal(self.line, f"{self.kind} without text")


def resolve(value: Any, keys: dict[str, int]) -> Any:
    """The same value with the key of each file in the place of its name."""
    if isinstance(value, FileRef):
        return keys[value.name]
    if isinstance(value, dict):
        return {name: resolve(item, keys) for name, item in value.items()}
    if isinstance(value, list):
        return [resolve(item, keys) for item in value]
    return value


def stored(blocks: list[Block], keys: dict[str, int]) -> list[dict[str, Any]]:
    """The blocks as a StreamField stores them."""
    return [{"type": block.kind, "value": resolve(block.value, keys)} for block in blocks]
