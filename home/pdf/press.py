"""Prints one leaflet, in a process of its own: `python home/pdf/press.py < data.json > leaflet.pdf`.

The typesetter takes some 60 MB with its fonts and gives back little of it: a web worker that kept it would outgrow its
budget (docs/decisions/0018). Nothing of Django is read here, and nothing but the fonts that typst carries: a sheet
looks the same on every machine.
"""

import sys
from pathlib import Path

import typst

TEMPLATE = Path(__file__).with_name("leaflet.typ")


def press(data: str) -> bytes:
    """A tagged PDF (PDF/UA-1) of this JSON; typst refuses, by an error, what would not be accessible."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
    return typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        font_paths=fonts,
        sys_inputs={"leaflet": data},
        pdf_standards=["ua-1"],
    )


if __name__ == "__main__":
    sys.stdout.buffer.write(press(sys.stdin.buffer.read().decode()))
