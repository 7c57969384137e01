"""Printable invitations: one-sheet PDFs of pages. Page types with an invitation register with `leaflet_of`.

The content is passed to typst as JSON, so that editors' text is never read as typst markup.
"""

import json
import re
import subprocess
import sys
import unicodedata
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import singledispatch
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from django.utils.html import escape
from wagtail.models import Page

from home.french import long_date, typo

PRESS = Path(__file__).with_name("press.py")
#: Timeout in seconds. A leaflet takes about 0.2 s.
PATIENCE = 20
LOGO = "max-800x240|format-png"
#: Default colours, as in tokens.css.
LINKS, ACTION = "#17524a", "#a63d22"
#: Characters missing from typst's embedded fonts. With PDF/UA a single one makes the compilation fail.
UNDRAWN = re.compile(
    r"[^ -~\u00a0-\u00ac\u00ae-\u045f\u1e00-\u1eff\u2010-\u2022\u2026\u202f\u2030-\u203a\u2070-\u20bf\u2116\u2122\u2153-\u215e\u2190-\u22ff"
    r"\u25a0-\u25ff]"
)


class PressFailed(Exception):
    """Typst failed or timed out."""


@dataclass(frozen=True)
class Part:
    """A programme item."""

    title: str
    hours: str = ""
    speakers: str = ""


@dataclass(frozen=True)
class Chapter:
    """A day of the programme, or the whole programme without a title."""

    title: str
    items: Sequence[Part]


@dataclass(frozen=True)
class LeafletSpeaker:
    name: str
    detail: str = ""


@dataclass(frozen=True)
class Figure:
    """The date in large type. Decorative: the full date is in the facts."""

    days: str
    months: str
    is_range: bool = False


@dataclass(frozen=True)
class Leaflet:
    """The content of a leaflet, formatted for display. `facts` are pairs of a label and its lines."""

    title: str
    call: str
    kicker: str = "Invitation"
    status: str = ""
    figure: Figure | None = None
    facts: Sequence[tuple[str, Sequence[str]]] = ()
    lead: str = ""
    programme: Sequence[Chapter] = ()
    speakers: Sequence[LeafletSpeaker] = ()
    deadline: str = ""


@dataclass(frozen=True)
class Letterhead:
    """The sender of the invitation: name, logo, colours and contacts."""

    name: str
    logo: str = ""
    links: str = LINKS
    action: str = ACTION
    contacts: Sequence[str] = field(default_factory=list)

    @classmethod
    def of(cls, identity: Any) -> "Letterhead":
        """Build the letterhead from SiteSettings."""
        return cls(
            name=identity.name,
            logo=drawn_logo(identity.logo) if identity.logo else "",
            links=identity.colour_links or LINKS,
            action=identity.colour_action or ACTION,
            contacts=[line for line in (identity.contact_email, identity.contact_phone) if line],
        )


@singledispatch
def leaflet_of(page: Page, now: datetime) -> Leaflet | None:
    """Return the invitation to a page, or None if it has none. Page types register their own implementation."""
    return None


def pdf_of(
    leaflet: Leaflet, letterhead: Letterhead, *, url: str, revised_at: datetime | None
) -> bytes:
    """Return the leaflet as PDF/UA-1, with a QR code of `url`. Raise PressFailed if typst fails."""
    address = re.sub(r"^https?://", "", url).rstrip("/")
    revised = revised_at and f"Version du {long_date(revised_at, weekday=False)}"
    words = asdict(leaflet) | {
        "name": letterhead.name,
        "address": address,
        "notes": [note for note in (revised, *letterhead.contacts) if note],
    }
    signs = {
        "url": url,
        "qr": qr_code(url),
        "logo": letterhead.logo,
        "links": letterhead.links,
        "action": letterhead.action,
    }
    return typeset("leaflet", json.dumps(readable(words) | signs))


def typeset(template: str, data: str) -> bytes:
    """Return the document of a template of this folder with this JSON. Raise PressFailed if typst fails."""
    command = [sys.executable, "-I", str(PRESS), template]
    try:
        done = subprocess.run(  # noqa: S603 -- our own script, the data on its standard input
            command, input=data.encode(), capture_output=True, timeout=PATIENCE, check=True
        )
    except subprocess.CalledProcessError as error:
        raise PressFailed(error.stderr.decode(errors="replace")[-2000:]) from error
    except subprocess.TimeoutExpired as error:
        raise PressFailed("The typesetter did not answer.") from error
    return done.stdout


def readable(value: Any) -> Any:
    """Clean all strings of a value: French spaces, no line breaks, no characters missing from the fonts."""
    if isinstance(value, str):
        return drawable(typo(drawable(value)))
    if isinstance(value, dict):
        return {name: readable(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [readable(one) for one in value]
    return value


def drawable(text: str) -> str:
    one_line = " ".join(line.strip() for line in re.split(r"[\t\r\n\v\f\u2028\u2029]", text))
    composed = unicodedata.normalize("NFC", one_line)
    kept = "".join(
        sign
        for sign in UNDRAWN.sub("", composed)
        if unicodedata.category(sign) not in {"Cn", "Cc", "Cf"}
    )
    return re.sub(r" {2,}", " ", kept).strip()


def qr_code(url: str) -> str:
    """Return the QR code of a URL as SVG. The template prints the URL next to it as text."""
    drawn = BytesIO()
    segno.make(url, error="m", micro=False).save(
        drawn, kind="svg", border=0, xmldecl=False, nl=False
    )
    return drawn.getvalue().decode()


def drawn_logo(logo: Any) -> str:
    """Return the logo embedded in an SVG, which can be passed to typst as text; nothing if it cannot be drawn.

    It is drawn when the settings are saved, and here only if a sheet is asked for before the worker is done.
    """
    rendition = logo.get_rendition(LOGO)
    if not rendition.file:
        return ""
    with rendition.file.open("rb") as file:
        source = f"data:image/png;base64,{b64encode(file.read()).decode()}"
    width, height = rendition.width, rendition.height
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 {width} '
        f'{height}" width="{width}" height="{height}"><image width="{width}" height="{height}" '
        f'xlink:href="{escape(source)}"/></svg>'
    )
