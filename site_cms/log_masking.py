"""Masking of secret URLs in logs and error reports.

The URLs of a registrant's page, a confirmation or a password reset grant access to anyone who knows them.
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
    """Replace tokens and query strings of URLs in a text."""
    return QUERY.sub(r"\1?…", SECRET.sub(r"\1…", text))


class MaskingFormatter(logging.Formatter):
    """A formatter that masks the whole record, traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


class RefusalFilter(logging.Filter):
    """Takes the traceback off a request that was refused (4xx): anybody can cause it, and it is no fault of the site."""

    def filter(self, record: logging.LogRecord) -> bool:
        status = getattr(record, "status_code", 500)
        if record.name.startswith("django.") and status < 500:
            record.exc_info = record.exc_text = None
        return True


def masked_event(event: "Event", hint: "Hint") -> "Event":
    """Sentry's `before_send`: remove query strings, form data and cookies, and mask all texts."""
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
