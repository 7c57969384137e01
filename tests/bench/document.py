"""Tables and sections of docs/benchmarks.md, which the benchmarks also print.

A section is one part's figures. A run replaces the sections that it measured; the others keep their figures and the line
that says when, where and how they were measured.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

HEAD = """# Benchmarks

Written by `make bench`: do not edit. Each section says when, where and of which commit it was measured.
[testing.md](testing.md#benchmarks) says what each part does and how to run one alone. A ratio compares figures of one run on
one machine; figures of two machines, or of two runs, compare badly. The load is the machine's before the run: above zero,
something else was using the processor, and requests per second are too low, processor time per request and ratios nearly
right.
"""
SECTION = re.compile(r"^## ", re.MULTILINE)


class CannotMeasure(Exception):
    """A benchmark that cannot be run. The message is one sentence for the person who asked."""


@dataclass(frozen=True)
class Table:
    """A table of Markdown. The first column is text, the others are figures."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]

    def __str__(self) -> str:
        widths = [max(map(len, column)) for column in zip(self.head, *self.rows, strict=True)]
        rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
        return "\n".join(line_of(row, widths) for row in (self.head, rule, *self.rows))


def line_of(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = (cell.replace("|", "\\|") for cell in cells)
    figures = [other.rjust(width) for other, width in zip(others, widths[1:], strict=True)]
    return f"| {' | '.join([first.ljust(widths[0]), *figures])} |"


@dataclass(frozen=True)
class Section:
    """The figures of one part. `blocks` are paragraphs and tables, `charts` SVG by file name, `over` exceeded budgets."""

    title: str
    blocks: Sequence[object]
    over: int = 0
    charts: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return "\n\n".join([f"## {self.title}", *map(str, self.blocks)])

    def text(self, origin: str) -> str:
        """Return the section of the document: the origin of the figures below the title, the charts at the end."""
        images = [f"![{self.title}](images/{name})" for name in self.charts]
        return "\n\n".join([f"## {self.title}", origin, *map(str, self.blocks), *images])


def write(docs: Path, sections: Iterable[Section], origin: str) -> list[str]:
    """Write the sections and their charts below `docs`. Return the titles of earlier sections that stay."""
    file = docs / "benchmarks.md"
    earlier = read(file.read_text()) if file.exists() else {}
    written = {section.title: section.text(origin) for section in sections}
    kept = [title for title in earlier if title not in written]
    # A section that is measured again keeps its place, a new one comes last.
    whole = "\n\n".join((earlier | written).values())
    file.write_text(f"{HEAD}\n{whole}\n")
    (docs / "images").mkdir(exist_ok=True)
    for section in sections:
        for name, chart in section.charts.items():
            (docs / "images" / name).write_text(chart)
    return kept


def read(text: str) -> dict[str, str]:
    """Return the sections of a document by title, in its order."""
    found = [f"## {part.strip()}" for part in SECTION.split(text)[1:]]
    return {section.partition("\n")[0].removeprefix("## "): section for section in found}
