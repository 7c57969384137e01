"""Typst in a subprocess: `python home/pdf/press.py < data.json > leaflet.pdf`.

Typst takes some 60 MB with its fonts and releases little of it, which would exceed a web worker's memory budget
(docs/decisions/0018). Does not import Django, and uses typst's embedded fonts only, so that the PDF is the same on
every machine.
"""

import sys
from pathlib import Path

import typst

TEMPLATE = Path(__file__).with_name("leaflet.typ")


def press(data: str) -> bytes:
    """Return a tagged PDF (PDF/UA-1) of the JSON data. Typst raises an error if it would not be accessible."""
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
