"""Cards as vCard 3.0, the version that all address books read. Pure functions of the fields that the visitor may see."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

#: Maximum octets of a line before it is folded (RFC 2426, 2.6).
LONGEST_LINE = 75


def vcard(fields: Mapping[str, Any], *, names: tuple[str, str], url: str, changed: datetime) -> str:
    """Return the vCard. `names` are the family and given name; an organisation's given name is empty."""
    family, given = names
    lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"FN:{escaped(fields['name'])}",
        f"N:{escaped(family)};{escaped(given)};;;",
        *optional_lines(fields, given=given),
        f"SOURCE:{url}",
        f"UID:{url}",
        f"REV:{changed.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        "END:VCARD",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def optional_lines(fields: Mapping[str, Any], *, given: str) -> list[str]:
    """Return the lines of the fields that are in `fields`."""
    place = str(fields.get("city") or fields.get("territory") or "")
    values = {
        "ORG": fields.get("workplace") if given else fields["name"],
        "TITLE": fields.get("role"),
        "TEL;TYPE=WORK,VOICE": fields.get("phone"),
        "EMAIL;TYPE=INTERNET": fields.get("email"),
        "NOTE": fields.get("presentation"),
    }
    lines = [f"{name}:{escaped(str(value))}" for name, value in values.items() if value]
    if place:
        lines.append(f"ADR;TYPE=WORK:;;;{escaped(place)};;;")
    if themes := fields.get("themes"):
        lines.append("CATEGORIES:" + ",".join(escaped(str(theme)) for theme in themes))
    if website := fields.get("website"):
        lines.append(f"URL:{without_line_ends(website)}")
    return lines


def escaped(text: str) -> str:
    """Escape a value, so that it cannot start another line or value."""
    lines = re.split(r"\r\n|[\r\n\v\f\x85\u2028\u2029]", text)
    return "\\n".join(re.sub(r"([\\;,])", r"\\\1", line) for line in lines)


def without_line_ends(text: str) -> str:
    return "".join(text.split())


def folded(line: str) -> str:
    """Fold a line into pieces of at most 75 octets, without splitting a character."""
    pieces, piece, size = [], "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > LONGEST_LINE:
            pieces.append(piece)
            piece, size = "", 1  # the space at the start of the next piece
        piece += letter
        size += octets
    return "\r\n ".join([*pieces, piece])
