"""A registrant's own page, behind their personal link. Only a POST changes anything.

Every invalid link gets the same 404.
"""

from datetime import datetime
from functools import partial, wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.agenda.availability import Places, places_of
from events.calendar.entries import organizer, registration_entry
from events.calendar.ical import calendar_of
from events.models import Registration, Session
from events.models.registration import hash_token
from events.registration.address import address_asked, ask_for_address, readdress
from events.registration.door_codes import qr_picture, qr_text
from events.registration.erasure import erase
from events.registration.forms import AddressForm, OwnForm
from events.registration.modification import Rights, change, leave, rights_of
from events.registration.refusals import NameTaken, Refusal
from events.registration.reinstatement import refusal_to_take_back, take_back
from events.registration.summary import summary_of
from home.forms.rate_limits import FormLimits, receive_form
from home.responses import secret
from home.secret_links import View, secret_link

ADDRESS_LIMITS = FormLimits("inscription-personnelle")

#: Messages shown after a change, by the redirect's query parameter.
DONE = {
    "modifiee": "C’est enregistré. Un message le confirme.",
    "inchangee": "Rien n’a changé.",
    "quittee": "C’est enregistré : cette place est rendue. Un message le confirme.",
    "annulee": "Votre inscription est annulée. Un message le confirme.",
    "reprise": "Votre inscription est reprise. Un message le confirme.",
    "deja-annulee": "Cette inscription était déjà annulée : rien n’a changé.",
    "deja-inscrite": (
        "Rien n’a changé ici\u00a0: une autre inscription existe à ce nom, avec la même adresse. Un message à cette "
        "adresse dit ce qui est enregistré."
    ),
    "adresse": "Un message part à la nouvelle adresse. Elle remplacera l’ancienne quand vous l’aurez confirmée.",
    "adresse-changee": "L’adresse est corrigée. Ce nouveau lien remplace l’ancien ; un message le contient.",
}


def own_view(view: View) -> View:
    """Decorate a view of the personal link: it receives the registration instead of the token."""

    @secret_link
    @wraps(view)
    def answer(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponseBase:
        return view(request, registration_of(token), **kwargs)

    return answer


def registration_of(token: str) -> Registration:
    found = Registration.objects.with_seats().filter(token_hash=hash_token(token)).first()
    if found is None:
        raise Http404
    found.token = token
    return found


def done(registration: Registration, what: str) -> HttpResponse:
    response = redirect(f"{registration.link}?fait={what}")
    response.status_code = 303
    return response


def page(
    request: HttpRequest,
    name: str,
    registration: Registration,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {"registration": registration, "event": registration.event, **more}
    return render(request, f"events/own/{name}.html", context, status=status)


def refused(request: HttpRequest, registration: Registration, refusal: Refusal) -> HttpResponse:
    """Show the registration with the reason for the refusal."""
    sheet = summary_of(registration, timezone.now())
    return page(
        request,
        "registration",
        registration,
        status=409,
        sheet=sheet,
        refusal=refusal,
        door_code="",
    )


@own_view
@require_safe
def own_registration(request: HttpRequest, registration: Registration) -> HttpResponse:
    now = timezone.now()
    said = DONE.get(request.GET.get("fait", ""), "")
    return page(
        request,
        "registration",
        registration,
        sheet=(sheet := summary_of(registration, now)),
        said=said,
        door_code=shown_code(registration, is_over=sheet.is_over),
        may_take_back=refusal_to_take_back(registration, registration.event, now) is None,
    )


def shown_code(registration: Registration, *, is_over: bool) -> str:
    """Return the drawing to show at the door, or an empty string."""
    shown = registration.door_code_told and not is_over
    return qr_picture(qr_text(registration)) if shown else ""


@own_view
def own_change(request: HttpRequest, registration: Registration) -> HttpResponse:
    now = timezone.now()
    rights = rights_of(registration, registration.event, now)
    if rights.answer:
        return refused(request, registration, rights.answer)
    places = places_offered(registration, rights, now)
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = OwnForm(data, files, registration=registration, event=registration.event, places=places)
    if data is None or not form.is_valid():
        return page(request, "change", registration, form=form, rights=rights)
    try:
        changed = change(
            registration=registration, application=form.application(), by=None, now=now
        )
    except NameTaken:
        return done(registration, "deja-inscrite")
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return page(request, "change", registration, status=409, form=form, rights=rights)
    return done(registration, "modifiee" if changed else "inchangee")


def places_offered(registration: Registration, rights: Rights, now: datetime) -> list[Places]:
    """Return the registered sessions and those that may still be added."""
    event = registration.event
    held = {seat.session_id for seat in registration.seats.all()}
    return [
        place
        for place in places_of(event, Session.objects.of([event]))
        if place.session.pk in held or (rights.add is None and place.session.is_open(now))
    ]


@own_view
def own_cancel(
    request: HttpRequest, registration: Registration, session: UUID | None = None
) -> HttpResponse:
    """Ask for confirmation (GET), then give back the place in one session or in all (POST)."""
    now = timezone.now()
    if request.method == "POST":
        return give_back(request, registration, session, now)
    refusal = rights_of(registration, registration.event, now).leave
    if refusal:
        return refused(request, registration, refusal)
    seats = [seat for seat in registration.seats.all() if session in (None, seat.session.uuid)]
    if not seats:
        raise Http404
    return page(request, "cancel", registration, session=session and seats[0].session)


def give_back(
    request: HttpRequest, registration: Registration, session: UUID | None, now: datetime
) -> HttpResponse:
    try:
        given = leave(registration=registration, session=session, by=None, now=now)
    except Refusal as refusal:
        return refused(request, registration, refusal)
    registration.refresh_from_db(fields=["state"])
    if not given:
        return done(registration, "inchangee" if registration.is_active else "deja-annulee")
    return done(registration, "quittee" if registration.is_active else "annulee")


@own_view
def own_take_back(request: HttpRequest, registration: Registration) -> HttpResponse:
    """Ask for confirmation (GET), then take back the cancelled registration (POST)."""
    now = timezone.now()
    if request.method == "POST":
        try:
            take_back(registration=registration, now=now)
        except Refusal as refusal:
            return refused(request, registration, refusal)
        return done(registration, "reprise")
    reason = refusal_to_take_back(registration, registration.event, now)
    if reason:
        return refused(request, registration, reason)
    return page(request, "take_back", registration)


@own_view
def own_address(request: HttpRequest, registration: Registration) -> HttpResponse:
    """Ask for another address. Only that address's owner learns whether it is registered."""
    now = timezone.now()
    refusal = rights_of(registration, registration.event, now).leave
    if refusal:
        return refused(request, registration, refusal)
    if request.method != "POST":
        return page(request, "address", registration, form=AddressForm())
    form = receive_form(
        request,
        partial(AddressForm, request.POST),
        ADDRESS_LIMITS,
        show=lambda form: page(request, "address", registration, form=form),
    )
    if isinstance(form, HttpResponse):
        return form
    ask_for_address(registration=registration, email=form.cleaned_data["email"], now=now)
    return done(registration, "adresse")


@secret_link
def own_address_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show a button (GET), since mail scanners open links; change the address and renew the link (POST)."""
    asked = address_asked(token)
    if asked is None:
        raise Http404
    registration, email = asked
    if request.method != "POST":
        return page(request, "address_confirm", registration, email=email)
    try:
        changed = readdress(registration=registration, email=email, by=None, now=timezone.now())
    except Refusal as refusal:
        context = {"email": email, "refusal": refusal}
        return page(request, "address_confirm", registration, status=409, **context)
    return done(changed, "adresse-changee")


@own_view
def own_erase(request: HttpRequest, registration: Registration) -> HttpResponse:
    now = timezone.now()
    if request.method != "POST":
        return page(request, "erase", registration, sheet=summary_of(registration, now))
    erase(registration=registration, by=None, now=now)
    response = redirect(reverse("own_erased"))
    response.status_code = 303
    return response


@require_safe
def own_erased(request: HttpRequest) -> HttpResponse:
    return secret(render(request, "events/own/erased.html"))


@own_view
@require_safe
def own_calendar(request: HttpRequest, registration: Registration) -> HttpResponse:
    if registration.event.starts_at is None:
        raise Http404
    content = calendar_of([registration_entry(registration)], organizer())
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="evenement.ics"'
    return response
