"""Registrations for the demonstration's upcoming events, so that lists and counters are not empty."""

from django.db import transaction
from django.utils import timezone

from events.models import EventPage, Registration, RegistrationLogEntry, Seat, Session

FIRST_NAMES = [
    "Aline",
    "Bruno",
    "Chloé",
    "Driss",
    "Estelle",
    "Fatou",
    "Gwenaël",
    "Hugo",
    "Iris",
    "Joris",
    "Katia",
    "Loïc",
]
LAST_NAMES = ["Accart", "Bodel", "Crespin", "Dewailly", "Évrard", "Flament", "Gossart", "Hecquet"]
#: Number of registrations, by event slug.
REGISTERED = {
    "forum-regional-ce-que-participer-veut-dire": 47,
    "atelier-des-membres-dunkerque": 35,  # leaves one seat
    "visite-cour-d-ecole-roubaix": 18,
}


def fill_events() -> None:
    for slug, number in REGISTERED.items():
        event = EventPage.objects.filter(slug=slug).first()
        if event is not None and not event.registrations.exists():
            with transaction.atomic():
                sessions = seated_sessions(event)
                for position in range(number):
                    register_someone(event, sessions, position)


def register_someone(event: EventPage, sessions: list[Session], position: int) -> None:
    """Create a registration as the form would, without e-mails."""
    first = FIRST_NAMES[position % len(FIRST_NAMES)]
    last = LAST_NAMES[position // len(FIRST_NAMES) + position % 3]
    registration = Registration.objects.create(
        event=event,
        name=f"{first} {last}",
        email=f"personne-{event.pk}-{position}@example.org",
    )
    # Every third person comes to one session only.
    chosen = sessions[:1] if position % 3 == 0 else sessions
    now = timezone.now()
    Seat.objects.bulk_create(
        Seat(registration=registration, session=session, since=now) for session in chosen
    )
    RegistrationLogEntry.objects.create(
        registration=registration, action=RegistrationLogEntry.Action.REGISTERED
    )


def seated_sessions(event: EventPage) -> list[Session]:
    """Return the event's sessions, or its hidden one if it has none to choose."""
    visible = list(event.sessions.all())
    return visible or [Session.objects.get_or_create(event=event, hidden=True)[0]]
