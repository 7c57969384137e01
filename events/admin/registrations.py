"""Back-office list of registrations."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.contrib.admin import SimpleListFilter, display
from django.contrib.admin.utils import label_for_field
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from wagtail_modeladmin.helpers import PermissionHelper

from events.admin import registration_views
from events.admin.answer_columns import answer_columns
from events.admin.certificate_views import RevocationForm
from events.admin.event_list import (
    COLUMN_VAR,
    COLUMNS_VAR,
    ORDER_VAR,
    EventList,
    seat_words,
    standing,
)
from events.agenda.availability import places_of
from events.agenda.labels import state_in_back_office
from events.certificates.issuance import issue, issue_again, revoke
from events.models import AnswerFile, Certificate, Door, EventPage, Registration, Seat, Session
from events.models.registration import WITHOUT_ADDRESS
from events.registration.answer_files import linked_answers
from events.registration.answers import PERSON
from events.registration.refusals import Refusal
from events.registration.reinstatement import reinstate
from events.registration.signup import cancel
from events.registration.waiting_list import positions_of
from home.access import Account, AccountRequest
from home.admin import ActionRefused, HardenedIndexView, HardenedModelAdmin, RowAction, WordForm
from home.french import d_of, long_date
from home.french.names import order_key
from home.spreadsheets import Sheet

#: Query parameter that the form of columns always has: without any box ticked, it has no other.
CHOICE_VAR = "choisir"
#: More rows than any event has had; beyond, the list has pages, each in order.
ROWS_OF_EVENT = 1_000
#: Columns of a person's data, with a word in the place of an address that there is not.
SHOWN = tuple("address" if name == "email" else name for name in PERSON)
EXPORTED = tuple("address_or_none" if name == "email" else name for name in PERSON)
#: Maximum number of digits of a primary key; the database rejects much larger integers.
LONGEST_KEY = 15
#: In the order of events, for one without a date.
NEVER = datetime.max.replace(tzinfo=UTC)

#: A heading, and what makes its cell.
ExportColumn = tuple[str, Callable[[Registration], Any]]


class KnownValueFilter(SimpleListFilter):
    """A filter by primary key that ignores values outside its choices."""

    lookup = ""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = {key for key, _title in self.lookup_choices}
        return queryset.filter(**{self.lookup: self.value()}) if self.value() in known else queryset


class EventFilter(KnownValueFilter):
    """Filter by event, latest first; events without registrations are not offered."""

    title = "événement"
    parameter_name = "evenement"
    lookup = "event"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        joined = EventPage.objects.filter(registrations__isnull=False).distinct()
        events = joined.order_by("-starts_at").only("title", "starts_at", "pk")
        return [(str(event.pk), titled(event)) for event in events]


class SessionFilter(KnownValueFilter):
    """Filter by session of the chosen event."""

    title = "session"
    parameter_name = "session"
    lookup = "seats__session"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        event = key_in(request, EventFilter.parameter_name)
        sessions = Session.objects.filter(event=event) if event else []
        return [(str(one.pk), str(one)) for one in sessions]


class PlaceFilter(SimpleListFilter):
    """Filter by confirmed, waiting or overbooked seats, in the chosen session if any."""

    title = "place"
    parameter_name = "place"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("oui", "avec une place"), ("attente", "en attente"), ("hors-quota", "hors quota")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        words = {
            "oui": Seat.objects.seated(),
            "attente": Seat.objects.filter(state=Seat.State.WAITING),
            "hors-quota": Seat.objects.filter(over_capacity=True),
        }
        seats = words.get(self.value() or "")
        if seats is None:
            return queryset
        session = key_in(request, SessionFilter.parameter_name)
        chosen = seats.filter(session=session) if session else seats
        return queryset.filter(pk__in=chosen.values("registration"))


class AddressFilter(SimpleListFilter):
    """Filter by what staff have to look at: an address that several people share, or none."""

    title = "adresse"
    parameter_name = "adresse"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("meme", "même adresse"), ("sans", WITHOUT_ADDRESS)]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        if self.value() == "meme":
            return queryset.active().filter(shares_address=True)
        return queryset.unreachable() if self.value() == "sans" else queryset


def key_in(request: HttpRequest, name: str) -> int | None:
    """Return a primary key from the query string, or None if it is malformed."""
    text = request.GET.get(name, "")
    good = text.isascii() and text.isdecimal() and len(text) <= LONGEST_KEY
    return int(text) if good else None


def titled(event: EventPage) -> str:
    day = f" ({long_date(event.starts_at, weekday=False)})" if event.starts_at else ""
    return event.title + day


class RegistrationIndexView(HardenedIndexView):
    """The list; filtered by event, it has the places of each session, columns of its own and the event's actions."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if COLUMN_VAR in request.GET or CHOICE_VAR in request.GET:
            return redirect(with_columns_in_one(request))
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        key = key_in(self.request, EventFilter.parameter_name)
        event = EventPage.objects.filter(pk=key).first() if key else None
        if event is None:
            return super().get_context_data(**kwargs, event=None)
        # All on one page, so that it is in order and prints whole.
        self.items_per_page = ROWS_OF_EVENT
        context = super().get_context_data(**kwargs, event=event)
        places = places_of(event, Session.objects.of([event]))
        people = EventList(
            event,
            places,
            shown=context["object_list"],
            chosen=columns_in(self.request),
            order=self.request.GET.get(ORDER_VAR, ""),
        )
        not_ours = (COLUMNS_VAR, ORDER_VAR, self.PAGE_VAR)
        return context | {
            "people": people,
            "rows": [(row, self.get_buttons_for_obj(row.registration)) for row in people.rows],
            "kept": [
                (name, one)
                for name, all_of in self.request.GET.lists()
                if name not in not_ours
                for one in all_of
            ],
            "places": places,
            "state": state_in_back_office(event, places),
            "may_write": self.request.user.has_perm("events.change_registration"),
            "may_certify": self.request.user.has_perm("events.change_registration")
            and event.is_past(timezone.now())
            and any(
                seat.is_present for row in people.rows for seat in row.registration.seats.all()
            ),
            "may_tick": may_tick(self.request.user, event),
            "told_later": event.registrations.to_tell_together().count(),
        }


def may_tick(user: Account, event: EventPage) -> bool:
    """Whether the user may note who is there: from the first day on, also afterwards."""
    opens_at = Door(event=event).opens_at
    has_come = opens_at is not None and opens_at <= timezone.now()
    return has_come and user.has_perm("events.change_registration")


def columns_in(request: HttpRequest) -> list[str] | None:
    """Return the chosen columns of answers, or None before any choice. Unknown keys are ignored later."""
    typed = request.GET.get(COLUMNS_VAR)
    return None if typed is None else typed.split(".")


def with_columns_in_one(request: HttpRequest) -> str:
    """Return the address of the list with the ticked columns in one parameter, which the links of filters keep."""
    query = request.GET.copy()
    query[COLUMNS_VAR] = ".".join(query.pop(COLUMN_VAR, []))
    query.pop(CHOICE_VAR, None)
    return f"{request.path}?{query.urlencode()}"


class RegistrationPermissionHelper(PermissionHelper):
    """Staff may add and correct. Nobody may delete a registration, or edit a cancelled or erased one."""

    def user_can_edit_obj(self, user: Account, obj: Any) -> bool:
        return obj.is_open_to_staff and super().user_can_edit_obj(user, obj)

    def user_can_delete_obj(self, user: Account, obj: Any) -> bool:
        return False


class RegistrationAdmin(HardenedModelAdmin):
    model = Registration
    index_view_class = RegistrationIndexView
    index_template_name = "events/admin/registrations.html"
    menu_label = "Inscriptions"
    menu_icon = "list-ul"
    menu_order = 210
    list_display = (
        "name", "address", "organisation", "event", "sessions", "standing", "registered_at",
    )  # fmt: skip
    list_filter = (EventFilter, SessionFilter, PlaceFilter, AddressFilter, "state")
    search_fields = ("name", "email", "organisation")
    list_export = (*EXPORTED, "event", "event_day", "standing", "registered_at", "cancelled_at")
    inspect_view_fields = (
        *SHOWN, "event", "sessions", "standing", "registered_at",
        "cancelled_at", "given_answers", "attestation", "history",
    )  # fmt: skip
    row_actions = (
        RowAction(
            "annuler",
            "Annuler l’inscription",
            run="cancel",
            shown=lambda row: row.is_open_to_staff,
            explains="Sa place va à la première personne de la liste d’attente, s’il y en a une. "
            "Vous pourrez reprendre l’inscription\u00a0: sa place lui sera rendue si elle est encore libre.",
            form=WordForm,
        ),
        RowAction(
            "reprendre",
            "Reprendre l’inscription",
            run="reinstate",
            shown=lambda row: row.may_be_reinstated,
            explains="L’inscription annulée est reprise\u00a0: avec sa place si elle est libre, "
            "sinon au premier rang de la liste d’attente.",
            form=WordForm,
        ),
        RowAction(
            "attester",
            "Faire l’attestation",
            run="certify",
            shown=lambda row: may_be_certified(row) and certificate_of(row) is None,
        ),
        RowAction(
            "refaire-attestation",
            "Refaire l’attestation",
            run="certify_again",
            shown=lambda row: may_be_certified(row) and certificate_of(row) is not None,
            explains="Le document reprend le nom de l’inscription et les sessions pointées tels qu’ils sont aujourd’hui. Son code reste "
            "le même\u202f; une révocation est levée.",
        ),
        RowAction(
            "revoquer-attestation",
            "Révoquer l’attestation",
            run="revoke_certificate",
            shown=lambda row: is_certified(row),
            explains="Qui vérifie l’attestation lira qu’elle n’est plus valable, et pourquoi. Elle ne se télécharge plus.",
            form=RevocationForm,
        ),
    )
    permission_helper_class = RegistrationPermissionHelper

    def create_view(self, request: AccountRequest) -> HttpResponse:
        if not self.permission_helper.user_can_create(request.user):
            raise PermissionDenied
        return registration_views.add_person(request, key_in(request, EventFilter.parameter_name))

    def edit_view(self, request: AccountRequest, instance_pk: str) -> HttpResponse:
        registration = self.get_object(request, instance_pk)
        if not self.permission_helper.user_can_edit_obj(request.user, registration):
            raise PermissionDenied
        return registration_views.correct_person(request, registration)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Registration]:
        return (
            super()
            .get_queryset(request)
            .with_seats()
            .select_related("event", "certificate")
            .sharing_marked()
        )

    @display(description="adresse e-mail", ordering="email")
    def address(self, registration: Registration) -> str:
        """Mark an address that several people of the event share, and the lack of one."""
        marks = []
        if registration.is_active and registration.shares_address:
            marks.append("même adresse")
        if registration.is_active and registration.told_later:
            marks.append("message groupé à venir")
        if not marks:
            return self.address_or_none(registration)
        return format_html("{}<br><strong>{}</strong>", registration.email, ", ".join(marks))

    @display(description="adresse e-mail")
    def address_or_none(self, registration: Registration) -> str:
        erased = registration.erased_at is not None
        return registration.email or ("" if erased else WITHOUT_ADDRESS)

    @display(description="état", ordering="state")
    def standing(self, registration: Registration) -> str:
        return standing(registration)[0]

    @display(description="sessions")
    def sessions(self, registration: Registration) -> str:
        return ", ".join(str(seat) for seat in registration.seats.all())

    @display(description="date")
    def event_day(self, registration: Registration) -> str:
        starts_at = registration.event.starts_at
        return long_date(starts_at, weekday=False) if starts_at else ""

    @display(description="réponses")
    def given_answers(self, registration: Registration) -> SafeString:
        lines = [
            (question, linked(said, file)) for question, said, file in linked_answers(registration)
        ]
        return format_html_join("", "<p><strong>{}</strong>\u00a0: {}</p>", lines)

    @display(description="attestation")
    def attestation(self, registration: Registration) -> str:
        """Link to the document, or say why there is none."""
        found = certificate_of(registration)
        if found is None or found.erased_at is not None:
            return "" if found is None else "détails effacés"
        if found.revoked_at is not None:
            return f"révoquée\u00a0: {found.revocation_reason}"
        address = reverse("events_certificate", args=[registration.pk])
        return format_html(
            '<a href="{}">Télécharger (PDF)</a>, code {}', address, found.spaced_code
        )

    @display(description="historique")
    def history(self, registration: Registration) -> SafeString:
        lines = (
            (
                timezone.localtime(entry.at).strftime("%d/%m/%Y %H:%M"),
                entry.in_words,
                entry.by or "en ligne",
            )
            for entry in registration.log.select_related("by")
        )
        return format_html_join("", "<p>{} – {} ({})</p>", lines)

    def cancel(self, request: AccountRequest, registration: Registration, word: str = "") -> str:
        now = timezone.now()
        with as_action_refused():
            done = cancel(registration=registration, by=request.user, now=now, word=word)
        if not done:
            raise ActionRefused("Cette inscription est déjà annulée.")
        return f"L’inscription {d_of(registration.name)} est annulée{told(registration)}."

    def reinstate(self, request: AccountRequest, registration: Registration, word: str = "") -> str:
        now = timezone.now()
        try:
            again = reinstate(registration=registration, by=request.user, now=now, word=word)
        except Refusal as refusal:
            raise ActionRefused(str(refusal)) from refusal
        seats = registration_views.seats_of(again)
        return f"L’inscription {d_of(again.name)} est reprise ({seats}){told(again)}."

    def certify(self, request: AccountRequest, registration: Registration) -> str:
        with as_action_refused():
            made = issue(registration=registration, now=timezone.now())
        return f"L’attestation {d_of(registration.name)} est faite, sous le code {made.spaced_code}\u00a0: «\u00a0Voir\u00a0» la donne."

    def certify_again(self, request: AccountRequest, registration: Registration) -> str:
        with as_action_refused():
            made = issue_again(registration=registration, by=request.user, now=timezone.now())
        return f"L’attestation {d_of(made.name)} est refaite, sous le même code."

    def revoke_certificate(
        self, request: AccountRequest, registration: Registration, word: str = ""
    ) -> str:
        with as_action_refused():
            revoke(registration=registration, reason=word, by=request.user, now=timezone.now())
        return f"L’attestation {d_of(registration.name)} est révoquée."

    def export_sheets(self, objects: Iterable[Registration]) -> list[Sheet]:
        """Return a sheet of those who come or wait, then one of those who cancelled, each by event and name."""
        registrations = list(objects)
        columns = self.export_columns(registrations)
        headings = [heading for heading, _cell in columns]
        parts = {
            "Inscriptions": by_name(one for one in registrations if one.is_active),
            "Annulées": by_name(one for one in registrations if not one.is_active),
        }
        return [
            Sheet(title, headings, [[cell(one) for _heading, cell in columns] for one in people])
            for title, people in parts.items()
            if people or title == "Inscriptions"
        ]

    def export_columns(self, registrations: Sequence[Registration]) -> list[ExportColumn]:
        """Return headings, each with what makes its cell: the person, each session, the state, each question."""
        plain = [
            (
                capfirst(str(label_for_field(name, self.model, self))),
                partial(self.export_value, name),
            )
            for name in self.list_export
        ]
        here = self.list_export.index("standing")
        sessions = session_columns(registrations)
        answers: list[ExportColumn] = [
            (column.heading, lambda one, column=column: column.cell(one.answers))  # type: ignore[misc]
            for column in answer_columns(registrations)
        ]
        return [*plain[:here], *sessions, *plain[here:], *answers]


def by_name(registrations: Iterable[Registration]) -> list[Registration]:
    """Put the latest event first, then people by name."""
    people = sorted(registrations, key=lambda one: order_key(one.name))
    return sorted(
        people, key=lambda one: (one.event.starts_at or NEVER, one.event_id), reverse=True
    )


def session_columns(registrations: Sequence[Registration]) -> list[ExportColumn]:
    """Return a column per session of these events, also one that nobody chose, in their order."""
    events = {one.event_id: one.event for one in registrations}
    places = [
        (event, place.session)
        for event, sessions in sessions_of(events).items()
        for place in places_of(event, sessions)
    ]
    positions = positions_of([one for one in registrations if one.is_active])

    def cell(session: Session, one: Registration) -> str:
        held = next((seat for seat in one.seats.all() if seat.session_id == session.pk), None)
        return seat_words(held, one, positions)[0] if held else ""

    return [
        (session_heading(event, session, len(events) > 1), partial(cell, session))
        for event, session in places
    ]


def sessions_of(events: Mapping[int, EventPage]) -> dict[EventPage, list[Session]]:
    """Return the sessions of each event, the earliest event first."""
    found: dict[EventPage, list[Session]] = {
        event: []
        for event in sorted(events.values(), key=lambda one: (one.starts_at or NEVER, one.pk))
    }
    for session in Session.objects.of(events):
        found[events[session.event_id]].append(session)
    return found


def session_heading(event: EventPage, session: Session, is_one_of_many: bool) -> str:
    if session.hidden or session.pk is None:
        return f"Place\u00a0: {event.title}" if is_one_of_many else "Place"
    return f"{session.title} ({event.title})" if is_one_of_many else session.title


def told(registration: Registration) -> str:
    return "\u202f; " + (
        "un message lui part" if registration.email else "sans adresse, dites-le-lui"
    )


def linked(said: str, file: AnswerFile | None) -> str:
    """Return an answer in words, as a link if it is a document."""
    if file is None:
        return said
    return format_html('<a href="{}">{}</a>', reverse("events_answer_file", args=[file.uuid]), said)


@contextmanager
def as_action_refused() -> Iterator[None]:
    """Show a refusal as the answer of a row's action."""
    try:
        yield
    except Refusal as refusal:
        raise ActionRefused(str(refusal)) from refusal


def certificate_of(registration: Registration) -> Certificate | None:
    return getattr(registration, "certificate", None)


def may_be_certified(registration: Registration) -> bool:
    present = registration.is_open_to_staff and any(
        seat.is_present for seat in registration.seats.all()
    )
    return present and registration.event.is_past(timezone.now())


def is_certified(registration: Registration) -> bool:
    found = certificate_of(registration)
    return found is not None and found.revoked_at is None and found.erased_at is None
