"""Conversion of the HTML that Word, LibreOffice, Google Docs and mail put in the clipboard into blocks of a body.

Their HTML is cleaned first. Titles, lists, tables, links, bold and italic are kept; nothing that runs is. `losses` says in French what
a page cannot hold.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any

import nh3

from home.french import count_of
from home.page_folders.rich_text import VOID, Node, installed, tree_of
from home.page_import.body import ordered_headings
from home.page_import.parsed_blocks import Block

INLINE = {"a", "b", "strong", "i", "em", "br", "span", "font", "u", "sub", "sup", "s"}
CELLS, SECTIONS = (
    {"td", "th"},
    {"div", "section", "article", "blockquote", "center", "table", "tbody"},
)
ROWS = {"table", "thead", "tbody", "tfoot", "tr"}
TITLES = {f"h{number}" for number in range(1, 7)}
TAGS = INLINE | CELLS | SECTIONS | ROWS | TITLES | {"p", "ul", "ol", "li"}
KEPT = {"href", "class", "style", "role", "aria-level", "colspan", "rowspan"}
BOLD = re.compile(r"font-weight:\s*(?:bold|[6-9]00)")
PLAIN = re.compile(r"font-weight:\s*(?:normal|400)")
SLANTED = re.compile(r"font-style:\s*italic")
#: A line of a list in Word: its level, and the sign that Word writes in front of it.
LIST_LINE = re.compile(r"mso-list:[^;]*?level(\d)")
SIGN = re.compile(r"mso-list:\s*ignore", re.IGNORECASE)
NUMBER = re.compile(r"\s*[(]?(?:\d+|[a-z]|[ivx]+)[.)]", re.IGNORECASE)
PICTURE = re.compile(r"<(?:img|v:imagedata)\b", re.IGNORECASE)
LONGEST_TITLE = 255


class NoTargets:
    """Links that were copied lead to other sites: none names a page or a document of this one."""

    def page(self, name: str) -> int | None:
        return None

    document = image = page

    def tell(self, sentence: str) -> None:
        """Nobody is told."""


@dataclass
class Pasted:
    """The blocks, as raw stream data, and what was not kept."""

    blocks: list[dict[str, Any]] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)


def read_clipboard(html: str) -> Pasted:
    attributes = dict.fromkeys(TAGS, KEPT)
    clean = nh3.clean(html, tags=TAGS, attributes=attributes, link_rel=None)
    reader = ClipboardReader()
    reader.walk(tree_of(clean))
    reader.end_text()
    if pictures := len(PICTURE.findall(html)):
        reader.losses.append(f"{count_of(pictures, 'image')} à déposer dans une galerie")
    blocks = ordered_headings(reader.blocks, "")
    return Pasted([{"type": one.kind, "value": one.value} for one in blocks], reader.losses)


class ClipboardReader:
    """Reads the nodes in order. Paragraphs and lists that follow each other are one block of text."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.losses: list[str] = []
        self.text: list[str] = []
        self.loose: list[Node] = []
        self.word_list: list[tuple[int, str, str]] = []

    def walk(self, nodes: list[Node]) -> None:
        for node in nodes:
            if not node.tag or (node.tag in INLINE and not has_parts(node)):
                self.loose.append(node)
                continue
            self.end_line()
            if not LIST_LINE.search(style_of(node)):
                self.end_word_list()
            self.read(node)
        self.end_line()

    def read(self, node: Node) -> None:
        if title_level(node):
            self.title(node)
        elif node.tag == "p" or (node.tag == "li" and not has_parts(node)):
            self.paragraph(node)
        elif node.tag in ("ul", "ol"):
            self.text.append(list_html(node))
        elif node.tag == "table":
            self.table(node)
        else:
            self.walk(node.children)

    def end_line(self) -> None:
        """Make a paragraph of text outside any."""
        nodes, self.loose = self.loose, []
        if nodes and plain_words(nodes):
            self.end_word_list()
            self.text.append(f"<p>{inline_html(nodes)}</p>")

    def end_word_list(self) -> None:
        lines, self.word_list = self.word_list, []
        if lines:
            self.text.append(nested(lines))

    def end_text(self) -> None:
        self.end_line()
        self.end_word_list()
        html, self.text = "".join(self.text), []
        if html:
            self.blocks.append(Block("paragraph", installed(html, NoTargets()), 1))

    def title(self, node: Node) -> None:
        text = plain_words(node.children)
        if text:
            self.end_text()
            value = {"text": text[:LONGEST_TITLE], "level": str(title_level(node)), "anchor": ""}
            self.blocks.append(Block("heading", value, 1))

    def paragraph(self, node: Node) -> None:
        level = LIST_LINE.search(style_of(node))
        if level:
            sign = "".join(plain_words([one]) for one in signs_of(node))
            tag = "ol" if NUMBER.match(sign) else "ul"
            self.word_list.append((int(level[1]), tag, inline_html(node.children)))
        elif has_parts(node):
            self.walk(node.children)
        elif plain_words(node.children):
            self.text.append(f"<p>{inline_html(node.children)}</p>")

    def table(self, node: Node) -> None:
        """Read a table of texts. One of a single column, or with a table in it, is a layout: its content counts."""
        rows = [[one for one in row.children if one.tag in CELLS] for row in rows_of(node)]
        rows = [row for row in rows if any(plain_words(cell.children) for cell in row)]
        width = max(map(len, rows), default=0)
        if width < 2 or len(rows) < 2 or any(holds_table(cell) for row in rows for cell in row):
            for row in rows:
                for cell in row:
                    self.walk(cell.children)
            return
        self.end_text()
        if any({"colspan", "rowspan"} & set(cell.attrs) for row in rows for cell in row):
            self.losses.append("des cellules fusionnées, à vérifier dans le tableau")
        texts = [[cell_html(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
        headings = [plain_words(cell.children) for cell in rows[0]] + [""] * (width - len(rows[0]))
        columns = [{"type": "text", "heading": heading} for heading in headings]
        found = [{"values": values} for values in texts[1:]]
        self.blocks.append(Block("table", {"columns": columns, "rows": found, "caption": ""}, 1))


def style_of(node: Node) -> str:
    return node.attrs.get("style", "")


def title_level(node: Node) -> int:
    """Return the level of a title, 0 for anything else. Word on the web writes titles as paragraphs."""
    if node.tag in TITLES:
        return int(node.tag[1])
    if node.attrs.get("role") == "heading" and node.attrs.get("aria-level", "").isdecimal():
        return int(node.attrs["aria-level"])
    return 1 if "MsoTitle" in node.attrs.get("class", "") else 0


def has_parts(node: Node) -> bool:
    """Return whether it holds paragraphs or titles. Google Docs puts a whole text between two tags of bold."""
    return any(
        child.tag and (child.tag not in INLINE or has_parts(child)) for child in node.children
    )


def rows_of(node: Node) -> Iterator[Node]:
    for child in node.children:
        if child.tag == "tr":
            yield child
        elif child.tag in ROWS:
            yield from rows_of(child)


def holds_table(node: Node) -> bool:
    return node.tag == "table" or any(map(holds_table, node.children))


def signs_of(node: Node) -> Iterator[Node]:
    for child in node.children:
        if SIGN.search(style_of(child)):
            yield Node("span", children=child.children)
        else:
            yield from signs_of(child)


def plain_words(nodes: list[Node]) -> str:
    return " ".join("".join(map(words_in, nodes)).split())


def words_in(node: Node) -> str:
    if SIGN.search(style_of(node)):
        return ""
    if not node.tag:
        return node.text
    inner = "".join(map(words_in, node.children))
    return f" {inner} " if node.tag not in INLINE or node.tag in VOID else inner


def inline_html(nodes: list[Node]) -> str:
    html = re.sub(r"\s+", " ", "".join(map(inline_piece_html, nodes)))
    return re.sub(r"^(?: |<br/>)+|(?: |<br/>)+$", "", html)


def inline_piece_html(node: Node) -> str:
    style = style_of(node)
    if SIGN.search(style):
        return ""
    if not node.tag:
        return escape(node.text, quote=False)
    if node.tag in VOID:
        return "<br/>"
    html = "".join(map(inline_piece_html, node.children))
    if not html.strip():
        return html
    if node.tag == "a" and node.href:
        return f'<a href="{escape(node.href)}">{html}</a>'
    is_bold = node.tag in ("b", "strong") and not PLAIN.search(style)
    html = f"<b>{html}</b>" if is_bold or BOLD.search(style) else html
    return f"<i>{html}</i>" if node.tag in ("i", "em") or SLANTED.search(style) else html


def list_html(node: Node) -> str:
    items = ""
    for child in node.children:
        if child.tag == "li":
            items += f"<li>{item_html(child)}</li>"
        elif child.tag in ("ul", "ol"):  # LibreOffice and Google Docs put a sublist beside its item
            items = f"{items.removesuffix('</li>') or '<li>'}{list_html(child)}</li>"
    return f"<{node.tag}>{items}</{node.tag}>" if items else ""


def item_html(item: Node) -> str:
    below = [child for child in item.children if child.tag in ("ul", "ol")]
    lines = [child for child in item.children if child.tag not in ("ul", "ol")]
    return lines_html(lines) + "".join(map(list_html, below))


def lines_html(nodes: list[Node]) -> str:
    """Return the text of a cell or an item in one line, its paragraphs apart by line breaks."""
    lines: list[list[Node]] = [[]]
    for node in nodes:
        if node.tag and node.tag not in INLINE:
            lines += [node.children, []]
        else:
            lines[-1].append(node)
    return "<br/>".join(filter(None, map(inline_html, lines)))


def cell_html(cell: Node) -> str:
    html = installed(lines_html(cell.children), NoTargets())
    return f"<p>{html}</p>" if html else ""


def nested(lines: list[tuple[int, str, str]]) -> str:
    """Return the lines of a list of Word, each with its level, as lists in lists."""
    html = ""
    open_lists: list[tuple[int, str]] = []
    for level, tag, text in lines:
        while open_lists and open_lists[-1][0] > level:
            html += f"</li></{open_lists.pop()[1]}>"
        if open_lists and open_lists[-1][0] == level:
            html += f"</li><li>{text}"
        else:
            open_lists.append((level, tag))
            html += f"<{tag}><li>{text}"
    return html + "".join(f"</li></{tag}>" for _level, tag in reversed(open_lists))
