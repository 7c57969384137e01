"""Forms posted after the session or their CSRF token ended: what was typed is kept, and fills the form again.

It stays in the session for half an hour, by the address of the form, and is never processed: the visitor reads it again
and sends it. Passwords, codes and files are not kept; files are named, to be chosen again.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils import timezone

from home.forms.rate_limits import too_many_posts
from home.responses import private

#: Session key: {path: {"at", "typed", "files"}}.
TYPED = "typed"
LIVES = timedelta(minutes=30)
#: Characters kept of one form, and number of forms.
MAX_TYPED, MAX_FORMS = 100_000, 5
#: Parts of the names of fields that are never kept.
SECRETS = ("csrfmiddlewaretoken", "password", "code", "credential")

KEPT = (
    "Rien n’a encore été envoyé\u00a0: la page était ouverte depuis trop longtemps. Voici ce que vous aviez écrit\u00a0: "
    "relisez, puis envoyez de nouveau."
)
NOTHING_SENT = (
    "Rien n’a été envoyé\u00a0: la page était ouverte depuis trop longtemps. Recommencez."
)
CHOOSE_FILES = "Choisissez de nouveau vos fichiers\u00a0: {names}."

Form = TypeVar("Form", bound=forms.BaseForm)


def keep_typed(request: HttpRequest) -> None:
    """Keep the posted form, for the next visit of the same address. A flood of posts keeps nothing."""
    vars(request)["is_kept"] = True  # so that this answer does not forget it
    typed = what_was_typed(request).urlencode()
    if len(typed) > MAX_TYPED or too_many_posts(request, TYPED):
        return
    slots = request.session.get(TYPED, {})
    slots.pop(request.path, None)
    slots[request.path] = {
        "at": timezone.now().isoformat(),
        "typed": typed,
        "files": [file.name for name in request.FILES for file in request.FILES.getlist(name)],
    }
    request.session[TYPED] = dict(list(slots.items())[-MAX_FORMS:])


def what_was_typed(request: HttpRequest) -> QueryDict:
    """Return the posted fields without secrets."""
    typed = request.POST.copy()
    for name in list(typed):
        if any(secret in name for secret in SECRETS):
            del typed[name]
    return typed


def typed_before(request: HttpRequest, now: datetime) -> QueryDict | None:
    """Return what was typed at this address within the last half hour, or None."""
    slot = request.session.get(TYPED, {}).get(request.path)
    if slot is None or now - datetime.fromisoformat(slot["at"]) >= LIVES:
        return None
    return QueryDict(slot["typed"])


def files_before(request: HttpRequest) -> list[str]:
    """Return the names of the files that were chosen with what `typed_before` returns."""
    return list(request.session.get(TYPED, {}).get(request.path, {}).get("files", []))


def forget_typed(request: HttpRequest) -> None:
    slots = request.session.get(TYPED, {})
    if slots.pop(request.path, None) is not None:
        request.session[TYPED] = slots


def fill_again(form: Form, request: HttpRequest) -> Form:
    """Fill the form of a GET with what was typed at this address, and say so. Return it."""
    if form.is_bound or request.method != "GET":
        return form
    typed = typed_before(request, timezone.now())
    if typed is None:
        return form
    for name, field in form.fields.items():
        if isinstance(field, forms.FileField) or any(secret in name for secret in SECRETS):
            continue
        form.initial[name] = field.widget.value_from_datadict(typed, {}, form.add_prefix(name))
    messages.warning(request, said_of(request))
    return form


def said_of(request: HttpRequest) -> str:
    names = files_before(request)
    return f"{KEPT} {CHOOSE_FILES.format(names=', '.join(names))}" if names else KEPT


def keep_what_needs_a_log_in(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: keep what a visitor posted when the answer is the log-in, and forget it once it is accepted."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.method != "POST" or response.status_code not in {301, 302, 303}:
            return response
        if not request.user.is_authenticated:
            if is_log_in(response["Location"]) and not is_log_in(request.path):
                keep_typed(request)
        elif settings.SESSION_COOKIE_NAME in request.COOKIES and not hasattr(request, "is_kept"):
            forget_typed(request)
        return response

    return respond


def is_log_in(address: str) -> bool:
    return urlsplit(address).path == resolve_url(settings.LOGIN_URL)


def fill_after_log_in(request: HttpRequest) -> HttpResponse:
    """Answer a post whose CSRF token is too old, on a page for people with an account: keep it, and show the form."""
    keep_typed(request)
    if not request.user.is_authenticated:
        return private(redirect_to_login(request.get_full_path()))
    if not set(what_was_typed(request)):
        messages.warning(request, NOTHING_SENT)
    response = redirect(request.path)
    response.status_code = 303
    return private(response)
