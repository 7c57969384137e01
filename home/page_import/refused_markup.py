"""Refusal of scripts, frames, forms and executable URLs in imported text."""

import html
import re

from home.page_import.refusal import ImportRefusal

_BETWEEN = r"[\x00-\x1f]*"
_RUNNING = _BETWEEN.join("javascript") + r"[\x00-\x1f]*:"
FORBIDDEN = {
    re.compile(
        r"<[\s/]*(script|iframe|frame|object|embed|applet|form|style|svg|math|link|meta|base)\b",
        re.IGNORECASE,
    ): "the element {0} is not allowed",
    re.compile(
        r"<\s*[a-z][^<>]*[\s\"'/](on[a-z]{3,})\s*=", re.IGNORECASE
    ): "the attribute {0} is not allowed",
    re.compile(rf"({_RUNNING})", re.IGNORECASE): "addresses that run javascript are not allowed",
    re.compile(r"(vbscript:|data:text/html)", re.IGNORECASE): "addresses that run are not allowed",
}


def refuse_scripts(text: str, first_line: int) -> None:
    """Raise ImportRefusal for executable markup, also if obfuscated by entities or control characters."""
    for candidate in (text, html.unescape(text)):
        for pattern, reason in FORBIDDEN.items():
            match = pattern.search(candidate)
            if match:
                line = first_line + candidate.count("\n", 0, match.start())
                raise ImportRefusal(line, reason.format(match[1].lower()))
