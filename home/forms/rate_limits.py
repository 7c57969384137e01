"""Checks on a posted form before it writes or sends anything: rate limits, then the honeypot, in one order for all.

The verb that writes also asks `outbox.had_enough()`.
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

from home.forms.honeypot import TRAP_SALT, TrapMixin
from home.mail import alerts
from home.responses import private

#: A town hall stands behind one address: this many posts of one form per minute are everyday life.
POSTS_PER_MINUTE = 60
#: Posts that name one recipient, per minute, on one form.
POSTS_PER_ADDRESS = 5
#: Posts from one network, per hour, of a form that writes to whatever address is typed in it.
POSTS_PER_HOUR = 100
#: Posts of one form that ask for a message, per hour, from the whole world: the fuse.
ASKED_PER_HOUR = 200
MINUTE, QUARTER, HOUR = 60, 15 * 60, 60 * 60
#: How a refusal says when to come back.
WAITS = {MINUTE: "une minute", QUARTER: "un quart d’heure", HOUR: "une heure"}

UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104 -- nobody listens on it

Form = TypeVar("Form", bound=forms.Form)


@dataclass(frozen=True)
class FormLimits:
    """How often a form may be posted, besides a minute's share per network and per recipient."""

    #: The name under which posts are counted.
    name: str
    #: Posts per hour from one network.
    per_hour: int | None = None
    #: The fuse: posts per hour from everyone, of which the team is told (docs/decisions/0021).
    from_everyone: int | None = None
    #: Whether the form is closed for the rest of the hour once the fuse has blown.
    closes: bool = True


def receive_form(
    request: HttpRequest,
    make_form: Callable[[], Form],
    limits: FormLimits,
    *,
    show: Callable[[Form], HttpResponse],
    thank: Callable[[Form], HttpResponse],
) -> Form | HttpResponse:
    """Return the valid form, or the answer to give instead.

    `show` displays the form with its errors. `thank` answers a robot, valid form or not, as if it had been accepted.
    Posts are counted for the form's `email` as well; nothing here depends on whether that address is known.
    """
    if too_many_posts(request, limits.name, per_hour=limits.per_hour):
        return refuse_flood(request)
    form = make_form()
    is_valid = form.is_valid()
    if isinstance(form, TrapMixin) and form.is_from_a_robot:
        return thank(form)
    if not is_valid:
        return show(form)
    if too_many_for_address(form.cleaned_data["email"], limits.name):
        return refuse_flood(request)
    if is_closed_by_fuse(limits):
        return refuse_flood(request, HOUR)
    return form


def is_closed_by_fuse(limits: FormLimits) -> bool:
    """Count the post even if the form never closes, because the team is told."""
    if limits.from_everyone is None:
        return False
    return too_many_for_everyone(limits.name, limits.from_everyone) and limits.closes


# Who posts


def client_ip(request: HttpRequest) -> str:
    """The visitor's address: as many proxies as TRUSTED_PROXY_COUNT says are believed, nothing else is."""
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
    """What one household or town hall shares: an IPv4 address, the first half of an IPv6 one."""
    address = ipaddress.ip_address(client_ip(request))
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


# How often


def too_many_posts(request: HttpRequest, form_name: str, *, per_hour: int | None = None) -> bool:
    """Count a post of this form from this network; True when the minute's share is used up, or the hour's."""
    subject = f"{form_name}:{client_network(request)}"
    if over(subject, POSTS_PER_MINUTE):
        return True
    return per_hour is not None and over(f"hour:{subject}", per_hour, HOUR)


def too_many_for_address(address: str, form_name: str) -> bool:
    """Count a post that names this address; True when it has had its share of the minute."""
    return over(f"{form_name}:{address}", POSTS_PER_ADDRESS)


def too_many_for_everyone(form_name: str, limit: int = ASKED_PER_HOUR) -> bool:
    """Count a post that asks for a message; True when this form has had the whole site's share of the hour.

    Then the team is told, once an hour. A form on which nobody must be refused (a log-in, a registration) counts,
    and ignores the answer.
    """
    if not over(f"everyone:{form_name}", limit, HOUR):
        return False
    if not over(f"told:{form_name}", 1, HOUR):
        alerts.flood(form_name, limit, hour=int(time.time() // HOUR))
    return True


def over(subject: str, limit: int, seconds: int = MINUTE) -> bool:
    """Count in the shared cache, by windows of so many seconds. No address is readable in a key."""
    window = int(time.time() // seconds)
    key = f"limit:{salted_hmac(TRAP_SALT, subject).hexdigest()}:{window}"
    if cache.add(key, 1, 2 * seconds):
        return limit < 1
    try:
        return cache.incr(key) > limit
    except ValueError:  # the cache forgot the key between the two lines
        return False


def refuse_flood(request: HttpRequest, wait: int = MINUTE) -> HttpResponse:
    """429 and one plain sentence: what was typed is still there, one page back. `wait` is one of WAITS."""
    response = render(request, "429.html", {"wait": WAITS[wait]}, status=429)
    response["Retry-After"] = str(wait)
    return private(response)
