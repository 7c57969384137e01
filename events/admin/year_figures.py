"""The agenda's part of a year's figures: events, who came, recaps (hook `register_year_figures`)."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from events.feedback.totals import totals
from events.models import EventPage, Question, RecapPage, Registration
from events.models.enums import EventStatus
from events.models.half_days import half_days
from events.models.querysets import EventQuerySet
from events.models.registration import words_of
from home.figures.answers import (
    CONTENT,
    FEEDBACK,
    MEETINGS,
    PEOPLE,
    UNKNOWN,
    Figure,
    Row,
    Scope,
    by_size,
    largest_first,
)
from home.figures.known_people import KnownPeople, KnownPerson, kind_named, known_people
from home.french import fold, long_date

NAMES_GONE = "Les inscriptions dont les noms sont effacés n’y sont plus, à moins que l’année n’ait été close avant."
OF_WHOM = (
    "Pour un membre, d’après sa fiche\u202f; sinon d’après la question marquée «\u00a0pour le bilan\u00a0» du formulaire. Le reste est "
    "«\u00a0non renseigné\u00a0»."
)


@dataclass(frozen=True)
class Attendee:
    """Somebody who came, or whose confirmed seat stands for it where nobody ticked names."""

    identity: Any
    organisation: str
    kind: str
    territory: str


@dataclass(frozen=True)
class Gathering:
    """An event with its registrations, as far as figures need them."""

    event: Any
    registered: int
    present: int
    is_recorded: bool
    #: People whose name is still known.
    attendees: tuple[Attendee, ...]

    @property
    def attendance(self) -> int:
        """Return how many came: names ticked, else the recap's number, else confirmed seats."""
        return self.present if self.is_recorded else self.recap_says or self.registered

    @property
    def recap_says(self) -> int | None:
        recap = getattr(self.event, "recap", None)
        return recap.attendance if recap is not None and recap.live else None

    @property
    def source(self) -> str:
        if self.is_recorded:
            return "noms pointés"
        return "compte rendu" if self.recap_says else "places confirmées"


def year_figures(scope: Scope) -> Iterator[Figure]:
    known = known_people()
    gatherings = list(gatherings_of(held(scope), known))
    yield from meeting_figures(scope, gatherings)
    yield participation(gatherings)
    yield presences(gatherings)
    yield from people_figures(gatherings, earlier_people(scope, known))
    yield recaps(scope)
    yield from feedback(scope)


def held(scope: Scope) -> EventQuerySet:
    """Return the events of the scope that took place: published, neither cancelled nor postponed, and over."""
    events = EventPage.objects.live().during(scope.year).past(scope.now)
    events = events.filter(status=EventStatus.PLANNED).select_related("recap")
    return (
        events.filter(page_themes__theme__slug=scope.theme) if scope.theme else events
    ).order_by("starts_at", "pk")


def gatherings_of(events: EventQuerySet, known: KnownPeople) -> Iterator[Gathering]:
    """Read the events with their registrations, in a number of queries that does not depend on theirs."""
    found = list(events.prefetch_related("page_themes__theme"))
    people: dict[int, list[Registration]] = {event.pk: [] for event in found}
    for person in Registration.objects.filter(event__in=found).seated_with_presence():
        people[person.event_id].append(person)
    reader = AnswerReader(found, known)
    for event in found:
        is_recorded = any(one.was_present for one in people[event.pk])
        came = [one for one in people[event.pk] if one.was_present or not is_recorded]
        yield Gathering(
            event=event,
            registered=len(people[event.pk]),
            present=sum(one.was_present for one in people[event.pk]),
            is_recorded=is_recorded,
            attendees=tuple(map(reader.attendee, (one for one in came if one.erased_at is None))),
        )


class AnswerReader:
    """Tells about each registrant: from the member's card, else from the marked questions of the event."""

    def __init__(self, events: Iterable[Any], known: KnownPeople) -> None:
        self.known = known
        self.accounts, self.identities = known.by_account(), known.by_identity()
        marked = Question.objects.filter(event__in=events).exclude(report_subject="")
        self.subjects = {
            str(uuid): subject for uuid, subject in marked.values_list("uuid", "report_subject")
        }

    def attendee(self, person: Registration) -> Attendee:
        member = self.member(person)
        said = self.said(person)
        kind, territory = (
            said.get(Question.Subject.KIND, ""),
            said.get(Question.Subject.TERRITORY, ""),
        )
        return Attendee(
            identity=("account", member.account) if member else identity_of(person),
            organisation=fold(person.organisation).strip(),
            kind=(member and member.kind) or kind_named(kind),
            territory=(member and member.territory) or self.known.territory_named(territory),
        )

    def member(self, person: Registration) -> KnownPerson | None:
        """Return the member of this address and name, or of this account if it has this name: a colleague is another person."""
        found = self.identities.get((person.email, person.name_key))
        account = self.accounts.get(person.user_id or 0)
        return found or (account if account and account.name_key == person.name_key else None)

    def said(self, person: Registration) -> dict[str, str]:
        answers = {
            self.subjects[key]: words_of(answer["value"]).strip()
            for key, answer in person.answers.items()
            if key in self.subjects
        }
        return {subject: answer for subject, answer in answers.items() if answer}


def identity_of(person: Registration) -> tuple[str, str]:
    """Return what makes two registrations those of one person: the name, with the address or else the structure."""
    return person.email or fold(person.organisation).strip(), person.name_key


def meeting_figures(scope: Scope, gatherings: list[Gathering]) -> Iterator[Figure]:
    yield Figure(
        "rencontres",
        MEETINGS,
        "Rencontres tenues",
        "Les événements publiés dont le premier jour est dans l’année et qui sont finis, sans ceux qui sont annulés ou reportés.",
        len(gatherings),
    )
    yield Figure(
        "demi-journees",
        MEETINGS,
        "Demi-journées",
        "Pour chaque rencontre, les matins et les après-midi, jusqu’à 13\u00a0h et après, occupés plus d’une heure\u202f; une au moins. "
        "Un jour entier en compte deux, une rencontre sans heure de fin une.",
        sum(half_days(one.event) for one in gatherings),
    )
    if not scope.theme:
        yield by_theme(gatherings)


def by_theme(gatherings: list[Gathering]) -> Figure:
    themes = Counter(str(link.theme) for one in gatherings for link in one.event.page_themes.all())
    return Figure(
        "themes",
        MEETINGS,
        "Rencontres par thème",
        "Les rencontres qui ont un thème au moins, puis combien par thème. Une rencontre qui en a deux compte dans les deux.",
        sum(bool(one.event.page_themes.all()) for one in gatherings),
        tuple(by_size(themes.items())),
    )


def participation(gatherings: list[Gathering]) -> Figure:
    recorded = [one for one in gatherings if one.is_recorded]
    present, registered = (
        sum(one.present for one in recorded),
        sum(one.registered for one in recorded),
    )
    unrecorded = sum(one.registered for one in gatherings if not one.is_recorded)
    return Figure(
        "inscriptions",
        PEOPLE,
        "Inscriptions",
        "Les inscriptions non annulées qui ont une place confirmée, à toutes les rencontres\u202f; quelqu’un venu à deux "
        "rencontres compte deux fois. Présente\u00a0: pointée à une session au moins. Sans pointage\u00a0: personne n’a été pointé à cette "
        "rencontre.",
        registered + unrecorded,
        (
            Row("Présentes", present),
            Row("Absentes", registered - present),
            Row("Sans pointage", unrecorded),
        ),
        counts_people=True,
        yields_total=True,
    )


def presences(gatherings: list[Gathering]) -> Figure:
    return Figure(
        "presences",
        PEOPLE,
        "Présences",
        "La somme des personnes présentes à chaque rencontre. Pour chacune, par ordre de préférence\u00a0: les noms pointés, le nombre "
        "que donne le compte rendu publié, les inscriptions qui ont une place confirmée.",
        sum(one.attendance for one in gatherings),
        tuple(
            Row(f"{one.event.title}, {first_day_of(one)} ({one.source})", one.attendance)
            for one in gatherings
        ),
        counts_people=True,
    )


def first_day_of(gathering: Gathering) -> str:
    return long_date(gathering.event.starts_at, weekday=False)


def people_figures(gatherings: list[Gathering], earlier: set[Any]) -> Iterator[Figure]:
    """Count people once each, however often they came."""
    people = people_at(gatherings)
    new = len(people.keys() - earlier)
    yield Figure(
        "personnes",
        PEOPLE,
        "Personnes différentes",
        "Les personnes venues, une fois chacune\u00a0: pointées, ou inscrites avec une place confirmée là où personne n’a été pointé. Une "
        "personne, c’est le même nom à la même adresse (sans adresse\u00a0: dans la même structure), ou le même compte. Nouvelle\u00a0: le "
        f"site ne la connaît d’aucune rencontre des années d’avant dont il a encore les noms. {NAMES_GONE}",
        len(people),
        (Row("Nouvelles, d’après les noms gardés", new), Row("Déjà venues", len(people) - new)),
        counts_people=True,
    )
    yield from breakdowns(list(people.values()))
    organisations = {person.organisation for one in gatherings for person in one.attendees}
    yield Figure(
        "structures",
        PEOPLE,
        "Structures représentées",
        "Les structures différentes que ces personnes ont écrites en s’inscrivant, sans tenir compte des majuscules ni des accents.",
        len(organisations - {""}),
    )


def people_at(gatherings: list[Gathering]) -> dict[Any, Attendee]:
    """Return each person once, with the latest kind and territory that are known."""
    people: dict[Any, Attendee] = {}
    for person in (person for one in gatherings for person in one.attendees):
        before = people.get(person.identity, person)
        people[person.identity] = replace(
            person,
            kind=before.kind if person.kind == UNKNOWN else person.kind,
            territory=before.territory if person.territory == UNKNOWN else person.territory,
        )
    return people


def breakdowns(people: list[Attendee]) -> Iterator[Figure]:
    yield Figure(
        "types",
        PEOPLE,
        "Qui est venu",
        f"Les mêmes personnes. {OF_WHOM} D’une fiche\u00a0: la structure, et pour une collectivité ou un établissement public la fonction "
        "(maire, élu·e, adjoint·e, conseiller·ère, président·e\u00a0: élu·es\u202f; autre fonction\u00a0: agent·es).",
        len(people),
        largest_first(Counter(one.kind for one in people)),
        counts_people=True,
    )
    yield Figure(
        "territoires",
        PEOPLE,
        "D’où l’on vient",
        f"Les mêmes personnes, par département. {OF_WHOM}",
        len(people),
        largest_first(Counter(one.territory for one in people)),
        counts_people=True,
    )


def earlier_people(scope: Scope, known: KnownPeople) -> set[Any]:
    """Return the identities of those who came in earlier years, as far as their names are still known."""
    before = Registration.objects.remembered().filter(
        event__starts_at__lt=scope.begins, event__status=EventStatus.PLANNED
    )
    people = list(before.seated_with_presence())
    recorded = {one.event_id for one in people if one.was_present}
    reader = AnswerReader([], known)
    return {
        reader.attendee(one).identity
        for one in people
        if one.was_present or one.event_id not in recorded
    }


def recaps(scope: Scope) -> Figure:
    pages = RecapPage.objects.live().filter(
        first_published_at__gte=scope.begins, first_published_at__lt=scope.ends
    )
    if scope.theme:
        pages = pages.filter(page_themes__theme__slug=scope.theme)
    return Figure(
        "comptes-rendus",
        CONTENT,
        "Comptes rendus publiés",
        "Les comptes rendus publiés pour la première fois dans l’année, et qui le sont encore.",
        pages.count(),
    )


def feedback(scope: Scope) -> Iterator[Figure]:
    """Answers to the questions of the letters of thanks. Those that too few people answered are left out."""
    for total in totals(held(scope).order_by()):
        if total.is_shown:
            yield Figure(
                key=f"retours-{total.question.value}",
                group=FEEDBACK,
                title=total.question.label,
                definition="Les réponses à la lettre envoyée après les rencontres de l’année à celles et ceux qui sont venus. "
                "Elles ne sont liées à personne, et ne sont montrées qu’à partir de cinq.",
                value=total.answers,
                rows=tuple(Row(words, number) for words, number in total.rows),
                counts_people=True,
            )
