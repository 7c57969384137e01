"""The demonstration's latest meeting: who came, and what a year's figures read of them."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from directory.models import Member
from events.check_in.records import Tap, record_sheet
from events.models import EventPage, Question, Registration, Seat
from events.models.enums import CheckInSource
from home.access import MEMBERS_GROUP
from home.french import slugify_fr

MEETING = "atelier-lire-un-budget-communal"
#: Members who registered, in the order of the directory; others with name, structure, and the answers of the report.
MEMBERS = 14
OTHERS = [
    ("Aline Accart", "Mairie de Bois-l’Évêque", "Élu·e", "Oise"),
    ("Bruno Bodel", "Mairie de Bois-l’Évêque", "Agent·e", "Oise"),
    ("Chloé Crespin", "", "Habitant·e", "Pas-de-Calais"),
    ("Driss Dewailly", "", "Habitant·e", "Pas-de-Calais"),
    ("Estelle Évrard", "Les Jardins d’en bas", "Association", "Nord"),
    ("Fatou Flament", "Les Jardins d’en bas", "Association", "Nord"),
    ("Gwenaël Gossart", "", "Habitant·e", "Pas-de-Calais"),
    ("Hugo Hecquet", "Ville d’Arras", "Agent·e", "Pas-de-Calais"),
    ("Iris Accart", "Ville d’Arras", "Élu·e", "Pas-de-Calais"),
    ("Joris Bodel", "", "", ""),
    ("Katia Crespin", "", "Habitant·e", "Somme"),
    ("Loïc Dewailly", "", "", ""),
]
#: Places in the list of those who did not come at all, and of those who left at noon.
ABSENT, MORNING_ONLY = {3, 17, 24}, {5, 11, 19, 22}
KINDS = "Élu·e\nAgent·e\nAssociation\nHabitant·e\nAutre"


def fill_meeting() -> None:
    """Register people to the latest meeting and check them in, once."""
    event = EventPage.objects.filter(slug=MEETING).first()
    if event is None or event.registrations.exists():
        return
    who = ask(event, "Vous venez comme", Question.Subject.KIND, field_type="radio", choices=KINDS)
    where = ask(event, "Votre département", Question.Subject.TERRITORY)
    people = [register_member(event, member) for member in members()]
    people += [register_guest(event, *other, questions=(who, where)) for other in OTHERS]
    absent = {people[place].pk for place in ABSENT}
    early = {people[place].pk for place in MORNING_ONLY}
    for position, session in enumerate(event.sessions.all()):
        tap = Tap(at=session.starts_at + timedelta(minutes=20), source=CheckInSource.SHEET)
        missing = absent | early if position else absent
        record_sheet(
            session=session,
            among={one.pk for one in people},
            absent=missing,
            tap=tap,
            now=timezone.now(),
        )


def ask(event: EventPage, label: str, subject: str, **fields: Any) -> Question:
    return Question.objects.create(
        event=event, label=label, report_subject=subject, required=False, **fields
    )


def members() -> list[Member]:
    found = Member.objects.filter(user__is_active=True, user__groups__name=MEMBERS_GROUP)
    return list(found.select_related("user", "organisation").order_by("pk")[:MEMBERS])


def register_member(event: EventPage, member: Member) -> Registration:
    return seated(
        event,
        name=member.name,
        email=member.user.email if member.user else "",
        organisation=member.workplace,
        user=member.user,
    )


def register_guest(
    event: EventPage,
    name: str,
    organisation: str,
    kind: str,
    territory: str,
    *,
    questions: tuple[Question, Question],
) -> Registration:
    answers = {
        str(question.uuid): {
            "label": question.label,
            "retention": question.retention,
            "value": value,
        }
        for question, value in zip(questions, (kind, territory), strict=True)
        if value
    }
    email = f"{slugify_fr(name)}@example.org"
    return seated(event, name=name, email=email, organisation=organisation, answers=answers)


def seated(event: EventPage, **fields: Any) -> Registration:
    since = event.starts_at - timedelta(days=20) if event.starts_at else timezone.now()
    made = Registration.objects.create(event=event, registered_at=since, **fields)
    Seat.objects.bulk_create(
        Seat(registration=made, session=session, since=since) for session in event.sessions.all()
    )
    return made
