"""View of the event page and its registration form."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from events.agenda.availability import (
    ACCEPTING,
    INVITING,
    Availability,
    Places,
    availability,
    places_of,
)
from events.agenda.downloads import files_for
from events.agenda.labels import State, session_told, states_of
from events.agenda.online_access import online_address_for
from events.agenda.related import neighbours_of
from events.models import EventPage, Session
from events.models.dates import local
from events.registration.address import Sent
from events.registration.browser_session import (
    remember,
    said_lately,
)
from events.registration.forms import RegistrationForm
from events.registration.refusals import MembersOnly, Refusal
from events.registration.signup import register
from events.registration.summary import RegistrationSummary, summaries_of
from home.access import Visitor, is_member
from home.forms.expired import EXPIRED, expired, show_again
from home.forms.prefill import organisation_of
from home.forms.rate_limits import FormLimits, receive_form, refuse_flood, too_many_posts
from home.forms.typed import forget_typed, keep_typed, typed_before
from home.responses import private, secret

#: Query parameter of the page: it shows the thanks after the redirect, or the form for somebody else.
SHOWN, RECEIVED, ANOTHER = "inscription", "recue", "autre"
#: Name under which posts are counted for rate limits.
FORM_NAME = "inscription"
#: Registrations per hour above which staff are alerted: more than the largest event has places.
RUSH = 1000
#: A rush never closes registration, nor does a town hall that registers many people with its address.
LIMITS = FormLimits(FORM_NAME, per_recipient=False, from_everyone=RUSH, closes=False)

#: States in which the page offers to contact the team.
ASKED_ABOUT = (
    Availability.NOT_YET,
    Availability.CLOSED,
    Availability.FULL,
    Availability.MEMBERS_ONLY,
)


@dataclass(frozen=True)
class Section:
    """Data of the page's registration section."""

    event: EventPage
    face: Availability
    places: list[Places]
    form: RegistrationForm | None = None
    thanks: dict[str, Any] = field(default_factory=dict)
    refusal: str = ""
    #: Whether the visitor comes back from sending, with a browser that has refused the cookie of the thanks.
    is_back: bool = False
    #: Whether the form is prefilled with what was typed before login.
    is_kept: bool = False
    #: The visitor's own registrations, if they are logged in.
    own: Sequence[RegistrationSummary] = ()
    #: Whether the form is for somebody else, with the address and the organisation of the last one.
    is_for_another: bool = False
    #: Whether that form was asked for, and is unfolded.
    is_unfolded: bool = False

    @property
    def states(self) -> list[State]:
        return states_of(self.event, self.face, self.places)

    @property
    def tells_move(self) -> bool:
        return self.event.is_moved and self.face is not Availability.PAST

    @property
    def invites(self) -> bool:
        """Whether the page should ask this visitor to register."""
        return self.face in INVITING and not self.own

    @property
    def call(self) -> str:
        """Return the words of the links to this section, empty where there is nothing to fill in."""
        if self.own:
            return "Votre inscription"
        if self.face is Availability.MEMBERS_ONLY:
            return "Se connecter pour s’inscrire"
        return "S’inscrire" if self.invites else ""

    @property
    def answers(self) -> bool:
        """Whether to say where registration stands: somebody registered needs it only once it is closed."""
        return not self.own or self.face not in ACCEPTING

    @property
    def says_waiting_list(self) -> bool:
        """Whether the form must warn that people may end up on a waiting list."""
        limited = any(place.capacity is not None for place in self.places)
        return self.form is not None and self.event.waiting_list and limited

    @property
    def full_sessions(self) -> list[Session]:
        return [place.session for place in self.places if place.is_full]

    @property
    def offers_contact(self) -> bool:
        return self.face in ASKED_ABOUT or bool(self.refusal)

    @property
    def last_places(self) -> int | None:
        """Number of places left, if few, open to registration and without a choice of sessions; else None."""
        only = self.places[0] if len(self.places) == 1 and self.invites else None
        return only.left if only and only.is_nearly_full else None

    @property
    def calendar_file(self) -> str:
        """The URL of the entry for this visitor's calendar: of their own registration if they have one, else the event's."""
        event = self.event
        if not (event.has_firm_date and event.slug) or self.face is Availability.PAST:
            return ""
        if self.thanks:
            return "" if self.thanks["only_waits"] else reverse("sent_calendar")
        if self.own:
            held = [one.registration for one in self.own if one.is_for_a_calendar]
            return f"{held[0].link}evenement.ics" if held else ""
        return reverse("event_calendar", args=[event.slug])

    @property
    def outside_host(self) -> str:
        return urlsplit(self.event.outside_form_url).hostname or ""


def event_page(request: HttpRequest, event: EventPage) -> HttpResponse:
    """Show the event's page, or register from a POST."""
    now = timezone.now()
    if request.method == "POST" and not getattr(request, "is_preview", False):
        return receive(request, event, now)
    places = places_for(request, event)
    # A preview shows editors the form that members will see, of an event that may not be saved.
    drawn = getattr(request, "is_preview", False)
    face = availability(event, places, member=is_member(request.user) or drawn, now=now)
    own = [] if drawn else own_registrations(request.user, event, now)
    thanks = thanks_for(request, event, now)
    is_back = request.GET.get(SHOWN) == RECEIVED and not thanks and not own
    section = Section(event, face, places, thanks=thanks, is_back=is_back, own=own)
    if face in ACCEPTING and not section.thanks:
        section = with_form(request, section, now)
    return show_event(request, event, section)


def with_form(request: HttpRequest, section: Section, now: datetime) -> Section:
    """Add the form, empty or with what was typed before login. A visitor who is registered gets it for others."""
    event, places = section.event, section.places
    asked = request.GET.get(SHOWN) == ANOTHER
    typed = None if asked else typed_before(request, now)
    another = asked or (bool(section.own) and typed is None)
    known = known_of(request.user)
    if another:
        known = known | thanks_of(request, event, now).get("shared", {}) | {"name": ""}
    form = RegistrationForm(typed, event=event, places=places, initial=known)
    return replace(
        section, form=form, is_kept=form.is_bound, is_for_another=another, is_unfolded=asked
    )


def own_registrations(user: Visitor, event: EventPage, now: datetime) -> list[RegistrationSummary]:
    """Return what the visitor's account has at an event to come."""
    if not user.is_authenticated or event.is_past(now) or event.is_cancelled:
        return []
    mine = event.registrations.active().of_person(user).with_seats().order_by("pk")
    return summaries_of(list(mine), now)


@show_again.register
def show_expired(event: EventPage, request: HttpRequest) -> HttpResponse:
    """Show the form again with its values if its CSRF token is missing or has expired.

    Nothing is registered until the visitor sends it again.
    """
    if too_many_posts(request, FORM_NAME):
        return refuse_flood(request)
    places = places_for(request, event)
    form = expired(RegistrationForm(request.POST, event=event, places=places))
    face = availability(event, places, member=is_member(request.user), now=timezone.now())
    return show_event(
        request, event, Section(event, face, places, form, refusal=EXPIRED), status=403
    )


def receive(request: HttpRequest, event: EventPage, now: datetime) -> HttpResponse:
    """Register, or show the form again with the reason and all values."""
    form = receive_form(
        request,
        lambda: sent_form(request, event),
        LIMITS,
        show=lambda form: show_event(request, event, section_of(request, form, now)),
    )
    if isinstance(form, HttpResponse):
        return form
    application = form.application()
    try:
        receipt = register(event=event, application=application, by=request.user, now=now)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        status = 403 if isinstance(refusal, MembersOnly) else 409
        if isinstance(refusal, MembersOnly):
            keep_typed(request)
        section = replace(
            section_of(request, form, now),
            places=places_for(request, event),
            refusal=str(refusal),
        )
        return show_event(request, event, section, status=status)
    made = receipt.registration
    sent = Sent(made.uuid) if made else Sent(application=application)
    return thank(request, event, form, waiting=receipt.waiting, sent=sent, now=now)


def sent_form(request: HttpRequest, event: EventPage) -> RegistrationForm:
    places = places_for(request, event)
    return RegistrationForm(request.POST, request.FILES, event=event, places=places)


def section_of(request: HttpRequest, form: RegistrationForm, now: datetime) -> Section:
    """Return the section with the submitted form."""
    places = list(form.all_places)
    face = availability(form.event, places, member=is_member(request.user), now=now)
    return Section(form.event, face, places, form)


def thank(
    request: HttpRequest,
    event: EventPage,
    form: RegistrationForm,
    *,
    waiting: list[Session],
    sent: Sent,
    now: datetime,
) -> HttpResponse:
    """Redirect to the thanks, the same for a new person and a registered one."""
    person, chosen = form.person(), form.chosen(form.cleaned_data)
    sessions = [place.session for place in form.places if str(place.session.uuid) in chosen]
    queued = {session.uuid for session in waiting}
    remember(
        request,
        sent,
        said={
            "event": event.pk,
            "name": person["name"],
            "shared": {name: person[name] for name in ("email", "organisation")},
            "asked": [(session_told(one), one.uuid in queued) for one in sessions],
            "waits": bool(waiting),
            "only_waits": bool(waiting) and len(waiting) >= len(sessions),
            "held": [one.uuid.hex for one in sessions if one.uuid not in queued],
        },
        now=now,
    )
    forget_typed(request)
    return back_to_thanks(request, event)


def back_to_thanks(request: HttpRequest, event: EventPage) -> HttpResponse:
    response = redirect(f"{event.get_url(request)}?{SHOWN}={RECEIVED}#inscription")
    response.status_code = 303
    return private(response)


def thanks_for(request: HttpRequest, event: EventPage, now: datetime) -> dict[str, Any]:
    """Return what this browser has just sent for this event, if it arrives from the redirect."""
    return thanks_of(request, event, now) if request.GET.get(SHOWN) == RECEIVED else {}


def thanks_of(request: HttpRequest, event: EventPage, now: datetime) -> dict[str, Any]:
    said = said_lately(request, now)
    return said if said.get("event") == event.pk else {}


def known_of(user: Visitor) -> dict[str, str]:
    """Return a logged-in person's known data, to prefill the form."""
    if not user.is_authenticated:
        return {}
    organisation = organisation_of(user)
    return {"name": user.get_full_name(), "email": user.email, "organisation": organisation}


def places_for(request: HttpRequest, event: EventPage) -> list[Places]:
    """Return the current places; in a preview, those of its unsaved sessions."""
    drawn = getattr(request, "is_preview", False)
    return places_of(event, event.sessions.all() if drawn else Session.objects.of([event]))


def show_event(
    request: HttpRequest, event: EventPage, section: Section, *, status: int = 200
) -> HttpResponse:
    if not section.call:
        event.registration_address = ""  # calls to register lead nowhere
    context = event.get_context(request) | around(request, event, section) | {"section": section}
    response = TemplateResponse(request, event.get_template(request), context, status=status)
    if section.thanks:
        return secret(response)
    is_filled_in = section.is_for_another or (section.form and section.form.is_bound)
    if request.user.is_authenticated or is_filled_in:
        return private(response)
    return response


def around(request: HttpRequest, event: EventPage, section: Section) -> dict[str, Any]:
    """Return the page's context besides its own fields."""
    neighbours = neighbours_of(event, request)
    event.previous_recap = neighbours.previous_recap
    event.shown_online_address = online_address_for(event, request.user)
    event.shown_availability = section.face
    # A programme in the body replaces the sessions' timetable.
    told = any(block.block_type == "programme" for block in event.body)
    seen = [place.session for place in section.places if not place.session.hidden]
    sessions = [] if told else seen
    days = {local(session.starts_at).date() for session in sessions if session.starts_at}
    return {
        "neighbours": neighbours,
        "files": files_for(event, request, timezone.localdate()),
        "sessions": sessions,
        "several_days": len(days) > 1,
    }
