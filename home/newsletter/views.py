"""Newsletter views, /lettre/: subscribe, confirm with a button, leave with a button or one click in an e-mail client."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from home.forms.expired import expired, shown_again
from home.forms.rate_limits import (
    ASKED_PER_HOUR,
    POSTS_PER_HOUR,
    FormLimits,
    receive_form,
    refuse_flood,
    too_many_posts,
)
from home.newsletter import subscriptions
from home.newsletter.forms import LetterForm
from home.newsletter.links import consent_of, subscriber_of
from home.responses import private
from home.secret_links import secret_link

LIMITS = FormLimits("lettre", per_hour=POSTS_PER_HOUR, from_everyone=ASKED_PER_HOUR)


def show_letter_again(request: HttpRequest) -> HttpResponse:
    """Show the form again with its address if its CSRF token is missing or has expired."""
    if too_many_posts(request, LIMITS.name):
        return refuse_flood(request)
    return form_page(request, expired(LetterForm(request.POST)), status=403)


@shown_again(show_letter_again)
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return form_page(request, LetterForm())
    form = receive_form(
        request,
        partial(LetterForm, request.POST),
        LIMITS,
        show=partial(form_page, request),
    )
    if isinstance(form, HttpResponse):
        return form
    email = form.cleaned_data["email"]
    subscriptions.subscribe(email=email, source=request.path, at=timezone.now())
    return HttpResponseRedirect(reverse("letter_thanks"), status=303)


def form_page(request: HttpRequest, form: LetterForm, *, status: int = 200) -> HttpResponse:
    response = render(request, "home/letter/form.html", {"form": form}, status=status)
    return private(response) if form.is_bound or request.user.is_authenticated else response


@require_safe
def letter_thanks(request: HttpRequest) -> HttpResponse:
    """Show the same page for known and unknown addresses."""
    return private(render(request, "home/letter/thanks.html"))


@secret_link
def letter_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show a button on GET, confirm on POST. Idempotent."""
    consent = consent_of(token)
    if consent is None:
        return link_page(request, "dead_link", status=404)
    if request.method == "POST":
        subscriptions.confirm(consent, at=timezone.now())
        return link_page(request, "confirmed")
    template = "already_confirmed" if consent.confirmed_at else "confirm"
    return link_page(request, template, {"email": consent.subscriber.email})


@secret_link
def letter_leave(request: HttpRequest, token: str) -> HttpResponse:
    """Show a button on GET, unsubscribe on POST: from that button, or from an e-mail client (RFC 8058)."""
    subscriber = subscriber_of(token)
    if subscriber is None:
        return link_page(request, "dead_link", status=404)
    if request.method == "POST":
        subscriptions.leave(subscriber, at=timezone.now())
        return link_page(request, "left")
    return link_page(request, "leave" if subscriber.is_active else "left")


def link_page(
    request: HttpRequest, name: str, context: Any = None, status: int = 200
) -> HttpResponse:
    return render(request, f"home/letter/{name}.html", context, status=status)
