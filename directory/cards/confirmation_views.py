"""Confirming one's own card (« Toujours exact ? »), in the members' section or from the link in the yearly e-mail."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from directory.emails import CARD_SALT
from directory.models import Member, MembersPage
from home.access import AccountRequest, is_member
from home.secret_links import read_signed, secret_link

LINK_LIVES = timedelta(days=366)


def confirm_own_card(request: AccountRequest, page: MembersPage) -> HttpResponse:
    """Confirm the card on POST. Redirect to the card in any case."""
    card = Member.objects.of_user(request.user)
    address = page.route_url(request, "own_card")
    if request.method != "POST" or card is None:
        return redirect(address)
    card.confirm(timezone.now())
    return redirect(f"{address}?confirmee=1")


@secret_link
def confirm_card(request: HttpRequest, token: str) -> HttpResponse:
    card = card_of(token)
    if card is None:
        return render(request, "directory/old_link.html", status=404)
    if request.method == "POST":
        card.confirm(timezone.now())
    context = {"card": card, "done": request.method == "POST"}
    return render(request, "directory/confirm_card.html", context)


def card_of(token: str) -> Member | None:
    """Return the card of a signed token, or None if its owner is not a member any more."""
    pk = read_signed(token, salt=CARD_SALT, max_age=LINK_LIVES)
    card = Member.objects.select_related("user").filter(pk=pk).first()
    return card if card is not None and card.user and is_member(card.user) else None
