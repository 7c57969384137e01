"""Keeping an inactive account (« Garder mon compte »), from the link in the warnings."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from directory.emails import STAY_SALT
from directory.models import User
from home.secret_links import read_signed, secret_link

LINK_LIVES = timedelta(days=366)


@secret_link
def stay(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the account on POST. After any other activity, the page says that nothing is left to do."""
    user = account_of(token)
    if user is None:
        return render(request, "directory/old_link.html", status=404)
    if request.method == "POST":
        user.note_activity(timezone.now())
    context = {"account": user, "done": user.warned_at is None}
    return render(request, "directory/stay.html", context)


def account_of(token: str) -> User | None:
    """Return the account of a signed token, or None if it is closed."""
    pk = read_signed(token, salt=STAY_SALT, max_age=LINK_LIVES)
    return User.objects.filter(pk=pk, is_active=True, departure=None).first()
