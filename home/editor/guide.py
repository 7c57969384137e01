"""The writing guide in the back office, rendered from docs/guide-redaction.md."""

from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from itertools import pairwise
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token
from PIL import Image

from home.french import typo_html
from home.markup import as_markup

DOCS = Path(settings.BASE_DIR) / "docs"
PICTURES = "images/"


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Render the guide. Access is checked by Wagtail, as for every admin URL."""
    contents, html, _titles = read_guide()
    return render(request, "home/admin/guide.html", {"contents": contents, "guide": html})


@require_safe
def guide_picture(request: HttpRequest, name: str) -> FileResponse:
    path = DOCS / PICTURES / f"{name}.webp"
    if not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), content_type="image/webp")


def title_of(anchor: str) -> str:
    """Return the title of a chapter or of a part of one, empty if there is none."""
    return read_guide()[2].get(anchor, "")


@cache
def read_guide() -> tuple[list[tuple[str, str]], SafeString, dict[str, str]]:
    """Return the chapters as (anchor, title) pairs, the guide as HTML, and the title of each anchor, parts of chapters too."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    text = (DOCS / "guide-redaction.md").read_text("utf-8")
    tokens = parser.parse(text.partition("\n")[2])  # the title is in the page's header
    titles = list(anchored_titles(tokens))
    chapters = [(anchor, title) for tag, anchor, title in titles if tag == "h2"]
    for token in tokens:
        for child in token.children or []:
            point_to_picture(child)
    html = typo_html(parser.renderer.render(tokens, parser.options, {}))
    safe = as_markup(html, because="a file of the repository, in which HTML is off")
    return chapters, safe, {anchor: title for _tag, anchor, title in titles}


def anchored_titles(tokens: list[Token]) -> Iterator[tuple[str, str, str]]:
    """Set an `id` on each heading and yield its tag, anchor and words."""
    for opening, words in pairwise(tokens):
        if opening.type == "heading_open":
            anchor = slugify(words.content)
            opening.attrSet("id", anchor)
            yield opening.tag, anchor, words.content


def point_to_picture(token: Token) -> None:
    source = str(token.attrGet("src") or "")
    if token.type != "image" or not source.startswith(PICTURES):
        return
    token.attrSet("src", reverse("editor_guide_picture", args=[Path(source).stem]))
    token.attrSet("loading", "lazy")
    # An absent one costs its place, not the screens that ask for the title of a chapter.
    with suppress(FileNotFoundError), Image.open(DOCS / source) as picture:
        # Its place is kept while it loads, so that a link to a chapter ends at that chapter.
        token.attrSet("width", str(picture.width))
        token.attrSet("height", str(picture.height))
