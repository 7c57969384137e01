"""Typst in a subprocess: `python home/pdf/press.py leaflet < data.json > leaflet.pdf`, or `share_image … > image.png`.

Typst takes some 60 MB with its fonts and releases little of it, which would exceed a web worker's memory budget
(docs/decisions/0018). Does not import Django, and uses typst's embedded fonts only, so that a document is the same on
every machine.
"""

import sys
from pathlib import Path
from typing import Any

import typst

#: By template: a tagged PDF, for which typst raises an error if it would not be accessible; a PNG with a pixel per point.
FORMATS: dict[str, dict[str, Any]] = {
    "leaflet": {"format": "pdf", "pdf_standards": ["ua-1"]},
    "certificate": {"format": "pdf", "pdf_standards": ["ua-1"]},
    "sign_in_sheet": {"format": "pdf", "pdf_standards": ["ua-1"]},
    "table_sheets": {"format": "pdf", "pdf_standards": ["ua-1"]},
    "badges": {"format": "pdf", "pdf_standards": ["ua-1"]},
    "year_figures": {"format": "pdf", "pdf_standards": ["ua-1"]},
    "share_image": {"format": "png", "ppi": 72.0},
}


def press(template: str, data: str) -> bytes:
    """Return the document of this template with the JSON data."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
    source = Path(__file__).with_name(f"{template}.typ").read_bytes()
    return typst.compile(source, font_paths=fonts, sys_inputs={template: data}, **FORMATS[template])


if __name__ == "__main__":
    sys.stdout.buffer.write(press(sys.argv[1], sys.stdin.buffer.read().decode()))
