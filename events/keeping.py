"""What somebody typed before the site asked for a log-in: it waits in their session, to be sent after it."""

from datetime import datetime, timedelta

from django.http import HttpRequest, QueryDict

from events.models import EventPage

SLOT = "kept"
KEPT = timedelta(minutes=30)


def keep(request: HttpRequest, event: EventPage, now: datetime) -> None:
    """The posted form, which is valid: its fields have said how long they may be. Documents are chosen again."""
    typed = request.POST.copy()
    typed.pop("csrfmiddlewaretoken", None)
    request.session[SLOT] = {"event": event.pk, "at": now.isoformat(), "typed": typed.urlencode()}


def kept(request: HttpRequest, event: EventPage, now: datetime) -> QueryDict | None:
    """What was typed for this event in the last half hour."""
    slot = request.session.get(SLOT, {})
    if slot.get("event") != event.pk or now - datetime.fromisoformat(slot["at"]) >= KEPT:
        return None
    return QueryDict(slot["typed"])


def forget(request: HttpRequest) -> None:
    request.session.pop(SLOT, None)
