"""Views of the members' section: home page, bookmarks, personal data."""

from typing import Any

from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils import timezone

from directory.accounts import bookmarks as bookmarking
from directory.accounts import consents
from directory.models import Bookmark, JoinRequest, Member, MembersPage, User
from directory.section.invitation_views import offered
from home.access import AccountRequest, for_any_account, is_member, visible_to
from home.blocks import prepare
from home.models import Subscriber
from home.newsletter import subscriptions

#: Source recorded with a newsletter consent given here.
OWN_DATA = "espace membres, mes données"


def section_home(request: AccountRequest, page: MembersPage) -> HttpResponse:
    prepare(page, request)
    now, member = timezone.now(), Member.objects.of_user(request.user)
    return page.render(
        request,
        context_overrides={
            "member": member,
            "hidden_card": member is not None and member.is_hidden(now),
            "invitations": offered(request.user, member)[:3],
            "subpages": visible_to(request.user, page.get_children()).in_menu(),
        },
    )


def own_registrations(request: AccountRequest, page: MembersPage) -> HttpResponse:
    return page.render(request, template="directory/own_registrations.html")


def own_bookmarks(request: AccountRequest, page: MembersPage) -> HttpResponse:
    """List the bookmarks. POST adds or removes one."""
    if request.method == "POST":
        bookmarking.forget_page(request.user, request.POST.get("oublier", ""))
        bookmarking.save_page(request.user, request.POST.get(bookmarking.PAGE, ""))
        return redirect(page.route_url(request, "own_bookmarks"))
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "POST"])
    bookmarks = list(Bookmark.objects.filter(user=request.user))
    pages = visible_to(request.user).filter(pk__in=[b.page_id for b in bookmarks if b.page_id])
    found = {saved.pk: saved for saved in pages.specific()}
    rows = [(bookmark, found.get(bookmark.page_id)) for bookmark in bookmarks]
    return page.render(
        request, template="directory/own_bookmarks.html", context_overrides={"rows": rows}
    )


@for_any_account
def own_data(request: AccountRequest, page: MembersPage) -> HttpResponse:
    """Show the visitor's personal data. POST subscribes to the newsletter or unsubscribes."""
    if request.method == "POST":
        change_letter(request)
        return redirect(request.path)
    member = Member.objects.of_user(request.user)
    return page.render(
        request,
        template="directory/own_data.html",
        context_overrides={
            "member": member,
            "is_member": is_member(request.user) or request.user.is_superuser,
            "hidden_card": member is not None and member.is_hidden(timezone.now()),
            "bookmarks": Bookmark.objects.filter(user=request.user).count(),
            "decisions": consents.decisions_of(request.user),
            "receives_letter": subscribers(request.user).exists(),
            "join_request": JoinRequest.objects.filter(email__iexact=request.user.email).first(),
        },
    )


def change_letter(request: AccountRequest) -> None:
    """Unsubscribe at once, or send a confirmation e-mail to subscribe, as on the public page."""
    gesture, now = request.POST.get("lettre", ""), timezone.now()
    if gesture == "recevoir":
        subscriptions.subscribe(email=request.user.email, source=OWN_DATA, at=now)
    elif gesture == "arreter":
        for subscriber in subscribers(request.user):
            subscriptions.leave(subscriber, at=now, source=OWN_DATA)


def subscribers(user: User) -> Any:
    return Subscriber.objects.active().filter(email__iexact=user.email)
