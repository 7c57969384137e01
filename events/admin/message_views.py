"""Back-office screen for messages to an event's registered people."""

from hashlib import sha256
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from events.admin.forms import GroupMessageForm
from events.messages import emails
from events.messages.group_messages import write, write_to_me
from events.models import EventPage, GroupMessage, Registration
from home.access import AccountRequest
from home.french import count_of
from home.mail.outbox import states_under
from home.models import OutgoingEmail
from home.responses import private


@require_http_methods(["GET", "HEAD", "POST"])
def write_to_group(request: AccountRequest, pk: int) -> HttpResponse:
    """Preview a group message with its recipients, send a test to oneself, then send it once."""
    if not request.user.has_perm("events.change_registration"):
        raise PermissionDenied
    event = get_object_or_404(EventPage, pk=pk)
    form = GroupMessageForm(request.POST or None, event=event)
    if request.method != "POST" or not form.is_valid():
        return show_message(request, event, form)
    message = form.message(by=request.user, at=timezone.now())
    people = list(message.people())
    if "essai" in request.POST:
        write_to_me(message=message, by=request.user)
        messages.success(request, f"Un essai part à {request.user.email}.")
    elif "envoyer" in request.POST and people and form.was_read(fingerprint(message, people)):
        return send(request, message)
    return show_message(request, event, form, message=message, people=people)


def fingerprint(message: GroupMessage, people: list[Registration]) -> str:
    """Hash the words and the recipients, so that only a message that was previewed is sent."""
    parts = [message.audience, message.subject, message.text, *(str(one.pk) for one in people)]
    return sha256("\0".join(parts).encode()).hexdigest()


def send(request: HttpRequest, message: GroupMessage) -> HttpResponse:
    if write(message=message, now=message.written_at):
        number = count_of(message.recipients, "personne")
        messages.success(request, f"Le message part à {number}, à chacune séparément.")
    else:
        messages.warning(request, "Ce message est déjà parti\u00a0: rien n’a été envoyé de plus.")
    return redirect("events_write_to_group", message.event_id)


def show_message(
    request: HttpRequest,
    event: EventPage,
    form: GroupMessageForm,
    *,
    message: GroupMessage | None = None,
    people: list[Registration] | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "event": event,
        "form": form,
        "fields": [form[name] for name in form.fields if name not in {"key", "seen"}],
        "written": written(event),
        "message": message,
        "people": people or [],
        "unreachable": list(message.unreachable()) if message else [],
        "preview": message and emails.group_message_preview(message),
        "seen": message and fingerprint(message, people or []),
    }
    return private(render(request, "events/admin/write_to_group.html", context))


def written(event: EventPage) -> list[tuple[GroupMessage, int, int]]:
    """Return the earlier messages of the event, latest first, with how many left and how many failed.

    Rows of the outbox are erased after some months: both are then 0.
    """
    sent = list(event.messages.select_related("written_by", "session"))
    prefixes = [emails.group_message_prefix(one) for one in sent]
    states = states_under(prefixes)
    state = OutgoingEmail.State
    return [
        (one, states.get((prefix, state.SENT), 0), states.get((prefix, state.FAILED), 0))
        for one, prefix in zip(sent, prefixes, strict=True)
    ]
