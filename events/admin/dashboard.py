"""Cards of events on the desk (`home.admin.desk`)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.timezone import localtime

from events.admin.people import may_list_people, people_url
from events.agenda.availability import Places, places_of
from events.agenda.labels import state_in_back_office, when
from events.models import EventChange, EventPage, Session
from home.access import Account
from home.admin.desk import SHOWN, Card, Line, Link
from home.french import count_of
from home.models import NewsIndexPage

#: Events of a week that a card names.
WEEK_SHOWN = 12


def week_card(user: Account, now: datetime) -> Card | None:
    """Events of the next seven days, those that go on included, with places, state and registrations."""
    if not may_list_people(user):
        return None
    events = (
        EventPage.objects.live()
        .dated()
        .upcoming(now)
        .with_registered()
        .filter(starts_at__lt=week_end(now))
    )
    lines = lines_of(events[:WEEK_SHOWN], user)
    if not lines:
        return None
    return Card(key="cette-semaine", order=20, title="Cette semaine", lines=lines, more=agenda())


def later_card(user: Account, now: datetime) -> Card | None:
    """The events after those of the week: they ask for nothing today."""
    if not may_list_people(user):
        return None
    events = (
        EventPage.objects.live()
        .dated()
        .upcoming(now)
        .with_registered()
        .filter(starts_at__gte=week_end(now))
    )
    lines = lines_of(events[: SHOWN // 2], user)
    if not lines:
        return None
    return Card(
        key="ensuite",
        order=80,
        title="Prochains événements",
        lines=lines,
        more=agenda(),
        asks=False,
    )


def week_end(now: datetime) -> datetime:
    """Return the midnight, in Paris, after the seventh day from today."""
    today = localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=7)


def agenda() -> Link:
    return Link("Tous les événements", reverse("evenements:index"))


def lines_of(found: Iterable[EventPage], user: Account) -> tuple[Line, ...]:
    """Return a line per event. Two queries, whatever their number."""
    events = list(found)
    sessions: dict[int, list[Session]] = defaultdict(list)
    for session in Session.objects.of(events) if events else []:
        sessions[session.event_id].append(session)
    return tuple(event_line(event, places_of(event, sessions[event.pk]), user) for event in events)


def event_line(event: EventPage, places: list[Places], user: Account) -> Line:
    state = state_in_back_office(event, places)
    people = people_url(user, event)
    here = event.registration_form == EventPage.RegistrationForm.SITE
    return Line(
        text=event.title,
        url=reverse("wagtailadmin_pages:edit", args=[event.pk]),
        note=" · ".join(filter(None, (when(event), event.place))),
        state=state.label if state else "",
        parts=tuple(Link(places_in_words(event, one), url_of(one, people)) for one in places)
        if here
        else (),
    )


def places_in_words(event: EventPage, place: Places) -> str:
    """Return « Matinée : 12 pour 20 places, 3 en attente »."""
    alone = place.session.hidden
    name = "Inscriptions" if alone else place.session
    number = event.registered - place.queued if alone else place.taken
    said = f"{name}\u00a0: {number}"
    if place.capacity:
        said += f" pour {count_of(place.capacity, 'place')}"
    return f"{said}, {place.queued} en attente" if place.queued else said


def url_of(place: Places, people: str) -> str:
    """Return the list of the session where there is a choice; « Qui vient » shows all of them on one screen."""
    chosen = place.session.pk and not place.session.hidden and "?" in people
    return f"{people}&session={place.session.pk}" if chosen else people


def changes_card(user: Account, now: datetime) -> Card | None:
    """Published changes that staff have neither announced nor dismissed."""
    if not user.has_perm("events.change_registration"):
        return None
    changes = EventChange.objects.proposed().select_related("event")[:SHOWN]
    lines = tuple(
        Line(
            text=change.event.title,
            action=Link(
                "Lire le message et décider de l’envoyer",
                reverse("events_announce_change", args=[change.uuid]),
            ),
        )
        for change in changes
    )
    if not lines:
        return None
    return Card(key="changements-a-annoncer", order=25, title="Changements à annoncer", lines=lines)


def recaps_card(user: Account, now: datetime) -> Card | None:
    """Past events without a published recap, for those who may write one. Without a list of news, the button says so."""
    if not may_list_people(user):
        return None
    news = NewsIndexPage.objects.live().first()
    if news is not None and not news.permissions_for_user(user).can_add_subpage():
        return None
    lines = tuple(map(recap_line, EventPage.objects.to_tell(now)[:SHOWN]))
    if not lines:
        return None
    return Card(
        key="comptes-rendus-a-ecrire",
        order=30,
        title="Comptes rendus à écrire",
        intro="L’événement est passé\u00a0: reste à rédiger le compte rendu.",
        lines=lines,
    )


def recap_line(event: EventPage) -> Line:
    draft = getattr(event, "recap", None)
    if draft is None:
        link = Link("Rédiger le compte rendu", reverse("events_draft_recap", args=[event.pk]))
    else:
        link = Link("Finir le brouillon", reverse("wagtailadmin_pages:edit", args=[draft.pk]))
    return Line(text=event.title, note=when(event), action=link)


def thanks_card(user: Account, now: datetime) -> Card | None:
    """Events of the last two months whose recap is published and whose people were not thanked."""
    if not user.has_perm("events.change_registration"):
        return None
    lines = tuple(
        Line(
            text=event.title,
            note=when(event),
            action=Link("Remercier", reverse("events_thanks", args=[event.pk])),
        )
        for event in EventPage.objects.to_thank(now)[:SHOWN]
    )
    if not lines:
        return None
    return Card(
        key="a-remercier",
        order=35,
        title="Personnes à remercier",
        intro="Le compte rendu est en ligne\u00a0: dites-le à celles et ceux qui sont venus.",
        lines=lines,
    )
