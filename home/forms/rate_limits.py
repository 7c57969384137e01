"""Checks of a posted public form before it writes or sends anything: rate limits and validity, in one order for all.

The function that sends the message also checks `home.mail.outbox.had_enough()`.
"""

import ipaddress
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django import forms
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac

from home.mail import alerts
from home.responses import private

#: Posts of one form per network and minute. A whole town hall may share one IP address.
POSTS_PER_MINUTE = 60
#: Posts of one form per recipient and minute.
POSTS_PER_ADDRESS = 5
#: Posts per network and hour, for forms that send to any address.
POSTS_PER_HOUR = 100
#: Fuse: posts of one form per hour, from all networks, that send a message.
ASKED_PER_HOUR = 200
MINUTE, QUARTER, HOUR = 60, 15 * 60, 60 * 60
#: Durations in French, for the 429 page.
WAITS = {MINUTE: "une minute", QUARTER: "un quart d’heure", HOUR: "une heure"}

UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104 -- nobody listens on it

#: Salt of the hashed keys under which posts are counted.
KEY_SALT = "home.forms.rate_limits"

Form = TypeVar("Form", bound=forms.Form)


@dataclass(frozen=True)
class FormLimits:
    """Limits of a form, besides the one per minute for each network."""

    #: Name under which posts are counted.
    name: str
    #: Posts per hour from one network, None for no limit.
    per_hour: int | None = None
    #: Whether posts per minute are counted for each recipient too. False where the messages themselves are limited.
    per_recipient: bool = True
    #: Fuse: posts per hour from everyone, at which the team is alerted (docs/decisions/0021).
    from_everyone: int | None = None
    #: Whether the fuse closes the form for the rest of the hour.
    closes: bool = True


def receive_form(
    request: HttpRequest,
    make_form: Callable[[], Form],
    limits: FormLimits,
    *,
    show: Callable[[Form], HttpResponse],
) -> Form | HttpResponse:
    """Return the valid form, or the response to give instead.

    `show` renders the form with its errors; a filled honeypot is one of them. Posts are also counted for the form's
    `email`. Responses never depend on whether that address is known.
    """
    if too_many_posts(request, limits.name, per_hour=limits.per_hour):
        return refuse_flood(request)
    form = make_form()
    if not form.is_valid():
        return show(form)
    if limits.per_recipient and too_many_for_address(form.cleaned_data["email"], limits.name):
        return refuse_flood(request)
    if is_closed_by_fuse(limits):
        return refuse_flood(request, HOUR)
    return form


def is_closed_by_fuse(limits: FormLimits) -> bool:
    """Count the post, even if the form never closes, because the team is alerted."""
    if limits.from_everyone is None:
        return False
    return too_many_for_everyone(limits.name, limits.from_everyone) and limits.closes


# Client addresses


def client_ip(request: HttpRequest) -> str:
    """Return the visitor's IP address. X-Forwarded-For is used only for the number of proxies in TRUSTED_PROXY_COUNT."""
    count = settings.TRUSTED_PROXY_COUNT
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    claimed = forwarded[-count].strip() if 0 < count <= len(forwarded) else ""
    for candidate in (claimed, request.META.get("REMOTE_ADDR", "")):
        try:
            return str(ipaddress.ip_address(candidate))
        except ValueError:
            continue
    return UNKNOWN_ADDRESS


def client_network(request: HttpRequest) -> str:
    """Return the address shared by a household or town hall: the IPv4 address, or the /64 network of an IPv6 one."""
    address = ipaddress.ip_address(client_ip(request))
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


# Limits


def too_many_posts(request: HttpRequest, form_name: str, *, per_hour: int | None = None) -> bool:
    """Count a post of this form from this network. Return True over the limit per minute, or `per_hour` if given."""
    subject = f"{form_name}:{client_network(request)}"
    if over(subject, POSTS_PER_MINUTE):
        return True
    return per_hour is not None and over(f"hour:{subject}", per_hour, HOUR)


def too_many_for_address(address: str, form_name: str) -> bool:
    """Count a post for this recipient. Return True over the limit per minute."""
    return over(f"{form_name}:{address}", POSTS_PER_ADDRESS)


def too_many_for_everyone(form_name: str, limit: int = ASKED_PER_HOUR) -> bool:
    """Count a post that sends a message. Return True over the form's hourly limit for all visitors together.

    Alerts the team once an hour. Forms that must never refuse anyone (log-in, registration) count, but ignore the
    result.
    """
    if not over(f"everyone:{form_name}", limit, HOUR):
        return False
    if not over(f"told:{form_name}", 1, HOUR):
        alerts.flood(form_name, limit, hour=int(time.time() // HOUR))
    return True


def over(subject: str, limit: int, seconds: int = MINUTE) -> bool:
    """Count in the shared cache, per window of `seconds`. Keys are hashed, so that they reveal no address."""
    window = int(time.time() // seconds)
    key = f"limit:{salted_hmac(KEY_SALT, subject).hexdigest()}:{window}"
    if cache.add(key, 1, 2 * seconds):
        return limit < 1
    try:
        return cache.incr(key) > limit
    except ValueError:  # the key was evicted between the two calls
        return False


def refuse_flood(request: HttpRequest, wait: int = MINUTE) -> HttpResponse:
    """Return a 429 page with a plain message. `wait` is a key of WAITS, in seconds."""
    response = render(request, "429.html", {"wait": WAITS[wait]}, status=429)
    response["Retry-After"] = str(wait)
    return private(response)
