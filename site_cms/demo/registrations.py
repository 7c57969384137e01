"""Registrations for the demonstration's upcoming events, so that lists and counters are not empty."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from events.models import EventPage, Question, Registration, RegistrationLogEntry, Seat, Session

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
    "conference-tirer-au-sort-valenciennes": 34,  # four more than places
    "formation-animer-une-reunion-laon": 16,
}
#: Events that do not take place as announced, which files cannot say.
CHANGED = {
    "balade-marais-saint-omer": EventPage.Status.CANCELLED,
    "soiree-jeunes-beauvais": EventPage.Status.POSTPONED,
}


#: The event with a lunch to order and tables to form.
WORKSHOP = "atelier-des-membres-dunkerque"
STRUCTURES = [
    "Ville de Dunkerque",
    "Communauté urbaine de Dunkerque",
    "Maison de quartier du Méridien",
    "Département du Nord",
    "",
]
MEALS = ["Végétarien", "Poisson", "Je ne déjeune pas sur place"]
NEEDS = [
    "Faire venir d’autres personnes que les habitué·es.",
    "Rendre compte de ce qui a été décidé, et de ce qui ne l’a pas été.",
    "Tenir une assemblée sans micro ni estrade.",
    "Convaincre les services de lire les contributions.",
]


def fill_events() -> None:
    ask_about_lunch_and_needs()
    change_states()
    for slug, number in REGISTERED.items():
        event = EventPage.objects.filter(slug=slug).first()
        if event is not None and not event.registrations.exists():
            with transaction.atomic():
                sessions = seated_sessions(event)
                for position in range(number):
                    register_someone(event, sessions, position)


def change_states() -> None:
    for slug, status in CHANGED.items():
        event = EventPage.objects.filter(slug=slug, status=EventPage.Status.PLANNED).first()
        if event is not None:
            event.status = status
            event.save_revision().publish()


def ask_about_lunch_and_needs() -> None:
    """Add to the workshop a question on lunch, for the caterer, and one on needs, for the tables."""
    event = EventPage.objects.filter(slug=WORKSHOP).first()
    if event is None or event.starts_at is None or event.questions.exists():
        return
    workshop = event.sessions.last()
    event.caterer_email = "traiteur@example.org"
    event.questions = [
        Question(
            label="Votre déjeuner",
            field_type="radio",
            choices="\n".join(MEALS),
            required=False,
            purpose=Question.Purpose.MEAL,
            due_at=event.starts_at - timedelta(days=7),
            retention=Question.Retention.SHORT,
        ),
        Question(
            label="Un besoin que vous voulez partager",
            field_type="multiline",
            required=False,
            purpose=Question.Purpose.NEED,
            session_uuid=workshop.uuid if workshop else None,
        ),
    ]
    event.save_revision().publish()


def answers_of(event: EventPage, position: int) -> dict[str, Any]:
    """Answer the two questions of the workshop; every ninth person leaves them empty."""
    said = {
        Question.Purpose.MEAL: MEALS[position % 7 % len(MEALS)],
        Question.Purpose.NEED: NEEDS[position % len(NEEDS)],
    }
    return {
        str(one.uuid): {
            "label": one.label,
            "retention": one.retention,
            "value": said[Question.Purpose(one.purpose)],
        }
        for one in event.questions.all()
        if one.purpose and position % 9 and (one.session_uuid is None or position % 3)
    }


def register_someone(event: EventPage, sessions: list[Session], position: int) -> None:
    """Create a registration as the form would, without e-mails. Those above the capacity wait."""
    first = FIRST_NAMES[position % len(FIRST_NAMES)]
    last = LAST_NAMES[position // len(FIRST_NAMES) + position % 3]
    registration = Registration.objects.create(
        event=event,
        name=f"{first} {last}",
        organisation=STRUCTURES[position % len(STRUCTURES)],
        answers=answers_of(event, position),
        email=f"personne-{event.pk}-{position}@example.org",
    )
    # Every third person comes to one session only.
    chosen = sessions[:1] if position % 3 == 0 else sessions
    now = timezone.now()
    waits = event.capacity is not None and position >= event.capacity
    state = Seat.State.WAITING if waits else Seat.State.CONFIRMED
    Seat.objects.bulk_create(
        Seat(registration=registration, session=session, since=now, state=state)
        for session in chosen
    )
    RegistrationLogEntry.objects.create(
        registration=registration, action=RegistrationLogEntry.Action.REGISTERED
    )


def seated_sessions(event: EventPage) -> list[Session]:
    """Return the event's sessions, or its hidden one if it has none to choose."""
    visible = list(event.sessions.all())
    return visible or [Session.objects.get_or_create(event=event, hidden=True)[0]]
