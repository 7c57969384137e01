"""Values of blocks in exported files. A value that is the block's default is left out.

`plain` and `raw` are each other's inverse: the first from what the database holds to texts, numbers, lists and mappings
with names in place of keys, the second back.
"""

from collections.abc import Callable
from typing import Any

from wagtail import blocks
from wagtail.blocks import Block
from wagtail.contrib.typed_table_block.blocks import BaseTypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock, ImageChooserBlock

from home.page_folders import plain_yaml, rich_text
from home.page_folders.names import Finds, Names, Unreadable
from home.page_import.refusal import ImportRefusal

#: The block that keeps a block of a type that this site does not have: its text is YAML.
UNKNOWN = "unknown"
LEAVES = (str, bool, int, float, type(None))


# From the database


def plain_stream(block: blocks.BaseStreamBlock, items: list[Any], names: Names) -> list[Any]:
    """Return the blocks of a stream, each as `{"type": …, "value": …}`. Types that no longer exist are gone already."""
    known = block.child_blocks
    return [plain_item(known[item["type"]], item, names) for item in items if item["type"] in known]


def plain_item(block: Block, item: Any, names: Names) -> dict[str, Any]:
    if item["type"] == UNKNOWN and (kept := kept_item(item["value"])):
        return kept
    return {"type": item["type"], "value": plain(block, item["value"], names)}


def kept_item(text: Any) -> dict[str, Any] | None:
    """Return the block of another site that a text keeps, unless an editor has changed it to something else."""
    try:
        found = plain_yaml.load(str(text))
    except ImportRefusal:
        return None
    return item_of(found)


def item_of(found: Any) -> dict[str, Any] | None:
    """Return the item that a YAML block tells: `block`, its type, and `value`."""
    if not isinstance(found, dict) or set(found) != {"block", "value"}:
        return None
    if not isinstance(found["block"], str):
        return None
    return {"type": found["block"], "value": found["value"]}


def plain(block: Block, value: Any, names: Names) -> Any:
    return writer_of(block)(block, value, names)


def plain_leaf(block: Block, value: Any, names: Names) -> Any:
    return value


def plain_rich(block: Block, value: Any, names: Names) -> str:
    return rich_text.written(rich_text.portable(value or "", names))


def plain_struct(block: Any, value: Any, names: Names) -> dict[str, Any]:
    """Return the values that are not the default. What is missing has its default, as Wagtail reads it."""
    found = {}
    for name, child in block.child_blocks.items():
        if name in (value or {}):
            one = plain(child, value[name], names)
            if (one or None) != (plain_default(child, names) or None):
                found[name] = one
    return found


def plain_default(block: Block, names: Names) -> Any:
    return plain(block, block.get_prep_value(block.get_default()), names)


def plain_picture(block: Any, value: Any, names: Names) -> dict[str, Any]:
    """Return the image and its text. Before it had one, the value was the image's key."""
    if value is None or isinstance(value, int):
        value = {"image": value, "alt_text": "", "decorative": False}
    found = {name: one for name, one in value.items() if one not in (None, "", False)}
    if "image" in found:
        found["image"] = names.image(found["image"])
    return {name: one for name, one in found.items() if one is not None}


def plain_list(block: Any, value: Any, names: Names) -> list[Any]:
    return [plain(block.child_block, bare(item), names) for item in value or []]


def bare(item: Any) -> Any:
    """Return the value of an item, which Wagtail wraps in a mapping since 2.16."""
    is_wrapped = (
        isinstance(item, dict) and item.get("type") == "item" and {"id", "value"} <= set(item)
    )
    return item["value"] if is_wrapped else item


def plain_nested(block: Any, value: Any, names: Names) -> list[Any]:
    return plain_stream(block, value or [], names)


def plain_table(block: Any, value: Any, names: Names) -> dict[str, Any]:
    if not value:
        return {}
    children = [block.child_blocks[column["type"]] for column in value["columns"]]
    rows = [
        [plain(child, one, names) for child, one in zip(children, row["values"], strict=False)]
        for row in value["rows"]
    ]
    caption = {"caption": value["caption"]} if value.get("caption") else {}
    return {**caption, "columns": value["columns"], "rows": rows}


def plain_chosen(block: Any, value: Any, names: Names) -> str | None:
    if value is None:
        return None
    if isinstance(block, blocks.PageChooserBlock):
        return names.page(value)
    return (names.document if isinstance(block, DocumentChooserBlock) else names.image)(value)


# Back to the database


def raw_stream(block: blocks.BaseStreamBlock, items: Any, finds: Finds) -> list[dict[str, Any]]:
    """Return the items as raw stream data. Raise Unreadable for a value that its block cannot hold.

    A block of a type that this site does not have is told, and kept as text where the stream has a block for that.
    """
    found = []
    for item in items:
        if not isinstance(item, dict) or not isinstance(item.get("type"), str):
            raise Unreadable("a list of blocks is expected")
        child = block.child_blocks.get(item["type"])
        if child is not None:
            found.append({"type": item["type"], "value": checked(child, item, finds)})
            continue
        finds.tell(f"the block {item['type']!r} is not known here: it is kept as text, unseen")
        if UNKNOWN in block.child_blocks:
            text = plain_yaml.dump({"block": item["type"], "value": item.get("value")})
            found.append({"type": UNKNOWN, "value": text})
    return found


def checked(block: Block, item: dict[str, Any], finds: Finds) -> Any:
    """Return the raw value, after Wagtail has read it: a wrong shape must not be found out by a visitor."""
    try:
        value = raw(block, item.get("value"), finds)
        block.to_python(value)
    except Unreadable:
        raise
    except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
        raise Unreadable(f"the block {item['type']!r} cannot be read: {error}") from None
    return value


def raw(block: Block, value: Any, finds: Finds) -> Any:
    return reader_of(block)(block, value, finds)


def raw_leaf(block: Block, value: Any, finds: Finds) -> Any:
    if not isinstance(value, LEAVES):
        raise Unreadable("a text is expected")
    return value


def raw_rich(block: Block, value: Any, finds: Finds) -> str:
    if not isinstance(value, str):
        raise Unreadable("a text is expected")
    return rich_text.installed(rich_text.read(value), finds)


def raw_struct(block: Any, value: Any, finds: Finds) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unreadable("a mapping is expected")
    for name in value:
        if name not in block.child_blocks:
            finds.tell(f"the value {name!r} of a block is not known here: it is left out")
    return {
        name: raw(child, value[name], finds)
        for name, child in block.child_blocks.items()
        if name in value
    }


def raw_picture(block: Any, value: Any, finds: Finds) -> dict[str, Any]:
    empty = {"image": None, "alt_text": "", "decorative": False}
    return empty | raw_struct(block, value or {}, finds)


def raw_list(block: Any, value: Any, finds: Finds) -> list[Any]:
    if not isinstance(value, list):
        raise Unreadable("a list is expected")
    return [raw(block.child_block, one, finds) for one in value]


def raw_nested(block: Any, value: Any, finds: Finds) -> list[Any]:
    if not isinstance(value, list):
        raise Unreadable("a list of blocks is expected")
    return raw_stream(block, value, finds)


def raw_table(block: Any, value: Any, finds: Finds) -> dict[str, Any] | None:
    if not value:
        return None
    columns = [
        {"type": str(column["type"]), "heading": str(column["heading"])}
        for column in value["columns"]
    ]
    children = [block.child_blocks[column["type"]] for column in columns]
    rows = [
        {"values": [raw(child, one, finds) for child, one in zip(children, row, strict=True)]}
        for row in value["rows"]
    ]
    return {"columns": columns, "rows": rows, "caption": str(value.get("caption") or "")}


def raw_chosen(block: Any, value: Any, finds: Finds) -> int | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise Unreadable("a name is expected")
    if isinstance(block, blocks.PageChooserBlock):
        return finds.page(value)
    return (finds.document if isinstance(block, DocumentChooserBlock) else finds.image)(value)


Walk = Callable[[Any, Any, Any], Any]
#: By kind of block, the first that fits: how its value is written, and read.
KINDS: list[tuple[type[Block] | tuple[type[Block], ...], Walk, Walk]] = [
    (blocks.RichTextBlock, plain_rich, raw_rich),
    (ImageBlock, plain_picture, raw_picture),
    (BaseTypedTableBlock, plain_table, raw_table),
    (blocks.BaseStructBlock, plain_struct, raw_struct),
    (blocks.BaseStreamBlock, plain_nested, raw_nested),
    (blocks.ListBlock, plain_list, raw_list),
    ((blocks.PageChooserBlock, DocumentChooserBlock, ImageChooserBlock), plain_chosen, raw_chosen),
    (Block, plain_leaf, raw_leaf),
]


def writer_of(block: Block) -> Walk:
    return next(writer for kind, writer, _reader in KINDS if isinstance(block, kind))


def reader_of(block: Block) -> Walk:
    return next(reader for kind, _writer, reader in KINDS if isinstance(block, kind))
