"""Conversion of inline Markdown to the rich text stored by a StreamField."""

import html
import re
from collections.abc import Iterable
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

#: CommonMark with pipe tables. HTML is parsed, so that it is cleaned rather than shown as text.
MARKDOWN = MarkdownIt("commonmark", {"maxNesting": 50}).enable("table")
MARKS = {"strong": "b", "em": "i", "b": "b", "i": "i"}
MISSING = "#"
TAG = re.compile(r"<(/?)\s*([a-zA-Z][\w-]*)[^>]*>")


def rich(tokens: Iterable[Token]) -> str:
    """Render bold, italic, links and line breaks; keep only the text of anything else."""
    return balanced("".join(piece(token) for token in tokens)).strip()


def piece(token: Token) -> str:
    kind = token.type
    if kind in ("text", "code_inline"):
        return text_of(token.content)
    if kind == "softbreak":
        return " "
    if kind == "hardbreak":
        return "<br/>"
    if kind == "html_inline":
        return html_piece(token.content)
    if kind == "image":
        return text_of(token.content)
    if kind.startswith("link_"):
        return link_piece(token)
    mark = MARKS.get(kind.rsplit("_", 1)[0])
    return "" if mark is None else f"<{mark}>" if token.nesting == 1 else f"</{mark}>"


def link_piece(token: Token) -> str:
    """Render a link tag. A link without a target gets `#`, which the content checks report to the editor."""
    if token.nesting != 1:
        return "</a>"
    return f'<a href="{html.escape(str(token.attrGet("href") or MISSING))}">'


def html_piece(content: str) -> str:
    match = TAG.fullmatch(content)
    if match is None:
        return ""
    closing, name = match[1], match[2].lower()
    if name == "br":
        return "<br/>"
    mark = MARKS.get(name)
    return f"<{closing}{mark}>" if mark else ""


def balanced(source: str) -> str:
    """Remove unbalanced bold or italic tags, which raw HTML may contain."""
    for mark in ("b", "i"):
        if source.count(f"<{mark}>") != source.count(f"</{mark}>"):
            source = re.sub(rf"</?{mark}>", "", source)
    return source


def text_of(plain: str) -> str:
    """Escape plain text for rich text, quotes and apostrophes excepted."""
    return html.escape(plain, quote=False)


def words(source: str) -> str:
    """Return the plain text of a rich text."""
    return html.unescape(re.sub(r"<[^>]+>", "", source.replace("<br/>", " ")))


def read_inline(source: str, env: dict[str, Any]) -> list[Token]:
    """Parse inline Markdown. `env` holds the document's reference links."""
    return MARKDOWN.parseInline(source, env)[0].children or []


def without_bold(source: str) -> str:
    return re.sub(r"</?b>", "", source)
