"""Parsed blocks of a file's body, and their conversion to StreamField data."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FileRef:
    """A reference to an image or document that is not stored yet, by its name in the file."""

    name: str
    line: int


@dataclass
class Block:
    """A block. `value` is raw StreamField data, with a `FileRef` in place of each image or document key."""

    kind: str
    value: Any
    line: int


def resolve(value: Any, keys: dict[str, int]) -> Any:
    """Replace each `FileRef` in a value by the key of the stored file."""
    if isinstance(value, FileRef):
        return keys[value.name]
    if isinstance(value, dict):
        return {name: resolve(item, keys) for name, item in value.items()}
    if isinstance(value, list):
        return [resolve(item, keys) for item in value]
    return value


def stored(blocks: list[Block], keys: dict[str, int]) -> list[dict[str, Any]]:
    """Return the blocks as raw StreamField data."""
    return [{"type": block.kind, "value": resolve(block.value, keys)} for block in blocks]
