"""Typesettings to test pages with: other fonts, wide spacing, larger text, very long words.

The fonts are generated here, so that a page has the same width on every machine. All characters of a font are boxes of
the same width.
"""

import struct
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from playwright.sync_api import Page

#: Share of the em that a character takes: 0.5 in Palatino, which the site asks for first, 0.6 on a typewriter, 0.67 in
#: the longest words of our titles when bold DejaVu Serif stands in for Palatino.
PITCHES = {"narrow": 0.5, "typewriter": 0.6, "wide": 0.75}
#: Text spacing that must not lose content (WCAG 2.2, criterion 1.4.12).
SPACING = """
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
    p { margin-block-end: 2em !important }
"""
TEXT_SIZE = 16  # the browsers' default
DOUBLE = 2 * TEXT_SIZE  # WCAG 2.2, criterion 1.4.4
ENDLESS = 240  # letters, about the maximum length of a title


@dataclass(frozen=True)
class Typesetting:
    name: str
    style: str = ""
    text_size: int = TEXT_SIZE
    word_length: int = 0  # length to which the first word of each text is extended


def in_font(name: str) -> str:
    return f"* {{ font-family: {name} !important }}"


#: They change the page's text for good, so they must come last.
ENDLESS_WORDS = [
    Typesetting("endless words", in_font("wide"), word_length=ENDLESS),
    Typesetting("endless words twice as large", in_font("wide"), DOUBLE, ENDLESS),
]
TYPESETTINGS = [
    Typesetting("as on this machine"),
    *(Typesetting(f"in the {name} font", in_font(name)) for name in PITCHES),
    Typesetting("widely spaced", in_font("wide") + SPACING),
    Typesetting("twice as large", in_font("wide"), DOUBLE),
    *ENDLESS_WORDS,
]


def typeset(page: Page, typesettings: Sequence[Typesetting]) -> Iterator[Typesetting]:
    """Apply each typesetting to the current page in turn, and yield so that the caller can check it."""
    page.evaluate(
        ADD_FONTS, {name: b64encode(font(pitch)).decode() for name, pitch in PITCHES.items()}
    )
    browser = page.context.new_cdp_session(page)
    for typesetting in typesettings:
        page.evaluate(ADD_STYLE, typesetting.style)
        # The browser's font size setting, which media queries take into account.
        browser.send("Page.setFontSizes", {"fontSizes": {"standard": typesetting.text_size}})
        if typesetting.word_length:
            page.evaluate(DRAW_OUT_WORDS, typesetting.word_length)
        yield typesetting
    browser.send("Page.setFontSizes", {"fontSizes": {"standard": TEXT_SIZE}})
    browser.detach()


ADD_FONTS = """async fonts => {
    for (const [name, file] of Object.entries(fonts)) {
        const font = new FontFace(name, Uint8Array.from(atob(file), letter => letter.charCodeAt(0)));
        document.fonts.add(await font.load());
    }
}"""
# The Content-Security-Policy forbids <style>, but not stylesheets constructed by scripts.
ADD_STYLE = """style => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    document.adoptedStyleSheets = [sheet];
}"""
DRAW_OUT_WORDS = """length => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const text = texts.currentNode;
        if (!text.parentElement.closest("script, style, svg"))
            text.data = text.data.replace(/\\p{L}{4,}/u, word => word.repeat(length).slice(0, length));
    }
}"""


def font(pitch: float) -> bytes:
    """Return a TrueType font in which every character is a box with this width, as a fraction of the em."""
    em, height = 1000, 700
    advance = round(pitch * em)
    right = advance - 60  # boxes do not touch
    box = struct.pack(">5h", 1, 0, 0, right, height)
    # Index of the last point (3), no instructions, and flags of the four on-curve points.
    box += struct.pack(">HH4B", 3, 0, 1, 1, 1, 1)
    box += struct.pack(">8h", 0, right, 0, -right, 0, 0, height, 0) + bytes(2)
    # cmap format 13: many characters, one glyph.
    everything = struct.pack(">HHIII3I", 13, 0, 28, 0, 1, 0x20, 0x2FFF, 1)
    return tables(
        {
            b"OS/2": struct.pack(">HhHH", 4, advance, 400, 5) + bytes(88),
            b"cmap": struct.pack(">HHHHI", 0, 1, 3, 10, 12) + everything,
            b"glyf": box,
            b"head": struct.pack(">IIIIHHqq", 0x10000, 0, 0, 0x5F0F3CF5, 3, em, 0, 0)
            + struct.pack(">4hHHhhh", 0, 0, right, height, 0, 8, 2, 1, 0),
            b"hhea": struct.pack(">I3hH3h", 0x10000, 800, -200, 0, advance, 0, 0, right)
            + struct.pack(">8hH", 1, 0, 0, 0, 0, 0, 0, 0, 2),
            b"hmtx": struct.pack(">HhHh", advance, 0, advance, 0),
            b"loca": struct.pack(
                ">3I", 0, 0, len(box)
            ),  # glyph 0, for missing characters, is empty
            b"maxp": struct.pack(">I14H", 0x10000, 2, 4, 1, 0, 0, 2, *[0] * 8),
            b"name": struct.pack(">3H", 0, 0, 6),
            b"post": struct.pack(">I7I", 0x30000, *[0] * 7),
        }
    )


def tables(parts: dict[bytes, bytes]) -> bytes:
    """Return the font file of these tables, given in alphabetical order. Browsers ignore checksums, so they are 0."""
    head = struct.pack(">IHHHH", 0x10000, len(parts), 128, 3, 16 * len(parts) - 128)
    body = b""
    for tag, part in parts.items():
        head += struct.pack(">4sIII", tag, 0, 12 + 16 * len(parts) + len(body), len(part))
        body += part + bytes(-len(part) % 4)
    return head + body
