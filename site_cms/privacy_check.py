"""Nightly privacy check: requests every private URL of the real site as a member, a former member and anonymously.

The member must get each private page, file, photo, search result and calendar with its expected content, because a
refusal would prove nothing otherwise. The former member and the anonymous visitor must be refused. The two accounts
are created for the check and deleted afterwards; they have no password and no mailbox.
"""

import hashlib
import html
import logging
import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.http import url_has_allowed_host_and_scheme
from django_tasks import task
from wagtail.models import Page

from directory.models import Card, DirectoryPage, Invitation, InvitationsPage, MembersPage, User
from directory.models.visibility import visible_fields
from events.models import EventPage
from home.access import (
    MEMBERS_GROUP,
    WATCHERS,
    may_enter,
    may_read_own_data,
    visible_documents,
    visible_to,
)
from home.batches import LONG
from home.french import fold
from home.models import NewsIndexPage, PrivacyCheck, SearchEntry, SiteDocument

CHECKS_KEPT = timedelta(days=90)
#: Kinds that may shrink between two checks, down to the ratio MOST: members who leave take their card and photo.
MAY_SHRINK = ("fiches", "photos")
MOST = 0.9
MEMBER, FORMER, ANONYMOUS = "un membre", "une personne qui n’est plus membre", "n’importe qui"
#: Enough words of a page to find it and little else.
WORDS_ASKED = 12
#: Only the latest generated invitations are requested: a member is limited to 20 per minute, and all share one view.
SHEETS_ASKED = 10
#: Admin lists with personal data.
EXPORTED = (
    "directory_member",
    "directory_joinrequest",
    "directory_organisation",
    "events_registration",
    "home_subscriber",
    "home_outgoingemail",
)
#: Routes of the members' section with data of the member.
OWN_ROUTES = ("own_card", "own_registrations", "own_bookmarks", "own_messages", "own_data")
STRANGERS = (FORMER, ANONYMOUS)
#: Statuses of a refusal: redirect to the log-in page, explanation, not found.
REFUSALS = {302, 403, 404}


@dataclass(frozen=True)
class Watched:
    """A private URL and the content that members must find there."""

    kind: str
    address: str
    #: Words that the response must contain.
    words: str = ""
    #: Path that the response must link to, instead of words.
    link: str = ""
    #: SHA-1 of the expected file, instead of words.
    fingerprint: str = ""
    #: False if members must be refused too.
    for_members: bool = True
    #: True if people who are no longer members get their own data there.
    for_any_account: bool = False

    def is_in(self, answer: "Answer") -> bool:
        if self.fingerprint:
            return answer.fingerprint == self.fingerprint
        if self.link:
            return answer.leads_to(self.link)
        return answer.says(self.words)


@dataclass(frozen=True)
class Answer:
    status: int
    content: bytes

    @property
    def fingerprint(self) -> str:
        return hashlib.sha1(self.content, usedforsecurity=False).hexdigest()

    @cached_property
    def text(self) -> str:
        """Return the folded content, with and without tags, and with the folded lines of calendars joined."""
        written = html.unescape(self.content.decode("utf-8", "replace").replace("\r\n ", ""))
        return fold(f"{written} {' '.join(strip_tags(written).split())}")

    def says(self, words: str) -> bool:
        return fold(words) in self.text

    def leads_to(self, path: str) -> bool:
        """Return whether the content has a link, or a sitemap URL, to this path."""
        link = rf'["\s>](?:https?://[^/"<\s]+)?{re.escape(path)}["<?#]'
        return re.search(link.encode(), self.content) is not None


@task(queue_name=LONG)
def watch_what_is_private() -> None:
    """Run the check. Enqueued by the clock each night."""
    run_watch(timezone.now())


def run_watch(at: datetime) -> PrivacyCheck:
    """Run the check and save its findings. Without any, the check is green."""
    last = PrivacyCheck.objects.first()
    with visitors() as (member, clients), quiet_refusals():
        watched = watch_list(member)
        findings = [
            *members_get_theirs(watched, clients[MEMBER]),
            *strangers_get_nothing(watched, clients),
            *lists_tell_nothing(clients),
            *what_is_gone(watched, last, clients[ANONYMOUS]),
        ]
    PrivacyCheck.objects.filter(checked_at__lt=at - CHECKS_KEPT).delete()
    return PrivacyCheck.objects.create(checked_at=at, addresses=by_kind(watched), findings=findings)


# Visitors


class Visitor(Client):
    """Django's test client, with the host and scheme of BASE_URL."""

    def __init__(self, user: User | None = None) -> None:
        base = urlsplit(settings.BASE_URL)
        super().__init__(
            raise_request_exception=False,
            headers={"host": base.netloc, "x-forwarded-proto": base.scheme},
        )
        self.user = user
        if user is not None:
            self.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])

    def ask(self, address: str, *, onward: bool = False) -> Answer:
        """Request a URL. With `onward`, follow redirects within the site."""
        response = self.get(address, secure=settings.HTTPS)
        target = response.headers.get("Location")
        if onward and url_has_allowed_host_and_scheme(target, allowed_hosts=None):
            return self.ask(str(target))
        content = response.getvalue()
        return Answer(response.status_code, content)


@contextmanager
def visitors() -> Iterator[tuple[User, dict[str, Visitor]]]:
    """Yield a member, and clients for them, a former member and an anonymous visitor. Always deletes the accounts."""
    forget_accounts()
    try:
        member, former = (
            User.objects.create_user(f"{uuid.uuid4()}{WATCHERS}") for _account in range(2)
        )
        member.groups.add(Group.objects.get_or_create(name=MEMBERS_GROUP)[0])
        clients = {MEMBER: Visitor(member), FORMER: Visitor(former), ANONYMOUS: Visitor()}
        yield member, clients
        for client in clients.values():
            client.logout()
    finally:
        forget_accounts()


def forget_accounts() -> None:
    for user in User.objects.filter(email__endswith=WATCHERS):
        user.delete()


@contextmanager
def quiet_refusals() -> Iterator[None]:
    """Silence the warnings of the hundreds of expected refusals in the log."""
    logger = logging.getLogger("django.request")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


# URLs to check


def watch_list(member: User) -> list[Watched]:
    pages = private_pages()
    return [
        *watched_pages(pages, member),
        *watched_calendars(pages),
        *watched_searches(pages),
        *watched_files(member),
        *watched_invitations(member),
        *watched_cards(),
        *watched_photos(member),
        *watched_exports(),
    ]


def by_kind(watched: list[Watched]) -> dict[str, list[str]]:
    addresses: dict[str, list[str]] = {}
    for one in watched:
        addresses.setdefault(one.kind, []).append(one.address)
    return addresses


def private_pages() -> list[Any]:
    """Return the live pages that the public may not see, and all pages of the members' section.

    The section is found by its place in the tree, so that its pages are checked even if its restriction is removed.
    """
    open_pages = visible_to(AnonymousUser())
    closed = Page.objects.live().exclude(pk__in=open_pages.values("pk"))
    for section in MembersPage.objects.all():
        closed = closed | Page.objects.live().descendant_of(section, inclusive=True)
    return [page for page in closed.order_by("path").specific() if page.url]


def path_of(page: Any, route: str = "", *args: Any) -> str:
    """Return the path of the page, or of one of its routes."""
    below = page.reverse_subpage(route, args=args) if route else ""
    return f"{urlsplit(page.url).path}{below}"


def watched_pages(pages: list[Any], member: User) -> Iterator[Watched]:
    for page in pages:
        yield Watched("pages", path_of(page), page.title, for_members=may_enter(member, page))
        if isinstance(page, MembersPage):
            for route in OWN_ROUTES:
                address = path_of(page, route)
                view = page.resolve_subpage(f"/{page.reverse_subpage(route)}").func
                is_own = may_read_own_data(member, view)
                yield Watched("pages", address, link=address, for_any_account=is_own)
            yield Watched("pages", f"{path_of(page)}absente/", for_members=False)


def watched_calendars(pages: list[Any]) -> Iterator[Watched]:
    for page in pages:
        if isinstance(page, EventPage) and page.starts_at:
            longest = max(page.title.split(), key=len)
            yield Watched("calendriers", reverse("event_calendar", args=[page.slug]), longest)


def watched_searches(pages: list[Any]) -> Iterator[Watched]:
    """Yield searches for the words of each private page, whose results must link to it."""
    found = {page.pk: page for page in pages}
    for entry in SearchEntry.objects.filter(page__in=found):
        page = found[entry.page_id]
        words = " ".join(f"{page.title} {entry.text}".split()[:WORDS_ASKED])
        address = f"{reverse('search')}?{urlencode({'q': words})}"
        yield Watched("recherches", address, link=path_of(page))
    for card, page in listed_cards():
        address = f"{path_of(page)}?{urlencode({'q': card.name})}"
        yield Watched("recherches", address, link=path_of(page, "card", card.slug))
        break  # one is enough: only members can access this search


def watched_files(member: User) -> Iterator[Watched]:
    """Yield private documents: their own URL, and a media URL that must not work."""
    public = visible_documents(AnonymousUser(), SiteDocument.objects.all())
    invited = SiteDocument.objects.filter(pk__in=Invitation.objects.values("document"))
    given = Invitation.objects.offered_to(
        member, timezone.localdate(), ambassador=True
    ).values_list("document", flat=True)
    closed = SiteDocument.objects.exclude(pk__in=public.values("pk")) | invited
    for document in closed.order_by("pk"):
        yield Watched(
            "fichiers",
            document.url,
            fingerprint=fingerprint_of(document),
            for_members=document not in invited or document.pk in given,
        )
        yield Watched("fichiers", f"/media/{document.file.name}", for_members=False)


def watched_invitations(member: User) -> Iterator[Watched]:
    """Yield invitations, expired ones included: uploaded documents, and the latest generated PDFs."""
    given = set(Invitation.objects.offered_to(member, timezone.localdate(), ambassador=True))
    invitations = Invitation.objects.select_related("document").order_by("-created_at", "-pk")
    page = InvitationsPage.objects.live().first()
    if page is None or not page.url:
        return
    for one in invitations.exclude(document=None):
        address, fingerprint = path_of(page, "download", one.pk), fingerprint_of(one.document)
        yield Watched("invitations", address, fingerprint=fingerprint, for_members=one in given)
    for one in invitations.filter(document=None)[:SHEETS_ASKED]:
        address = path_of(page, "download", one.pk)
        yield Watched("invitations", address, words="%PDF-1.", for_members=one in given)


def fingerprint_of(document: Any) -> str:
    return str(document.file_hash) or print_of(document.file)


def print_of(file: Any) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, lambda: hashlib.sha1(usedforsecurity=False)).hexdigest()


def listed_cards() -> Iterator[tuple[Any, DirectoryPage]]:
    """Yield each listed card, as a member or organisation, with the directory."""
    page = DirectoryPage.objects.live().first()
    if page is not None and page.url:
        for card in Card.objects.listed(timezone.now()).by_name().for_list():
            yield card.specific, page


def watched_cards() -> Iterator[Watched]:
    for card, page in listed_cards():
        yield Watched("fiches", path_of(page, "card", card.slug), card.name)


def watched_photos(member: User) -> Iterator[Watched]:
    for card, page in listed_cards():
        if not card.photo:
            continue
        seen = bool(visible_fields(card, member, among=("photo",)))
        fingerprint = print_of(card.photo) if seen else ""
        address = path_of(page, "photo", card.slug)
        yield Watched("photos", address, fingerprint=fingerprint, for_members=seen)
        yield Watched("photos", f"/media/{card.photo.name}", for_members=False)


def watched_exports() -> Iterator[Watched]:
    """Yield a card's vCard, and the exports of admin lists, which members must not get."""
    for card, page in listed_cards():
        yield Watched("exports", path_of(page, "vcard", card.slug), card.name)
        break  # one is enough: same access check as the card's page
    for name in EXPORTED:
        address = reverse(f"{name}_modeladmin_index")
        for file_type in ("csv", "xlsx"):
            yield Watched("exports", f"{address}?export={file_type}", for_members=False)


# Findings


def members_get_theirs(watched: list[Watched], member: Visitor) -> Iterator[str]:
    """Yield a finding for each URL on which the member gets the wrong response."""
    for one in watched:
        answer = member.ask(one.address, onward=one.for_members)
        if not one.for_members and answer.status not in REFUSALS:
            yield f"{one.address}\u00a0: {MEMBER} l’obtient, et ne le devrait pas."
        elif one.for_members and answer.status != 200:
            yield f"{one.address}\u00a0: {MEMBER} ne l’obtient pas (réponse {answer.status})."
        elif one.for_members and not one.is_in(answer):
            yield f"{one.address}\u00a0: {MEMBER} n’y trouve pas ce qui devrait y être."


def strangers_get_nothing(watched: list[Watched], clients: Mapping[str, Visitor]) -> Iterator[str]:
    """Yield a finding for each URL on which a stranger gets private content."""
    for name in STRANGERS:
        for one in watched:
            answer = clients[name].ask(one.address)
            is_search = one.kind == "recherches" and answer.status == 200
            if one.for_any_account and name == FORMER:
                continue
            if is_search and one.is_in(answer):
                yield f"{one.address}\u00a0: la recherche montre à {name} une page privée."
            elif not is_search and answer.status not in REFUSALS:
                yield f"{one.address}\u00a0: {name} l’obtient (réponse {answer.status})."


def lists_tell_nothing(clients: Mapping[str, Visitor]) -> Iterator[str]:
    """Yield a finding for each private page that a public list, feed or calendar names."""
    pages = [page for page in private_pages() if getattr(page, "is_content", False)]
    public_titles = set(visible_to(AnonymousUser()).values_list("title", flat=True))
    for name in STRANGERS:
        for address in public_lists():
            answer = clients[name].ask(address)
            if answer.status != 200:
                yield f"{address}\u00a0: cette liste publique ne répond pas ({answer.status})."
            for page in pages:
                is_named = page.title not in public_titles and answer.says(page.title)
                if is_named or answer.leads_to(path_of(page)):
                    yield f"{address}\u00a0: cette liste nomme à {name} «\u00a0{page.title}\u00a0», qui est privée."


def public_lists() -> Iterator[str]:
    """Yield the paths of public lists, sitemaps, calendars and feeds."""
    for page in visible_to(AnonymousUser()).specific():
        if not getattr(page, "is_content", True) and page.url:
            yield path_of(page)
    yield from (reverse(name) for name in ("site_map", "sitemap", "agenda_calendar"))
    yield from (path_of(page, "news_feed") for page in NewsIndexPage.objects.live().public())


def what_is_gone(
    watched: list[Watched], last: PrivacyCheck | None, anonymous: Visitor
) -> Iterator[str]:
    """Yield a finding for URLs of the last check missing from this one: made public by mistake, or no longer found."""
    now = by_kind(watched)
    for kind, before in (last.addresses if last else {}).items():
        gone = sorted(set(before) - set(now.get(kind, [])))
        for address in gone:
            if kind != "recherches" and anonymous.ask(address).status == 200:
                yield f"{address}\u00a0: était privée, et {ANONYMOUS} l’obtient maintenant."
        least = len(before) * MOST if kind in MAY_SHRINK else len(before)
        if len(now.get(kind, [])) < least:
            yield (
                f"La liste est plus courte que la dernière fois, {kind}\u00a0: {len(now.get(kind, []))} au lieu de "
                f"{len(before)}. N’y sont plus\u00a0: {', '.join(gone[:5])}."
            )
