"""Keeps secret addresses out of logs and error reports.

The page of a registrant, a confirmation, a new password: whoever knows such an address holds what it opens.
"""

import logging
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint

SECRET = re.compile(
    r"(/(?:inscriptions|rejoindre|lettre|compte)/(?:[^/\s?\"']+/)*?)[^/\s?\"']{20,}"
)
QUERY = re.compile(r"(/[^\s?\"']*)\?[^\s\"']+")


def masked(text: str) -> str:
    """The text with tokens and query strings of addresses replaced."""
    return QUERY.sub(r"\1?…", SECRET.sub(r"\1…", text))


class MaskingFormatter(logging.Formatter):
    """Masks the whole line, its traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


def masked_event(event: "Event", hint: "Hint") -> "Event":
    """What leaves for Sentry: no token, no query string, no form, no cookie. Texts are masked wherever they stand."""
    masked_copy: Event = masked_value(event)
    request = masked_copy.get("request", {})
    for name in ("query_string", "data", "cookies", "env"):
        request.pop(name, None)
    return masked_copy


def masked_value(value: Any) -> Any:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {key: masked_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [masked_value(item) for item in value]
    return value
