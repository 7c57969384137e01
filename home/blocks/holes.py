"""The mark of a proposed text for its missing words: a page with it is kept as a draft and not published."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTable, TypedTableBlockValidationError
from wagtail.rich_text import RichText

HOLE = "⟨à compléter⟩"
#: Also where the editor wrote what is missing: « ⟨à compléter : le lieu⟩ ».
_HOLE = re.compile(r"⟨\s*à compléter[^⟨⟩]*⟩", re.IGNORECASE)
LEFT = (
    "Il reste «\u00a0⟨à compléter⟩\u00a0» ici\u00a0: écrivez la suite, ou retirez la phrase. "
    "Le brouillon, lui, est toujours gardé."
)


def has_hole(value: Any) -> bool:
    """Return whether a text, plain or rich, has the mark."""
    text = value.source if isinstance(value, RichText) else value
    return isinstance(text, str) and _HOLE.search(text) is not None


def children_of(block: blocks.Block, value: Any) -> Iterator[tuple[Any, blocks.Block, Any]]:
    """Yield the place (a name or a position), the block and the value of each part of a block."""
    if isinstance(block, blocks.StreamBlock):
        yield from ((place, one.block, one.value) for place, one in enumerate(value))
    elif isinstance(block, blocks.StructBlock) and isinstance(value, dict):
        yield from ((name, one, value.get(name)) for name, one in block.child_blocks.items())
    elif isinstance(block, blocks.ListBlock):
        yield from ((place, block.child_block, one) for place, one in enumerate(value))


def hole_error(block: blocks.Block, value: Any) -> ValidationError | None:
    """Return the error that points, through the blocks, at each text with the mark; None without any."""
    if has_hole(value):
        return ValidationError(LEFT, code="hole")
    if isinstance(value, TypedTable):
        return table_error(value)
    found = ((place, hole_error(one, held)) for place, one, held in children_of(block, value))
    errors = {place: error for place, error in found if error}
    return error_class(block)(errors) if errors else None


def table_error(table: TypedTable) -> ValidationError | None:
    error = ValidationError(LEFT, code="hole")
    cells = {
        row: {column: error for column, value in enumerate(held["values"]) if has_hole(value)}
        for row, held in enumerate(table.row_data)
    }
    errors = {row: found for row, found in cells.items() if found}
    return TypedTableBlockValidationError(cell_errors=errors) if errors else None


def error_class(block: blocks.Block) -> Callable[[dict[Any, ValidationError]], ValidationError]:
    if isinstance(block, blocks.StructBlock):
        return blocks.StructBlockValidationError
    if isinstance(block, blocks.ListBlock):
        return blocks.ListBlockValidationError
    return blocks.StreamBlockValidationError
