"""The door: a page for any telephone, its list, what telephones send, and the worker that keeps it without network.

The token of the address is the only proof asked for. It is good on the days of the event, and leads to nothing else.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.check_in.codes import WrongCode
from events.check_in.entries import MOST, Sending, uuid_in
from events.check_in.forms import WalkInForm
from events.check_in.guests import GuestList
from events.check_in.records import Tap, record_check_in, undo_check_in
from events.check_in.walk_ins import WalkIn, admit
from events.models import Door, Registration, Session
from events.models.enums import CheckInSource
from events.registration.refusals import Refusal
from home.responses import private
from home.secret_links import View, secret_link

DONE = {
    "pointee": "Présence notée.",
    "annulee": "Présence annulée.",
    "ajoutee": "Personne ajoutée, présence notée.",
}
#: The door reads codes with the camera, on its own page only.
CAMERA = settings.PERMISSIONS_POLICY.replace("camera=()", "camera=(self)")
door_policy: Any = csp_replace({"connect-src": [SELF], "worker-src": [SELF], "frame-src": [NONE]})


def with_camera(view: View) -> View:
    """Let the page of this view ask for the camera."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers["Permissions-Policy"] = CAMERA
        return response

    return answer


@secret_link
@door_policy
@with_camera
def door(request: HttpRequest, token: str) -> HttpResponse:
    """Show the list of the session, and take what its buttons and its form post."""
    now = timezone.now()
    found = open_door_of(token, now)
    people = GuestList(found.event)
    session = people.session(request.GET.get("session", ""), now)
    form = WalkInForm(label_suffix="", auto_id="sur-place-%s")
    if request.method != "POST":
        return show(request, found, people, session, form)
    try:
        if "ajouter" in request.POST:
            form = WalkInForm(request.POST, label_suffix="", auto_id="sur-place-%s")
            if not form.is_valid():
                return show(request, found, people, session, form, status=422)
            return done(request, session, add(request, found, form, session, now))
        return done(request, session, tick(request.POST, found, session, now))
    except Refusal as refusal:
        return show(request, found, people, session, form, refusal=refusal, status=409)


def open_door_of(token: str, now: datetime) -> Door:
    found = Door.found_by(token)
    if found is None or not found.is_open(now):
        raise Http404
    return found


def show(
    request: HttpRequest,
    found: Door,
    people: GuestList,
    session: Session,
    form: WalkInForm,
    **more: Any,
) -> HttpResponse:
    status = more.pop("status", 200)
    typed = request.GET.get("q", "")[:120]
    try:
        shown, wrong = people.found(typed), ""
    except WrongCode as code:
        shown, wrong = [], str(code)
    context = {
        "event": found.event,
        "closes_at": found.closes_at,
        "people": people,
        "session": session,
        "rows": [
            (one.registration, one.present_words(session), one.standing_words(session))
            for one in shown
        ],
        "present": people.present_in(session),
        "typed": typed,
        "wrong": wrong,
        "form": form,
        "said": DONE.get(request.GET.get("fait", ""), ""),
        "refusal": "",
    }
    return render(request, "events/door/door.html", context | more, status=status)


def add(
    request: HttpRequest, found: Door, form: WalkInForm, session: Session, now: datetime
) -> str:
    tap = Tap(now, CheckInSource.DOOR)
    walk_in = WalkIn(tap.uuid, form.answers(), session)
    admit(event=found.event, walk_in=walk_in, tap=tap, now=now)
    return "ajoutee"


def tick(data: Mapping[str, Any], found: Door, session: Session, now: datetime) -> str:
    """Note the person of the button pressed present, or take it back."""
    name = "annuler" if "annuler" in data else "pointer"
    if name not in data:
        return ""
    person = Registration.objects.filter(event=found.event_id, uuid=uuid_in(data, name)).first()
    if person is None:
        raise Http404
    verb = undo_check_in if name == "annuler" else record_check_in
    verb(registration=person, session=session, tap=Tap(now, CheckInSource.DOOR), now=now)
    return "annulee" if name == "annuler" else "pointee"


def done(request: HttpRequest, session: Session, what: str) -> HttpResponse:
    """Send back to the list; the search is done with."""
    query = urlencode({"session": session.uuid, "fait": what})
    response = redirect(f"{request.path}?{query}")
    response.status_code = 303
    return response


@secret_link
@door_policy
def door_list(request: HttpRequest, token: str) -> HttpResponse:
    """Answer GET with the list, and POST with one answer for each entry that a telephone sent.

    Entries are taken for some days more than the list is given: a telephone may have found its network in the evening.
    """
    now = timezone.now()
    if request.method != "POST":
        found = open_door_of(token, now)
        return JsonResponse(GuestList(found.event).as_plain(found))
    late = Door.found_by(token)
    if late is None or not late.takes_entries(now):
        raise Http404
    data = sent(request)
    entries = data.get("entries", [])
    sending = Sending(late, data, now)
    answers = [sending.answer(one) for one in (entries if isinstance(entries, list) else [])[:MOST]]
    named = {"device": late.name_telephone()} if data.get("newcomer") is True else {}
    return JsonResponse({"answers": answers} | named)


def sent(request: HttpRequest) -> dict[str, Any]:
    try:
        data = json.loads(request.body or b"{}")
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


@require_safe
@door_policy
@with_camera
def door_shell(request: HttpRequest) -> HttpResponse:
    """Answer with the page of the door without anything of an event, which telephones keep."""
    form = WalkInForm(label_suffix="", auto_id="sur-place-%s")
    return private(render(request, "events/door/shell.html", {"form": form}))


@require_safe
@door_policy
def door_worker(request: HttpRequest) -> HttpResponse:
    """Answer with the service worker, below whose address alone it may act."""
    path = finders.find("door/worker.js")
    if path is None:
        raise Http404
    script = Path(path).read_bytes()
    return private(HttpResponse(script, content_type="text/javascript; charset=utf-8"))
