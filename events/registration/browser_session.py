"""What a browser has just sent, for the half hour in which its address may be corrected.

The session names the registration that was made. Where none was made, what was asked waits in the cache, which
forgets it by itself.
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.core.cache import cache
from django.http import HttpRequest

from events.registration.address import CORRECTABLE, Sent

SLOT = "correctable"


def remember(request: HttpRequest, sent: Sent, now: datetime) -> None:
    """From now on, until half an hour has passed."""
    slot = {
        "at": now.isoformat(),
        "registration": sent.registration.hex if sent.registration else "",
        "key": uuid4().hex,
    }
    if sent.application:
        cache.set(cache_key(slot), sent.application, CORRECTABLE / timedelta(seconds=1))
    request.session[SLOT] = slot


def sent_lately(request: HttpRequest, now: datetime) -> Sent | None:
    slot = request.session.get(SLOT)
    if slot is None or now - datetime.fromisoformat(slot["at"]) >= CORRECTABLE:
        return None
    made = slot["registration"]
    return Sent(UUID(made) if made else None, cache.get(cache_key(slot)))


def correct(request: HttpRequest, email: str, made: UUID | None) -> None:
    """Say the new address from now on; the half hour goes on."""
    request.session["registered"] |= {"email": email}
    request.session[SLOT] |= {"registration": made.hex if made else ""}
    request.session.modified = True


def cache_key(slot: dict[str, str]) -> str:
    return f"events.sent:{slot['key']}"
