"""A page's body in exported files: Markdown, and for what has no Markdown form a fenced YAML block with its type.

Unlike a body written by hand (`home.page_import.body`), it is read to the letter: a paragraph that says « NB » stays a
paragraph. `<!-- paragraph -->` and `<!-- /paragraph -->` enclose a block of several paragraphs.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from home.page_folders import plain_yaml, rich_text
from home.page_folders.block_values import item_of
from home.page_folders.rich_text import escaped, target
from home.page_import.body import BodyReader, image_block
from home.page_import.paragraphs import PLACEHOLDER
from home.page_import.parsed_blocks import Block
from home.page_import.rich_text import MARKDOWN, read_inline, rich, words

Item = dict[str, Any]
TEXTS = ("paragraph", "list")
#: Keeps two lists apart, which Markdown would join.
APART = "<!-- -->"
GROUP = re.compile(r"<!-- (/?)(paragraph|list) -->\s*")
FENCE = "```"


class BodyText:
    """Reader of an exported body, into items as `block_values` writes them."""

    def __init__(self, text: str, first_line: int = 1) -> None:
        self.text = text
        self.first_line = first_line
        origins = list(range(first_line, first_line + text.count("\n") + 1))
        self.reader = BodyReader(text, first_line, origins=origins)

    def items(self) -> list[Item]:
        found: list[Item] = []
        group: list[str] | None = None
        for node in SyntaxTreeNode(MARKDOWN.parse(self.text)).children:
            mark = GROUP.fullmatch(node.content) if node.type == "html_block" else None
            if mark and not mark[1]:
                group = []
            elif mark and group is not None:
                found.append({"type": mark[2], "value": rich_text.written("".join(group))})
                group = None
            elif group is not None:
                group.append(rich_text.piece(node, self.reader))
            else:
                found += self.read(node)
        return found

    def read(self, node: SyntaxTreeNode) -> Iterator[Item]:
        readers: dict[str, Callable[[SyntaxTreeNode], Iterator[Item]]] = {
            "paragraph": self.paragraph,
            "bullet_list": self.item_list,
            "ordered_list": self.item_list,
            "heading": self.heading,
            "blockquote": self.quotation,
            "table": self.table,
            "fence": self.fence,
        }
        reader = readers.get(node.type)
        return reader(node) if reader else iter(())

    def paragraph(self, node: SyntaxTreeNode) -> Iterator[Item]:
        source = node.children[0].content
        tokens = read_inline(source, {})
        place = PLACEHOLDER.fullmatch(source)
        if place and place[1] == "document" and place[2]:
            yield {"type": "download", "value": {"document": place[2]}}
        elif len(tokens) == 1 and tokens[0].type == "image":
            yield picture_item(tokens[0])
        else:
            yield text_item("paragraph", f"<p>{rich(tokens)}</p>")

    def item_list(self, node: SyntaxTreeNode) -> Iterator[Item]:
        yield text_item("list", self.reader.list_html(node))

    def heading(self, node: SyntaxTreeNode) -> Iterator[Item]:
        text = words(rich(read_inline(node.children[0].content, {}) if node.children else []))
        yield {"type": "heading", "value": {"text": text} | level(node.tag[1:])}

    def quotation(self, node: SyntaxTreeNode) -> Iterator[Item]:
        for block in self.reader.quotation(node):
            yield quote_item(block)

    def table(self, node: SyntaxTreeNode) -> Iterator[Item]:
        for block in self.reader.table(node):
            rows = [list(map(rich_text.written, row["values"])) for row in block.value["rows"]]
            yield {"type": "table", "value": {"columns": block.value["columns"], "rows": rows}}

    def fence(self, node: SyntaxTreeNode) -> Iterator[Item]:
        line = self.reader.line_of(node) + 1
        item = item_of(plain_yaml.load(node.content, line)) if node.info == "yaml" else None
        if item:
            yield item
        else:
            yield from (text_item("paragraph", block.value) for block in self.reader.code(node))


def text_item(kind: str, html: str) -> Item:
    return {"type": kind, "value": rich_text.written(html)}


def level(number: str) -> dict[str, str]:
    return {} if number == "2" else {"level": number}


def picture_item(token: Token) -> Item:
    value = image_block(token, 1).value
    image = {"image": value["image"]["image"].name}
    if value["image"]["decorative"]:
        image["decorative"] = True
    else:
        image["alt_text"] = "".join(child.content for child in token.children or [])
    caption = {"caption": value["caption"]} if value["caption"] else {}
    return {"type": "image", "value": {"image": image, **caption}}


def quote_item(block: Block) -> Item:
    if block.kind != "quote":
        return {"type": block.kind, "value": block.value}
    value = {name: text for name, text in block.value.items() if text}
    return {"type": "quote", "value": value | {"text": rich_text.written(value.get("text", ""))}}


# Writing


def body_text(items: list[Item]) -> str:
    """Return the body of a page. What comes back from it is the same, or each block is YAML."""
    text = joined(items, [block_text(item) for item in items])
    if BodyText(text).items() != items:
        text = joined(items, [yaml_text(item) for item in items])
    return text


def joined(items: list[Item], texts: list[str]) -> str:
    parts: list[str] = []
    for at, text in enumerate(texts):
        if at and items[at]["type"] == items[at - 1]["type"] == "list":
            parts.append(APART)
        parts.append(text)
    return "".join(f"{part}\n\n" for part in parts)


def block_text(item: Item) -> str:
    """Return the Markdown of a block if it is read back as the same block, else its YAML."""
    writer = WRITERS.get(item["type"])
    text = writer(item["value"]) if writer else ""
    return text if text and BodyText(text).items() == [item] else yaml_text(item)


def yaml_text(item: Item) -> str:
    content = plain_yaml.dump({"block": item["type"], "value": item["value"]})
    fence = FENCE
    while fence in content:
        fence += "`"
    return f"{fence}yaml\n{content}{fence}"


def running_text(kind: str) -> Callable[[Any], str]:
    def write(value: Any) -> str:
        if not value or value.startswith("<"):
            return ""
        if BodyText(value).items() == [{"type": kind, "value": value}]:
            return str(value)
        return f"<!-- {kind} -->\n\n{value}\n\n<!-- /{kind} -->"

    return write


def heading_text(value: Any) -> str:
    level = value.get("level", "2")
    return f"{'#' * int(level)} {escaped(value.get('text', ''))}" if level in "234" else ""


def image_text(value: Any) -> str:
    image = value.get("image", {})
    if "image" not in image:
        return ""
    caption = value.get("caption", "").replace("\\", "\\\\").replace('"', '\\"')
    title = f' "{caption}"' if caption else ""
    return f"![{escaped(image.get('alt_text', ''))}]({target(image['image'])}{title})"


def download_text(value: Any) -> str:
    return f"{{{{ document: {value['document']} }}}}" if value.get("document") else ""


def quote_text(value: Any) -> str:
    lines = value.get("text", "").split("\n")
    if value.get("author"):
        role = f", {escaped(value['role'])}" if value.get("role") else ""
        lines += ["", f"— {escaped(value['author'])}{role}"]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def table_text(value: Any) -> str:
    headings = [escaped(column["heading"]) for column in value.get("columns", [])]
    rows = [headings, ["---"] * len(headings), *value.get("rows", [])]
    if not headings or any("\n" in cell or cell.startswith("<") for row in rows for cell in row):
        return ""
    cells = [[start_cell(cell) for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


def start_cell(text: str) -> str:
    return text.replace("|", "\\|")


WRITERS: dict[str, Callable[[Any], str]] = {
    **{kind: running_text(kind) for kind in TEXTS},
    "heading": heading_text,
    "image": image_text,
    "download": download_text,
    "quote": quote_text,
    "table": table_text,
}
