"""Texts that people read are in French and well set; those of the code are in plain English (docs/style.md)."""

import ast
import re
import tokenize
from collections.abc import Iterator
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

from tests.source_files import (
    APPS,
    MODULES,
    ROOT,
    TEMPLATES,
    files,
    name,
    sentences,
    without_comments,
)

# French


class VisibleText(HTMLParser):
    """The text of a template that people see or hear."""

    SPOKEN = ("alt", "title", "aria-label", "placeholder")

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.hidden = 0
        self.feed(re.sub(r"{%.*?%}|{{.*?}}", " ", markup, flags=re.DOTALL))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in {"script", "style"}
        self.words += [value for attribute, value in attrs if attribute in self.SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)


def visible_texts() -> Iterator[tuple[str, str]]:
    """Yield (path, text) for the texts of templates and the strings of the code."""
    for path in TEMPLATES:
        for text in VisibleText(without_comments(path)).words:
            yield name(path), text
    for path in files("*.py", *APPS):
        for text in sentences(ast.parse(path.read_text())):
            yield name(path), text


ENGLISH = re.compile(
    r"\b(the|and|with|your|you|please|click|submit|search|read more|previous|next|back to|welcome|"
    r"sign in|sign out|sign up|log in|log out|not found|required|optional|cancel|save|delete|edit|home page)\b",
    re.IGNORECASE,
)


def test_templates_are_in_french():
    """registration 74."""
    english = [
        f"{name(path)}: {found.group()}"
        for path in TEMPLATES
        for text in VisibleText(without_comments(path)).words
        for found in ENGLISH.finditer(text)
    ]

    assert english == []


def test_apostrophes_are_typographic():
    straight = re.compile(
        r"\b(?:[ldjnscmt]|qu|jusqu|lorsqu|puisqu|aujourd)'[a-zàâéèêîôûœ]", re.IGNORECASE
    )

    assert [
        f"{where}: {text.strip()}" for where, text in visible_texts() if straight.search(text)
    ] == []


def french_texts() -> Iterator[tuple[str, str]]:
    """Yield (path, text) for everything people read: templates, strings of the code, the demonstration, the guide."""
    for app in APPS:
        for path in [*files("*.html", f"{app}/templates"), *files("*.txt", f"{app}/templates")]:
            yield name(path), without_comments(path)
    for path in [*MODULES, *(ROOT / "site_cms/demo").glob("*.py")]:
        for text in sentences(ast.parse(path.read_text())):
            yield name(path), text
    told = [path for path in (ROOT / "site_cms/demo").rglob("*") if path.suffix in {".md", ".yaml"}]
    for path in [*told, ROOT / "docs/guide-redaction.md"]:
        yield name(path), path.read_text()


def test_french_punctuation_has_non_breaking_spaces():
    """U+202F before ; ! ?, U+00A0 before : and inside « », so that no line starts with a punctuation mark."""
    loose = re.compile(r".{0,20}(?: [;!?:](?=[\s<\"'«…){]|$)| »|« ).{0,10}", re.MULTILINE)

    assert [
        f"{where}: {found.group()}"
        for where, text in french_texts()
        for found in loose.finditer(text)
    ] == []


# English

#: Folders whose docstrings, comments and names of tests are in plain English, besides the modules of `tests` itself.
IN_PLAIN_ENGLISH = (
    "directory", "events", "home", "site_cms", "tests/bench", "tests/directory", "tests/events", "tests/faults", "tests/home",
    "tests/journeys", "tests/running", "tests/site_cms",
)  # fmt: skip
#: Archaisms, and relative clauses where English has a noun.
TRANSLATED = re.compile(
    r"\b(?:for|to|of|by|from|with) who\b|\bcan not\b|\b(?:anew|lately|notwithstanding|stood|whom|whoever)\b"
    r"|\bbears?\b|\bone likes\b|\bthe kernel\b|\bstands? (?:in(?! for)|on|at|below|above|beside|between|apart|open)\b"
    r"|\A(?:What|Who|Where|Nothing|The same)\b",
    re.IGNORECASE,
)


def prose(path: Path) -> Iterator[str]:
    """Yield the docstrings, comments and names of tests of a module."""
    source = path.read_text()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.name.replace("_", " ")
    for token in tokenize.generate_tokens(StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def test_docstrings_comments_and_names_of_tests_are_in_plain_english():
    assert [
        f"{name(path)}: {found.group()}: {text}"
        for path in [*files("*.py", *IN_PLAIN_ENGLISH), *sorted((ROOT / "tests").glob("*.py"))]
        for text in prose(path)
        for found in TRANSLATED.finditer(text)
    ] == []
