"""The words of a line of Markdown, as the rich text that a StreamField stores."""

import html
import re
from collections.abc import Iterable
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

#: CommonMark with pipe tables. HTML is read as HTML, so that it can be cleaned and not shown as text.
MARKDOWN = MarkdownIt("commonmark", {"maxNesting": 50}).enable("table")
MARKS = {"strong": "b", "em": "i", "b": "b", "i": "i"}
MISSING = "#"
TAG = re.compile(r"<(/?)\s*([a-zA-Z][\w-]*)[^>]*>")


def rich(tokens: Iterable[Token]) -> str:
    """Bold, italic, links and line breaks; of anything else, the words."""
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
    """A link without a target keeps its mark `#`: the editor finds it in the page's checks."""
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
    """Without marks that nobody opened or closed: raw HTML may hold such."""
    for mark in ("b", "i"):
        if source.count(f"<{mark}>") != source.count(f"</{mark}>"):
            source = re.sub(rf"</?{mark}>", "", source)
    return source


def text_of(plain: str) -> str:
    """Plain words as rich text: the signs of HTML are escaped, apostrophes stay as they were typed."""
    return html.escape(plain, quote=False)


def words(source: str) -> str:
    """The plain words of a rich text."""
    return html.unescape(re.sub(r"<[^>]+>", "", source.replace("<br/>", " ")))


def read_inline(source: str, env: dict[str, Any]) -> list[Token]:
    """The tokens of some lines of text; `env` knows the document's reference links."""
    return MARKDOWN.parseInline(source, env)[0].children or []


def without_bold(source: str) -> str:
    return re.sub(r"</?b>", "", source)
