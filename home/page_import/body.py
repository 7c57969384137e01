"""Parser of a file's Markdown body into blocks. All text is kept, in order.

Handles the structure of Markdown: paragraphs, headings, lists, quotes, tables, images. `home.page_import.paragraphs`
recognises special paragraphs: `{{ galerie }}`, `>>> call`, notices, deadlines, reported speech.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import nh3
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from home.page_import.paragraphs import CALL, split_lines, typed_paragraph
from home.page_import.parsed_blocks import Block, FileRef
from home.page_import.refusal import ImportRefusal
from home.page_import.rich_text import MARKDOWN, read_inline, rich, text_of, words

MAX_BODY = 1_000_000
HEADING_LEVELS = range(2, 5)
CALL_LINE = re.compile(r"^ {0,3}>>>")
DASH = re.compile(r"\s*(?:[—–]|--? )")
SIGNATURE = re.compile(r"(?:[—–]|--?)\s*([^,<]{2,120})(?:,\s*(.{1,255}))?")
FENCE = re.compile(r"^ {0,3}(```|~~~)")


@dataclass
class BodyReader:
    """Parser of one body. `first_line` is the number of its first line in the file."""

    text: str
    first_line: int
    title: str = ""
    env: dict[str, Any] = field(default_factory=dict)
    origins: list[int] = field(default_factory=list)

    def read(self) -> list[Block]:
        root = SyntaxTreeNode(MARKDOWN.parse(self.with_calls_apart(), self.env))
        blocks = [block for node in root.children for block in self.blocks_of(node)]
        return join_outlines(ordered_headings(blocks, self.title))

    def with_calls_apart(self) -> str:
        """Replace `>>>`, three nested quotes in Markdown, by a marker in its own paragraph."""
        lines: list[str] = []
        fenced = False
        for number, line in enumerate(self.text.split("\n")):
            fenced ^= bool(FENCE.match(line))
            if not fenced and CALL_LINE.match(line):
                line = CALL + CALL_LINE.sub("", line)
                if lines and lines[-1].strip():
                    lines.append("")
                    self.origins.append(self.first_line + number)
            lines.append(line)
            self.origins.append(self.first_line + number)
        return "\n".join(lines)

    def line_of(self, node: SyntaxTreeNode) -> int:
        start = node.map[0] if node.map else 0
        return self.origins[min(start, len(self.origins) - 1)]

    def blocks_of(self, node: SyntaxTreeNode) -> Iterator[Block]:
        readers: dict[str, Callable[[SyntaxTreeNode], Iterator[Block]]] = {
            "paragraph": self.paragraph,
            "heading": self.heading,
            "bullet_list": self.item_list,
            "ordered_list": self.item_list,
            "blockquote": self.quotation,
            "table": self.table,
            "fence": self.code,
            "code_block": self.code,
            "html_block": self.html,
        }
        reader = readers.get(node.type)
        return reader(node) if reader else iter(())

    def paragraph(self, node: SyntaxTreeNode) -> Iterator[Block]:
        line = self.line_of(node)
        for offset, source in split_lines(node.children[0].content):
            for tokens in split_images(read_inline(source, self.env)):
                if isinstance(tokens, Token):
                    yield image_block(tokens, line + offset)
                else:
                    yield from typed_paragraph(rich(tokens), source, line + offset)

    def heading(self, node: SyntaxTreeNode) -> Iterator[Block]:
        text = words(rich(self.inline(node)))
        if text:
            value = {"text": text, "level": node.tag[1:], "anchor": ""}
            yield Block("heading", value, self.line_of(node))

    def item_list(self, node: SyntaxTreeNode) -> Iterator[Block]:
        yield Block("list", self.list_html(node), self.line_of(node))

    def list_html(self, node: SyntaxTreeNode) -> str:
        tag = "ul" if node.type == "bullet_list" else "ol"
        items = "".join(f"<li>{self.item_html(item)}</li>" for item in node.children)
        return f"<{tag}>{items}</{tag}>"

    def item_html(self, item: SyntaxTreeNode) -> str:
        """Return an item's text, paragraphs separated by line breaks, then its sublists."""
        html = ""
        for child in item.children:
            if child.type in ("bullet_list", "ordered_list"):
                html += self.list_html(child)
            else:
                html += ("<br/>" if html and not html.endswith("</ul>") else "") + self.flow(child)
        return html

    def flow(self, node: SyntaxTreeNode) -> str:
        """Return the content of any node inside a list item or quote as inline HTML."""
        if node.type in ("fence", "code_block"):
            return "<br/>".join(text_of(line) for line in node.content.rstrip("\n").split("\n"))
        if node.type == "html_block":
            return clean_html(node.content)
        if node.type in ("bullet_list", "ordered_list"):
            return self.list_html(node)
        if node.children and node.children[0].type == "inline":
            return rich(self.inline(node))
        return "<br/>".join(self.flow(child) for child in node.children)

    def inline(self, node: SyntaxTreeNode) -> list[Token]:
        """Return the tokens of a heading, item, quote or cell. Refuse images, which blocks cannot hold there."""
        tokens = read_inline(node.children[0].content, self.env) if node.children else []
        if any(token.type == "image" for token in tokens):
            raise ImportRefusal(self.line_of(node), "an image must be in its own paragraph")
        return tokens

    def quotation(self, node: SyntaxTreeNode) -> Iterator[Block]:
        if any(child.type in ("bullet_list", "ordered_list", "table") for child in node.children):
            for child in node.children:
                yield from self.blocks_of(child)
            return
        paragraphs = [line for child in node.children for line in self.quoted(child)]
        author, role = "", ""
        signed = SIGNATURE.fullmatch(paragraphs[-1]) if len(paragraphs) > 1 else None
        if signed:
            author, role = words(signed[1]), words(signed[2] or "")
            paragraphs.pop()
        yield Block(
            "quote",
            {
                "introduction": "",
                "text": "".join(f"<p>{text}</p>" for text in paragraphs if text),
                "author": author,
                "role": role,
                "source": "",
            },
            self.line_of(node),
        )

    def quoted(self, node: SyntaxTreeNode) -> Iterator[str]:
        """Yield the paragraphs of a quote. A last line that starts with a dash, the signature, is separate."""
        if node.type != "paragraph":
            yield self.flow(node)
            return
        words_of, _newline, last = node.children[0].content.rpartition("\n")
        parts = [words_of, last] if words_of and DASH.match(last) else [node.children[0].content]
        self.inline(node)
        for part in parts:
            yield re.sub(r"\s*&lt;&lt;$", "", rich(read_inline(part, self.env)))

    def table(self, node: SyntaxTreeNode) -> Iterator[Block]:
        head, *bodies = node.children
        headings = [words(rich(self.inline(cell))) for cell in head.children[0].children]
        rows = [row for body in bodies for row in body.children]
        value = {
            "caption": "",
            "columns": [{"type": "text", "heading": heading} for heading in headings],
            "rows": [
                {"values": [f"<p>{rich(self.inline(cell))}</p>" for cell in row.children]}
                for row in rows
            ],
        }
        yield Block("table", value, self.line_of(node))

    def code(self, node: SyntaxTreeNode) -> Iterator[Block]:
        """Yield a paragraph with the lines of a code block, which may be text indented by mistake."""
        text = self.flow(node)
        if text.strip():
            yield Block("paragraph", f"<p>{text}</p>", self.line_of(node))

    def html(self, node: SyntaxTreeNode) -> Iterator[Block]:
        text = clean_html(node.content)
        if words(text).strip():
            yield Block("paragraph", f"<p>{text}</p>", self.line_of(node))


def clean_html(source: str) -> str:
    """Reduce HTML to text with bold, italic, links and line breaks."""
    cleaned = nh3.clean(
        source,
        tags={"a", "b", "br", "em", "i", "strong"},
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )
    for long, short in (("strong", "b"), ("em", "i")):
        cleaned = cleaned.replace(f"<{long}>", f"<{short}>").replace(f"</{long}>", f"</{short}>")
    return " ".join(cleaned.replace("<br>", "<br/>").split())


def split_images(tokens: list[Token]) -> Iterator[list[Token] | Token]:
    """Yield the images of a paragraph and the runs of tokens around them, in order."""
    run: list[Token] = []
    for token in tokens:
        if token.type == "image":
            yield run
            yield token
            run = []
        else:
            run.append(token)
    yield run


def image_block(token: Token, line: int) -> Block:
    alt = token.content.strip()
    name = str(token.attrGet("src") or "")
    image = {"image": FileRef(name, line), "decorative": not alt, "alt_text": alt}
    caption = str(token.attrGet("title") or "")
    return Block("image", {"image": image, "caption": caption, "credit": ""}, line)


def ordered_headings(blocks: list[Block], title: str) -> list[Block]:
    """Renumber headings from h2 down without skipping a level, and drop a level 1 heading equal to the page title."""
    kept: list[Block] = []
    above: list[int] = []
    for block in blocks:
        if block.kind == "heading":
            level = int(block.value["level"])
            if level == 1 and block.value["text"] == title:
                continue
            above = [*[known for known in above if known < level], level]
            depth = min(HEADING_LEVELS.start + len(above) - 1, HEADING_LEVELS.stop - 1)
            block.value["level"] = str(depth)
        kept.append(block)
    return kept


def join_outlines(blocks: list[Block]) -> list[Block]:
    """Merge a paragraph « Au programme » and the list after it into one outline block."""
    joined: list[Block] = []
    for block in blocks:
        title = outline_title(joined[-1]) if joined and block.kind == "list" else ""
        if title:
            joined[-1] = Block("outline", {"title": title, "text": block.value}, joined[-1].line)
        else:
            joined.append(block)
    return joined


def outline_title(block: Block) -> str:
    html = block.value["text"] if block.kind == "quote" else block.value
    if block.kind not in ("quote", "paragraph") or "<a" in html or html.count("<p>") > 1:
        return ""
    text = words(html).strip()
    is_title = re.match(r"(?:au |le |notre )?programme\b", text, re.IGNORECASE)
    return text if is_title and len(text) <= 80 and not text.endswith((".", "!", "?")) else ""
