"""Session data of a browser: a form just sent for an event.

For half an hour its thanks are shown, and its address can be corrected: the session holds the registration's UUID or,
if none was made, the cache key of the application.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.core.cache import cache
from django.http import HttpRequest

from events.registration.address import CORRECTABLE, Sent
from events.registration.answers import Answers
from events.registration.signup import Application

#: Session key.
SENT = "correctable"


def remember(request: HttpRequest, sent: Sent, *, said: dict[str, Any], now: datetime) -> None:
    """Store what was sent and what the thanks say of it, for half an hour from now."""
    slot = {
        "at": now.isoformat(),
        "registration": sent.registration.hex if sent.registration else "",
        "key": uuid4().hex,
        "said": said,
    }
    if sent.application:
        cache.set(cache_key(slot), as_plain(sent.application), CORRECTABLE / timedelta(seconds=1))
    request.session[SENT] = slot


def sent_lately(request: HttpRequest, now: datetime) -> Sent | None:
    slot = request.session.get(SENT, {})
    if "said" not in slot or now - datetime.fromisoformat(slot["at"]) >= CORRECTABLE:
        return None
    made = slot["registration"]
    return Sent(UUID(made) if made else None, from_plain(cache.get(cache_key(slot))))


def said_lately(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """Return what the thanks say. After half an hour it is deleted: it has a name and an address."""
    if sent_lately(request, now) is None:
        request.session.pop(SENT, None)
        return {}
    return request.session[SENT]["said"]


def remember_correction(request: HttpRequest, email: str, made: UUID | None) -> None:
    """Store the corrected address, without extending the half hour."""
    slot = request.session[SENT]
    slot["registration"] = made.hex if made else ""
    slot["said"]["shared"]["email"] = email
    request.session.modified = True


def cache_key(slot: dict[str, Any]) -> str:
    return f"events.asked:{slot['key']}"


def as_plain(application: Application) -> dict[str, Any]:
    """Return strings, lists and dictionaries: a pickled class could not be moved between releases."""
    sessions = [uuid.hex for uuid in application.sessions]
    return {"answers": application.answers.as_plain(), "sessions": sessions}


def from_plain(values: object) -> Application | None:
    """Rebuild from `as_plain`, or return None if the cache entry is gone or from another release."""
    if not isinstance(values, dict):
        return None
    answers = Answers.from_plain(values.get("answers"))
    try:
        sessions = [UUID(one) for one in values["sessions"]]
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    return Application(answers, sessions) if answers else None
