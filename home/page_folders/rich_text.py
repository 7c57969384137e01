"""Rich text in exported files: Markdown where that gives the same text back, else HTML.

Links to pages and documents are written `page:/agenda/rencontre/` and `document:media/….pdf`. The keys that the editor
gives to lines are left out. HTML begins with `<`, Markdown never does.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from markdown_it.tree import SyntaxTreeNode

from home.page_folders.names import DOCUMENT, PAGE, Finds, Names
from home.page_import.body import BodyReader
from home.page_import.rich_text import MARKDOWN, MISSING, read_inline, rich

#: Elements of the editors' rich text. Of any other the text is kept.
ELEMENTS = frozenset(
    [
        "p",
        "b",
        "i",
        "a",
        "br",
        "ul",
        "ol",
        "li",
        "h2",
        "h3",
        "h4",
        "hr",
        "strong",
        "em",
        "sup",
        "sub",
    ]
)
VOID = frozenset({"br", "hr"})
SAFE_ADDRESS = re.compile(r"https?://|mailto:|tel:|page:/|document:media/|/(?!/)|#", re.IGNORECASE)
MARKS = {"b": "**", "i": "*"}

Address = Callable[[dict[str, str | None]], dict[str, str]]


class Tidier(HTMLParser):
    """Writes HTML in one form only: known elements, closed in order, links with the attributes that `address` gives."""

    def __init__(self, address: Address) -> None:
        super().__init__()
        self.address = address
        self.out: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ELEMENTS:
            return
        given = self.address(dict(attrs)) if tag == "a" else {}
        written = "".join(f' {name}="{escape(value)}"' for name, value in given.items())
        self.out.append(f"<{tag}{written}/>" if tag in VOID else f"<{tag}{written}>")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while tag in self.open:
            closed = self.open.pop()
            self.out.append(f"</{closed}>")
            if closed == tag:
                return

    def handle_data(self, data: str) -> None:
        self.out.append(escape(data, quote=False))

    def tidy(self, html: str) -> str:
        self.feed(html)
        self.close()
        return "".join([*self.out, *(f"</{tag}>" for tag in reversed(self.open))])


def portable(html: str, names: Names) -> str:
    """Return stored rich text with names in place of keys. A link to what is gone is one without a target."""

    def address(attrs: dict[str, str | None]) -> dict[str, str]:
        kind, key = attrs.get("linktype"), attrs.get("id") or ""
        if kind not in ("page", "document"):
            return {"href": attrs.get("href") or MISSING}
        name = None
        if key.isdecimal():
            name = names.page(int(key)) if kind == "page" else names.document(int(key))
        return {"href": f"{kind}:{name}" if name else MISSING}

    return Tidier(address).tidy(html)


def installed(html: str, finds: Finds) -> str:
    """Return rich text as it is stored, with keys in place of names, and nothing that runs."""

    def address(attrs: dict[str, str | None]) -> dict[str, str]:
        href = attrs.get("href") or MISSING
        for scheme, find in ((PAGE, finds.page), (DOCUMENT, finds.document)):
            if href.startswith(scheme):
                key = find(href.removeprefix(scheme))
                return {"id": str(key), "linktype": scheme[:-1]} if key else {"href": MISSING}
        return {"href": href if SAFE_ADDRESS.match(href) else MISSING}

    return Tidier(address).tidy(html)


def written(html: str) -> str:
    """Return tidy HTML as Markdown if reading that gives the same, else as it is."""
    if not html:
        return ""
    text = markdown_of(html)
    return text if text and not text.startswith("<") and read(text) == html else html


def read(text: str) -> str:
    """Return the tidy HTML of what `written` returned."""
    if text.startswith("<") or not text:
        return text
    reader = BodyReader(text, 1, origins=[1] * (text.count("\n") + 1))
    return "".join(piece(node, reader) for node in SyntaxTreeNode(MARKDOWN.parse(text)).children)


def piece(node: SyntaxTreeNode, reader: BodyReader) -> str:
    if node.type in ("bullet_list", "ordered_list"):
        return reader.list_html(node)
    if node.type == "paragraph":
        return f"<p>{rich(read_inline(node.children[0].content, {}))}</p>"
    return f"<p>{reader.flow(node)}</p>"


@dataclass
class Node:
    """An element, or a text when `tag` is empty."""

    tag: str
    text: str = ""
    attrs: dict[str, str] = field(default_factory=dict)
    children: list["Node"] = field(default_factory=list)

    @property
    def href(self) -> str:
        return self.attrs.get("href", "")


class TreeBuilder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.stack = [Node("root")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, attrs={name: value or "" for name, value in attrs})
        self.stack[-1].children.append(node)
        if tag not in VOID:
            self.stack.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.stack.pop()

    def handle_data(self, data: str) -> None:
        self.stack[-1].children.append(Node("", text=data))


def tree_of(html: str) -> list[Node]:
    """Return the top nodes of HTML whose elements are all closed."""
    builder = TreeBuilder()
    builder.feed(html)
    builder.close()
    return builder.stack[0].children


def markdown_of(html: str) -> str:
    """Return Markdown for tidy HTML; empty when it holds what Markdown of pages does not."""
    parts = []
    for node in tree_of(html):
        if node.tag == "p":
            parts.append(start_escaped(inline(node.children)))
        elif node.tag in ("ul", "ol"):
            parts.append("\n".join(list_lines(node)))
        else:
            return ""
    return "\n\n".join(parts)


def list_lines(node: Node) -> list[str]:
    lines = []
    for number, item in enumerate(node.children, start=1):
        marker = "- " if node.tag == "ul" else f"{number}. "
        words = [child for child in item.children if child.tag not in ("ul", "ol")]
        lines += indented(marker, start_escaped(inline(words)).split("\n"))
        for child in item.children:
            if child.tag in ("ul", "ol"):
                lines += indented(" " * len(marker), list_lines(child))
    return lines


def indented(first: str, lines: list[str]) -> list[str]:
    return [f"{first if not at else ' ' * len(first)}{line}" for at, line in enumerate(lines)]


def inline(nodes: list[Node]) -> str:
    return "".join(inline_piece(node) for node in nodes)


def inline_piece(node: Node) -> str:
    if not node.tag:
        return escaped(node.text)
    if node.tag == "br":
        return "\\\n"
    inner = inline(node.children)
    if node.tag == "a":
        return f"[{inner}]({target(node.href)})"
    mark = MARKS.get(node.tag, "")
    return f"{mark}{inner}{mark}"


def target(href: str) -> str:
    """Return an address in brackets if it holds what would end it."""
    return f"<{href}>" if re.search(r"[\s()<>]", href) else href


def escaped(text: str) -> str:
    """Return plain text with the signs of Markdown escaped, where they would be read as such."""
    text = re.sub(r"([\\`*\[\]<])", r"\\\1", text)
    text = re.sub(r"(?<!\w)_|_(?!\w)", r"\\_", text)
    return re.sub(r"&(?=#?\w+;)", r"\\&", text)


def start_escaped(text: str) -> str:
    """Return a paragraph whose lines do not begin as a title, a list, a quotation or a table."""
    lines = []
    for line in text.split("\n"):
        line = re.sub(r"^([#>+=~|-])", r"\\\1", line)
        lines.append(re.sub(r"^(\d{1,9})([.)])", r"\1\\\2", line))
    return "\n".join(lines)
