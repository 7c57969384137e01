"""The members' section: its home and what is one's own."""

from typing import Any

from django.db import transaction
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from directory.accounts import bookmarks as bookmarking
from directory.accounts import consents
from directory.cards.forms import OwnCardForm
from directory.http import AccountRequest
from directory.models import Bookmark, Invitation, JoinRequest, Member, MembersPage
from home.access import visible_to
from home.blocks import prepare
from home.models import Subscriber
from home.newsletter import subscriptions

#: What the proof of a consent says of where it was collected.
OWN_DATA = "espace membres, mes données"


def section_home(request: AccountRequest, page: MembersPage) -> HttpResponse:
    prepare(page, request)
    member = member_of(request.user)
    return page.render(
        request,
        context_overrides={
            "member": member,
            "hidden_card": is_hidden(member),
            "invitations": invitations_for(request.user, member)[:3],
            "subpages": visible_to(request.user, page.get_children()).in_menu(),
        },
    )


def member_of(user: Any) -> Member | None:
    """The visitor's card; someone of the team may be in the group without one."""
    return Member.objects.select_related("territory", "organisation").filter(user=user).first()


def is_hidden(member: Member | None) -> bool:
    """Whether the visitor's card is out of the directory because nobody confirmed it for too long."""
    return member is not None and member.pk is not None and member.is_hidden(timezone.now())


def invitations_for(user: Any, member: Member | None) -> Any:
    """What this visitor may download today. Someone of the team without a card sees all of it."""
    ambassador = member is None or member.is_ambassador
    available = Invitation.objects.available(timezone.localdate()).visible_to(user)
    return available.for_member(ambassador=ambassador).for_list()


@sensitive_post_parameters()
def own_card(request: AccountRequest, page: MembersPage) -> HttpResponse:
    member = member_of(request.user) or Member(
        user=request.user,
        first_name=request.user.first_name,
        last_name=request.user.last_name,
    )
    form = OwnCardForm(request.POST or None, request.FILES or None, instance=member)
    if request.method == "POST" and form.is_valid():
        save_own_card(form)
        return redirect(f"{page.get_url(request)}ma-fiche/?enregistree=1")
    return page.render(
        request,
        template="directory/own_card.html",
        context_overrides={
            "form": form,
            "member": member,
            "hidden_card": is_hidden(member),
            "saved": "enregistree" in request.GET and not form.errors,
            "confirmed": "confirmee" in request.GET and not form.is_bound,
        },
    )


@transaction.atomic
def save_own_card(form: OwnCardForm) -> Member:
    """Everything of the card that its owner writes, the account's name with it."""
    member = form.save(commit=False)
    member.visibility = form.visibility()
    member.confirmed_at, member.asked_at = timezone.now(), None
    change_photo(form, member)
    member.save()
    form.save_m2m()
    member.refresh_search_text()
    member.user.first_name, member.user.last_name = member.first_name, member.last_name
    member.user.save(update_fields=["first_name", "last_name"])
    consents.note_fields(member, at=member.confirmed_at)
    return member


def change_photo(form: OwnCardForm, member: Member) -> None:
    new, old = form.cleaned_data["photo"], form.old_photo
    if new:
        member.photo.save(new.name, new, save=False)
    elif form.cleaned_data.get("remove_photo"):
        member.photo = ""
    if old and member.photo.name != old:
        storage = Member._meta.get_field("photo").storage
        transaction.on_commit(lambda: storage.delete(old))


def own_registrations(request: AccountRequest, page: MembersPage) -> HttpResponse:
    return page.render(request, template="directory/own_registrations.html")


def own_bookmarks(request: AccountRequest, page: MembersPage) -> HttpResponse:
    """What was saved; POST saves or forgets one page and comes back here."""
    if request.method == "POST":
        bookmarking.forget_page(request.user, request.POST.get("oublier", ""))
        bookmarking.save_page(request.user, request.POST.get(bookmarking.PAGE, ""))
        return redirect(f"{page.get_url(request)}enregistrements/")
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "POST"])
    bookmarks = list(Bookmark.objects.filter(user=request.user))
    pages = visible_to(request.user).filter(pk__in=[b.page_id for b in bookmarks if b.page_id])
    found = {saved.pk: saved for saved in pages.specific()}
    rows = [(bookmark, found.get(bookmark.page_id)) for bookmark in bookmarks]
    return page.render(
        request, template="directory/own_bookmarks.html", context_overrides={"rows": rows}
    )


def own_data(request: AccountRequest, page: MembersPage) -> HttpResponse:
    """What the site keeps of the visitor, in words; POST asks for the letter, or stops it."""
    if request.method == "POST":
        change_letter(request)
        return redirect(request.path)
    member = member_of(request.user)
    return page.render(
        request,
        template="directory/own_data.html",
        context_overrides={
            "member": member,
            "hidden_card": is_hidden(member),
            "bookmarks": Bookmark.objects.filter(user=request.user).count(),
            "decisions": consents.decisions_of(request.user),
            "receives_letter": subscribers(request.user).exists(),
            "join_request": JoinRequest.objects.filter(email__iexact=request.user.email).first(),
        },
    )


def change_letter(request: AccountRequest) -> None:
    """To stop is done at once; to receive is confirmed by mail, as on the public page."""
    gesture, now = request.POST.get("lettre", ""), timezone.now()
    if gesture == "recevoir":
        subscriptions.subscribe(email=request.user.email, source=OWN_DATA, at=now)
    elif gesture == "arreter":
        for subscriber in subscribers(request.user):
            subscriptions.leave(subscriber, at=now, source=OWN_DATA)


def subscribers(user: Any) -> Any:
    return Subscriber.objects.active().filter(email__iexact=user.email)
