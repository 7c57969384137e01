"""For the browser that has just sent a form: its mistyped address corrected, and the file for its calendar."""

from functools import partial
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from events.calendar.entries import entry_of_person, organizer
from events.calendar.ical import calendar_of
from events.models import EventPage, Registration
from events.registration.address import Sent, correct_address
from events.registration.browser_session import remember_correction, said_lately, sent_lately
from events.registration.forms import AddressForm
from events.registration.refusals import Refusal
from events.registration.signup import registered_as
from events.registration.views import FORM_NAME, back_to_thanks
from home.forms.expired import expired, shown_again
from home.forms.rate_limits import FormLimits, receive_form, refuse_flood, too_many_posts
from home.responses import private, secret

LIMITS = FormLimits(FORM_NAME)


def show_correction_again(request: HttpRequest) -> HttpResponse:
    """Show the form again with its address if its CSRF token is missing or has expired."""
    if too_many_posts(request, FORM_NAME):
        return refuse_flood(request)
    said = said_lately(request, timezone.now())
    event = EventPage.objects.live().filter(pk=said.get("event")).first()
    if event is None:
        return show_correction(request, status=410)
    form = expired(AddressForm(request.POST))
    return show_correction(request, form, event=event, wrong=said["shared"]["email"], status=403)


@shown_again(show_correction_again)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def correct_sent_address(request: HttpRequest) -> HttpResponse:
    """Show the form (GET) or correct the address (POST), within half an hour after the registration form was sent."""
    now = timezone.now()
    said, sent = said_lately(request, now), sent_lately(request, now)
    event = EventPage.objects.live().filter(pk=said.get("event")).first()
    if sent is None or event is None:
        return show_correction(request, status=410)
    show = partial(show_correction, request, event=event, wrong=said["shared"]["email"])
    if request.method != "POST":
        return show(AddressForm())
    form = receive_form(
        request,
        partial(AddressForm, request.POST),
        LIMITS,
        show=show,
    )
    if isinstance(form, HttpResponse):
        return form
    email = form.cleaned_data["email"]
    try:
        made = correct_address(event=event, sent=sent, email=email, by=request.user, now=now)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return show(form, status=409)
    remember_correction(request, email, made.uuid if made else None)
    return back_to_thanks(request, event)


def show_correction(
    request: HttpRequest,
    form: AddressForm | None = None,
    *,
    event: EventPage | None = None,
    wrong: str = "",
    status: int = 200,
) -> HttpResponse:
    kicker = event.title if event else ""
    context = {"event": event, "form": form, "wrong": wrong, "kicker": kicker}
    return private(render(request, "events/correct_address.html", context, status=status))


@require_safe
def sent_calendar(request: HttpRequest) -> HttpResponse:
    """Serve the entry of the person just registered: with the UID of the file that their e-mail brings.

    It has the hours that were asked for and not the room's address, which only the mailbox gets, and is the same for
    somebody who was registered before. 404 after half an hour, or without a place.
    """
    now = timezone.now()
    said, sent = said_lately(request, now), sent_lately(request, now)
    event = EventPage.objects.live().filter(pk=said.get("event")).first()
    registration = registration_by(sent, event) if sent and event else None
    if event is None or registration is None or not event.has_firm_date or said["only_waits"]:
        raise Http404
    held = {UUID(one) for one in said.get("held", [])}
    sessions = [one for one in event.sessions.all() if one.uuid in held]
    content = calendar_of([entry_of_person(registration, sessions)], organizer())
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="evenement.ics"'
    return secret(response)


def registration_by(sent: Sent, event: EventPage) -> Registration | None:
    """Return the registration that the form has made, or that the person had."""
    if sent.registration:
        return event.registrations.active().filter(uuid=sent.registration).first()
    return registered_as(sent.application.answers, event) if sent.application else None
