"""Raw notes, typed during a meeting, as blocks of a page: headings, quotations, lists, paragraphs. No word is added.

Pure functions. A block is raw StreamField data: `{"type": …, "value": …}`.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from html import escape
from typing import Any

from home.french import fold
from home.page_import.paragraphs import VERB

Block = dict[str, Any]

#: A heading is a short line alone.
LONGEST_HEADING = 80
#: Lines of a text that was cut to fit a screen; the end of a shorter one was typed.
CUT_LINE = 60
LONGEST_AUTHOR, LONGEST_FIELD = 120, 255

_BULLET = re.compile(r"[-*•–—·◦▪‣]\s+(?=\S)")
_NUMBER = re.compile(r"\d{1,2}[.)]\s+(?=\S)")
_MARKED_HEADING = re.compile(r"#{1,4}\s+(?=\S)")
_ENDED = re.compile(r"[.!?…,;»”\"]$")
_PART = r"(?:(?:Mr?|Mme|Mlle|Dr|Pr|[A-ZÀ-ÖØ-Þ])\.|[A-ZÀ-ÖØ-Þ][\w’'-]*)"
_NAME = rf"{_PART}(?:\s+(?:(?:de|du|des|le|la|van|von)\s+|d[’'])?{_PART}){{0,4}}"
_SAID = r"[«“]\s*(?P<text>[^«»“”]{2,2000}?)\s*[»”]"
_ROLE = r"(?:\s*,\s*(?P<role>[^.!?«»“”\n]{2,200}))?"
#: « … », a dit Camille Roux, maire. — « … » (Camille Roux).
_SAID_BY = re.compile(
    rf"{_SAID}\s*,?\s*(?:{VERB}\s+(?P<name>{_NAME}){_ROLE}|\((?P<bracketed>{_NAME})(?:\s*,\s*(?P<post>[^()]{{2,200}}))?\))"
    r"\s*\.?"
)
#: Camille Roux, maire : « … » — Camille Roux conclut : « … »
_NAMED = re.compile(
    rf"(?<![\w’'-])(?P<name>{_NAME})(?:\s*,\s*(?P<role>[^.!?:«»“”\n]{{2,200}}?))?(?:\s+{VERB})?\s*:\s*{_SAID}"
)
#: Written as a name is, before a quotation of nobody.
_NOBODY = {
    "citation",
    "conclusion",
    "exemple",
    "note",
    "question",
    "remarque",
    "reponse",
    "theme",
    "titre",
}
_ALONE = re.compile(rf"{_SAID}\s*\.?")


def blocks_of(notes: str, titles: Collection[str] = ()) -> list[Block]:
    """Return the blocks of raw notes. A line that is one of these titles, of the event's sessions, is a heading."""
    known = {fold(title).strip() for title in titles}
    lines = [" ".join(line.split()) for line in notes.strip().splitlines()]
    blocks: list[Block] = []
    run: list[str] = []
    for before, line, after in zip(["", *lines], lines, [*lines[1:], None], strict=False):
        heading = heading_in(line, before, after, known)
        if heading or not line:
            blocks += text_blocks(run)
            run = []
            blocks += [heading_block(heading)] if heading else []
        else:
            run.append(line)
    return joined([*blocks, *text_blocks(run)])


def heading_in(line: str, before: str, after: str | None, known: set[str]) -> str:
    """Return the heading that a line is, without its marks; empty if it is none. `after` is None for the last line."""
    marked = _MARKED_HEADING.match(line)
    bare = line[marked.end() if marked else 0 :].rstrip(" :#")
    if bare and len(bare) <= LONGEST_FIELD and (marked or fold(bare).strip() in known):
        return bare
    if before or after is None or not line[:1].isupper() or len(line) > LONGEST_HEADING:
        return ""
    if _NUMBER.match(line) or _ENDED.search(line) or "«" in line:
        return ""
    starts_a_text = not after or line.endswith(":") or line.isupper()
    return bare if starts_a_text else ""


def heading_block(text: str) -> Block:
    return {"type": "heading", "value": {"text": text, "level": "2", "anchor": ""}}


def text_blocks(lines: Sequence[str]) -> Iterator[Block]:
    """Yield the blocks of lines that follow one another: lists, and the texts around them."""
    kind, run = "", list[str]()
    for line in lines:
        found = "ul" if _BULLET.match(line) else "ol" if _NUMBER.match(line) else ""
        if found != kind:
            yield from written(kind, run)
            kind, run = found, []
        run.append(line)
    yield from written(kind, run)


def written(kind: str, lines: Sequence[str]) -> Iterator[Block]:
    if not kind:
        for paragraph in paragraphs(lines):
            yield from around_quotations(paragraph)
        return
    mark = _BULLET if kind == "ul" else _NUMBER
    items = "".join(f"<li>{escape(mark.sub('', line, 1), quote=False)}</li>" for line in lines)
    yield {"type": "list", "value": f"<{kind}>{items}</{kind}>"}


def paragraphs(lines: Sequence[str]) -> Iterator[str]:
    """Yield the paragraphs of lines: a line that was cut goes on with the next one, as does an open quotation."""
    text, cut = "", False
    for line in lines:
        is_open = text.count("«") > text.count("»")
        if text and not (is_open or (cut and not line[:1].isupper())):
            yield text
            text = ""
        text = f"{text} {line}".strip()
        cut = len(line) >= CUT_LINE
    if text:
        yield text


def around_quotations(text: str) -> Iterator[Block]:
    """Yield a quotation for each that names its author or stands alone, and a paragraph for what is between them."""
    alone = _ALONE.fullmatch(text)
    if alone:
        yield quote_block(alone["text"], "", "")
        return
    rest = text
    while found := first_quotation(rest):
        yield from paragraph(rest[: found.start()])
        said = found.groupdict()
        author = said["name"] or said.get("bracketed") or ""
        yield quote_block(said["text"], author, said.get("role") or said.get("post") or "")
        rest = rest[found.end() :]
    yield from paragraph(rest)


def first_quotation(text: str) -> re.Match[str] | None:
    matches = (*_SAID_BY.finditer(text), *_NAMED.finditer(text))
    found = [match for match in matches if fold(match["name"] or "").strip() not in _NOBODY]
    return min(found, key=lambda match: match.start("text"), default=None)


def quote_block(text: str, author: str, role: str) -> Block:
    value = {
        "introduction": "",
        "text": f"<p>{escape(text, quote=False)}</p>",
        "author": author.rstrip(".")[:LONGEST_AUTHOR],
        "role": role.strip()[:LONGEST_FIELD],
        "source": "",
    }
    return {"type": "quote", "value": value}


def paragraph(text: str) -> Iterator[Block]:
    bare = text.strip()
    if any(sign.isalnum() for sign in bare):
        yield {"type": "paragraph", "value": f"<p>{escape(bare, quote=False)}</p>"}


def joined(blocks: Sequence[Block]) -> list[Block]:
    """Put the paragraphs that follow one another in one block."""
    result: list[Block] = []
    for block in blocks:
        if result and block["type"] == result[-1]["type"] == "paragraph":
            result[-1]["value"] += block["value"]
        else:
            result.append(block)
    return result
