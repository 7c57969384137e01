"""What the session of a browser holds for an event: what was typed before a log-in, and what was just sent.

What was typed waits half an hour, to be sent after the log-in. Of what was sent the address may be corrected for half
an hour: the session names the registration that was made; where none was made, what was asked waits in the cache.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.core.cache import cache
from django.http import HttpRequest, QueryDict

from events.models import EventPage
from events.registration.address import CORRECTABLE, Sent
from events.registration.answers import Answers
from events.registration.signup import Application

#: Names in the session.
TYPED, SENT = "kept", "correctable"
TYPED_LIVES = timedelta(minutes=30)


def remember(request: HttpRequest, sent: Sent, now: datetime) -> None:
    """From now on, until half an hour has passed."""
    slot = {
        "at": now.isoformat(),
        "registration": sent.registration.hex if sent.registration else "",
        "key": uuid4().hex,
    }
    if sent.application:
        cache.set(cache_key(slot), as_plain(sent.application), CORRECTABLE / timedelta(seconds=1))
    request.session[SENT] = slot


def sent_lately(request: HttpRequest, now: datetime) -> Sent | None:
    slot = request.session.get(SENT)
    if slot is None or now - datetime.fromisoformat(slot["at"]) >= CORRECTABLE:
        return None
    made = slot["registration"]
    return Sent(UUID(made) if made else None, from_plain(cache.get(cache_key(slot))))


def remember_correction(request: HttpRequest, email: str, made: UUID | None) -> None:
    """Say the new address from now on; the half hour goes on."""
    request.session["registered"] |= {"email": email}
    request.session[SENT] |= {"registration": made.hex if made else ""}
    request.session.modified = True


def cache_key(slot: dict[str, str]) -> str:
    return f"events.asked:{slot['key']}"


def as_plain(application: Application) -> dict[str, Any]:
    """Text, lists and dictionaries: a class would have to stand where it stood when it was written."""
    sessions = [uuid.hex for uuid in application.sessions]
    return {"answers": application.answers.as_plain(), "sessions": sessions}


def from_plain(values: object) -> Application | None:
    """None when the cache forgot it, or holds what another release wrote."""
    if not isinstance(values, dict):
        return None
    answers = Answers.from_plain(values.get("answers"))
    try:
        sessions = [UUID(one) for one in values["sessions"]]
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    return Application(answers, sessions) if answers else None


def keep_typed(request: HttpRequest, event: EventPage, now: datetime) -> None:
    """The posted form, which is valid: its fields have said how long they may be. Documents are chosen again."""
    typed = request.POST.copy()
    typed.pop("csrfmiddlewaretoken", None)
    request.session[TYPED] = {"event": event.pk, "at": now.isoformat(), "typed": typed.urlencode()}


def typed_before(request: HttpRequest, event: EventPage, now: datetime) -> QueryDict | None:
    """What was typed for this event in the last half hour."""
    slot = request.session.get(TYPED, {})
    if slot.get("event") != event.pk or now - datetime.fromisoformat(slot["at"]) >= TYPED_LIVES:
        return None
    return QueryDict(slot["typed"])


def forget_typed(request: HttpRequest) -> None:
    request.session.pop(TYPED, None)
