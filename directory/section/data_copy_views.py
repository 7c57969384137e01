"""Views to request and download a copy of one's own data. The download link is sent by e-mail."""

from datetime import timedelta

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from directory import emails
from directory.accounts.views import identity_asked_again
from directory.models import MembersPage
from directory.section.data_copy import own_archive
from home.access import Account, AccountRequest, for_any_account
from home.mail import outbox
from home.secret_links import read_signed

LINK_LIVES = timedelta(hours=48)
SENT = "envoye"


@for_any_account
@identity_asked_again
def own_copy(request: AccountRequest, page: MembersPage) -> HttpResponse:
    """Send the download link on POST. Its e-mail proves who they are, also for accounts without a password."""
    if emails.COPY_KEY in request.GET:
        return fetch(request) if is_own_link(request) else show(request, page, expired=True)
    if request.method == "POST":
        send_link(request.user)
        return redirect(f"{request.path}?{SENT}=1")
    return show(request, page)


def show(request: AccountRequest, page: MembersPage, *, expired: bool = False) -> HttpResponse:
    """Render the page. Another user's link is answered like an expired one: a 404 that says how to get another."""
    context = {"sent": SENT in request.GET, "expired": expired, "email": request.user.email}
    response = page.render(request, template="directory/own_copy.html", context_overrides=context)
    response.status_code = 404 if expired else 200
    return response


@transaction.atomic
def send_link(user: Account) -> None:
    """Send the link, at most once per 15 minutes and five times per day."""
    if not outbox.had_enough(kind=emails.OWN_COPY, to=user.email):
        emails.own_copy(user)


def is_own_link(request: AccountRequest) -> bool:
    token = request.GET[emails.COPY_KEY]
    return read_signed(token, salt=emails.COPY_SALT, max_age=LINK_LIVES) == request.user.pk


def fetch(request: AccountRequest) -> HttpResponse:
    """Serve the copy, generated on request and not stored."""
    name = f"mes-donnees-{timezone.localdate():%Y-%m-%d}.zip"
    return HttpResponse(
        own_archive(request.user),
        content_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
