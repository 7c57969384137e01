"""Rich text as Markdown and back: the same text, or HTML."""

import pytest

from home.page_folders.rich_text import installed, portable, read, written


class Names:
    """A site with one page and one document."""

    def page(self, key):
        return "/agenda/" if key == 1 else None

    def document(self, key):
        return "media/ab.pdf" if key == 2 else None

    image = document


class Finds:
    def page(self, name):
        return 7 if name == "/agenda/" else None

    def document(self, name):
        return 8 if name == "media/ab.pdf" else None

    image = document

    def tell(self, sentence):
        pass


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("<p>Un texte, <b>gras</b> et <i>penché</i>.</p>", "Un texte, **gras** et *penché*."),
        ("<p>Un</p><p>Deux</p>", "Un\n\nDeux"),
        ("<ul><li>Un<ol><li>Bis</li></ol></li></ul>", "- Un\n  1. Bis"),
        ('<p><a href="https://e.fr/a_(b)">lien</a></p>', "[lien](<https://e.fr/a_(b)>)"),
        ("<p>2 * 3 * 4, [rien], a_b, `c`</p>", "2 \\* 3 \\* 4, \\[rien\\], a_b, \\`c\\`"),
        ("<p>&lt;b&gt; &amp;amp; AT&amp;T</p>", "\\<b> \\&amp; AT&T"),
        ("<p># non</p><p>- non</p><p>12. non</p>", "\\# non\n\n\\- non\n\n12\\. non"),
        ("<p>Ligne<br/>suivante</p>", "Ligne\\\nsuivante"),
    ],
)
def test_text_is_markdown_that_reads_back(html, text):
    assert (written(html), read(text)) == (text, html)


@pytest.mark.parametrize(
    "html",
    [
        "<p> bords </p>",
        "<p>a<b> gras</b></p>",
        "<p></p>",
        "<p>deux\nlignes</p>",
        "<h2>Titre</h2>",
        "<ul></ul>",
        '<p><a href="https://e.fr/é">accent</a></p>',
    ],
)
def test_what_markdown_would_change_stays_html(html):
    assert (written(html), read(html)) == (html, html)


def test_links_have_names_and_lose_a_target_that_is_gone():
    stored = (
        '<p data-block-key="x"><a id="1" linktype="page">A</a> <a linktype="document" id="2">B</a> '
        '<a id="9" linktype="page">C</a> <a href="mailto:a@e.fr">D</a></p>'
    )

    named = portable(stored, Names())

    assert named == (
        '<p><a href="page:/agenda/">A</a> <a href="document:media/ab.pdf">B</a> <a href="#">C</a> '
        '<a href="mailto:a@e.fr">D</a></p>'
    )
    assert installed(named, Finds()) == (
        '<p><a id="7" linktype="page">A</a> <a id="8" linktype="document">B</a> <a href="#">C</a> '
        '<a href="mailto:a@e.fr">D</a></p>'
    )


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ('<p onclick="x()">A<img src=x onerror=y></p>', "<p>A</p>"),
        ('<a href="javascript:x">A</a>', '<a href="#">A</a>'),
        ("<p><b>A", "<p><b>A</b></p>"),
        ("A</div></p><iframe>B", "AB"),
    ],
)
def test_nothing_that_runs_or_breaks_the_page_is_installed(html, kept):
    assert installed(html, Finds()) == kept
