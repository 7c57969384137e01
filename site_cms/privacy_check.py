"""The nightly check that what is private is private: the real site is asked, address by address.

First a member asks for each private page, file, photo, search and calendar, and must get it with its own words:
without that, a refusal would prove nothing. Then someone who is no longer a member, and nobody at all, ask for the
same. The two accounts are made for the check and deleted after it; they have no password and no mailbox.
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

from directory.models import Card, DirectoryPage, Invitation, MembersPage, User
from directory.models.visibility import visible_fields
from events.models import EventPage
from home.access import MEMBERS_GROUP, WATCHERS, may_enter, visible_documents, visible_to
from home.french import fold
from home.models import NewsIndexPage, PrivacyCheck, SearchEntry, SiteDocument

CHECKS_KEPT = timedelta(days=90)
#: Who leaves takes a card and a photo along: these may become fewer, as long as most of them stay.
MAY_SHRINK = ("fiches", "photos")
MOST = 0.9
MEMBER, FORMER, ANONYMOUS = "un membre", "une personne qui n’est plus membre", "n’importe qui"
#: Twelve words of a page find it, and little else.
WORDS_ASKED = 12
#: Sheets made in one check, the latest: a member may have twenty made in a minute, and the door is the same for all.
SHEETS_ASKED = 10
#: The lists of the back office that hold people.
EXPORTED = (
    "directory_member",
    "directory_joinrequest",
    "directory_organisation",
    "events_registration",
    "home_subscriber",
    "home_outgoingemail",
)
STRANGERS = (FORMER, ANONYMOUS)
#: What may be answered to who may not have it: the log-in, the page that explains, an absence.
REFUSALS = {302, 403, 404}


@dataclass(frozen=True)
class Watched:
    """An address that only members may have, and what they must find there."""

    kind: str
    address: str
    #: Stand in the answer, whatever else does.
    words: str = ""
    #: Where a link must lead, instead of words.
    link: str = ""
    #: SHA-1 of the file that must come, instead of words.
    fingerprint: str = ""
    #: False for what is not even for members.
    for_members: bool = True

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
        """What is written in it, as a page and as words; the long lines of a calendar are put together again."""
        written = html.unescape(self.content.decode("utf-8", "replace").replace("\r\n ", ""))
        return fold(f"{written} {' '.join(strip_tags(written).split())}")

    def says(self, words: str) -> bool:
        return fold(words) in self.text

    def leads_to(self, path: str) -> bool:
        """Whether a link, or an address of a site map, is this path."""
        link = rf'["\s>](?:https?://[^/"<\s]+)?{re.escape(path)}["<?#]'
        return re.search(link.encode(), self.content) is not None


@task()
def watch_what_is_private() -> None:
    """What the clock enqueues each night."""
    run_watch(timezone.now())


def run_watch(at: datetime) -> PrivacyCheck:
    """Ask everything, keep what was found: the row tells green from red."""
    last = PrivacyCheck.objects.first()
    with visitors() as clients, quiet_refusals():
        watched = watch_list(clients[MEMBER].user)
        findings = [
            *members_get_theirs(watched, clients[MEMBER]),
            *strangers_get_nothing(watched, clients),
            *lists_tell_nothing(clients),
            *what_is_gone(watched, last, clients[ANONYMOUS]),
        ]
    PrivacyCheck.objects.filter(checked_at__lt=at - CHECKS_KEPT).delete()
    return PrivacyCheck.objects.create(checked_at=at, addresses=by_kind(watched), findings=findings)


# Who asks


class Visitor(Client):
    """Django's client, as a browser that asks the site at its own address."""

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
        """`onward`: where the answer sends them within the site, they go."""
        response = self.get(address, secure=settings.HTTPS)
        target = response.headers.get("Location")
        if onward and url_has_allowed_host_and_scheme(target, allowed_hosts=None):
            return self.ask(str(target))
        content = response.getvalue()
        return Answer(response.status_code, content)


@contextmanager
def visitors() -> Iterator[dict[str, Visitor]]:
    """A member, a former member and nobody. Whatever happens, no account stays behind."""
    forget_accounts()
    try:
        member, former = (
            User.objects.create_user(f"{uuid.uuid4()}{WATCHERS}") for _account in range(2)
        )
        member.groups.add(Group.objects.get_or_create(name=MEMBERS_GROUP)[0])
        clients = {MEMBER: Visitor(member), FORMER: Visitor(former), ANONYMOUS: Visitor()}
        yield clients
        for client in clients.values():
            client.logout()
    finally:
        forget_accounts()


def forget_accounts() -> None:
    for user in User.objects.filter(email__endswith=WATCHERS):
        user.delete()


@contextmanager
def quiet_refusals() -> Iterator[None]:
    """Hundreds of refusals are what is wanted: they need no line each in the log."""
    logger = logging.getLogger("django.request")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


# What is asked


def watch_list(member: Any) -> list[Watched]:
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
    """Every live page that the public may not see, and all those of the members' section.

    The section is taken by its place in the tree: should its restriction be removed, its pages are asked all the same.
    """
    open_pages = visible_to(AnonymousUser())
    closed = Page.objects.live().exclude(pk__in=open_pages.values("pk"))
    for section in MembersPage.objects.all():
        closed = closed | Page.objects.live().descendant_of(section, inclusive=True)
    return [page for page in closed.order_by("path").specific() if page.url]


def path_of(page: Any) -> str:
    return urlsplit(page.url).path


def watched_pages(pages: list[Any], member: User) -> Iterator[Watched]:
    for page in pages:
        yield Watched("pages", path_of(page), page.title, for_members=may_enter(member, page))
        if isinstance(page, MembersPage):
            for route in ("ma-fiche", "inscriptions", "enregistrements", "messages", "mes-donnees"):
                address = f"{path_of(page)}{route}/"
                yield Watched("pages", address, link=address)
            yield Watched("pages", f"{path_of(page)}absente/", for_members=False)


def watched_calendars(pages: list[Any]) -> Iterator[Watched]:
    for page in pages:
        if isinstance(page, EventPage) and page.starts_at:
            longest = max(page.title.split(), key=len)
            yield Watched("calendriers", reverse("event_calendar", args=[page.slug]), longest)


def watched_searches(pages: list[Any]) -> Iterator[Watched]:
    """The search, asked in the words of each private page: the answer must lead to it."""
    found = {page.pk: page for page in pages}
    for entry in SearchEntry.objects.filter(page__in=found):
        page = found[entry.page_id]
        words = " ".join(f"{page.title} {entry.text}".split()[:WORDS_ASKED])
        address = f"{reverse('search')}?{urlencode({'q': words})}"
        yield Watched("recherches", address, link=path_of(page))
    for card, base in listed_cards():
        address = f"{base}?{urlencode({'q': card.name})}"
        yield Watched("recherches", address, link=f"{base}{card.slug}/")
        break  # one is enough: nobody but members reaches this search at all


def watched_files(member: User) -> Iterator[Watched]:
    """Private documents through their view, and through an address that they must not have."""
    public = visible_documents(AnonymousUser(), SiteDocument.objects.all())
    invited = SiteDocument.objects.filter(pk__in=Invitation.objects.values("document"))
    given = Invitation.objects.offered_to(member, None, timezone.localdate()).values_list(
        "document", flat=True
    )
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
    """Through their own address, those that are over too: the team's documents, and sheets that the site makes."""
    given = set(Invitation.objects.offered_to(member, None, timezone.localdate()))
    invitations = Invitation.objects.select_related("document").order_by("-created_at", "-pk")
    for one in invitations.exclude(document=None):
        fingerprint = fingerprint_of(one.document)
        yield Watched("invitations", one.url, fingerprint=fingerprint, for_members=one in given)
    for one in invitations.filter(document=None)[:SHEETS_ASKED]:
        yield Watched("invitations", one.url, words="%PDF-1.", for_members=one in given)


def fingerprint_of(document: Any) -> str:
    return str(document.file_hash) or print_of(document.file)


def print_of(file: Any) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, lambda: hashlib.sha1(usedforsecurity=False)).hexdigest()


def listed_cards() -> Iterator[tuple[Any, str]]:
    """Each card of the directory, as person or organisation, and the directory's address."""
    page = DirectoryPage.objects.live().first()
    if page is not None and page.url:
        for card in Card.objects.listed(timezone.now()).by_name().for_list():
            yield card.specific, path_of(page)


def watched_cards() -> Iterator[Watched]:
    for card, base in listed_cards():
        yield Watched("fiches", f"{base}{card.slug}/", card.name)


def watched_photos(member: User) -> Iterator[Watched]:
    for card, base in listed_cards():
        if not card.photo:
            continue
        seen = bool(visible_fields(card, member, among=("photo",)))
        fingerprint = print_of(card.photo) if seen else ""
        yield Watched(
            "photos", f"{base}{card.slug}/photo/", fingerprint=fingerprint, for_members=seen
        )
        yield Watched("photos", f"/media/{card.photo.name}", for_members=False)


def watched_exports() -> Iterator[Watched]:
    """A card for the address book; whole lists as files, for the team alone."""
    for card, base in listed_cards():
        yield Watched("exports", f"{base}{card.slug}/contact/", card.name)
        break  # the same door as the page of each card
    for name in EXPORTED:
        address = reverse(f"{name}_modeladmin_index")
        for file_type in ("csv", "xlsx"):
            yield Watched("exports", f"{address}?export={file_type}", for_members=False)


# What is found


def members_get_theirs(watched: list[Watched], member: Visitor) -> Iterator[str]:
    """Before a refusal proves anything: the right answer is there for who may have it."""
    for one in watched:
        answer = member.ask(one.address, onward=one.for_members)
        if not one.for_members and answer.status not in REFUSALS:
            yield f"{one.address}\u00a0: {MEMBER} l’obtient, et ne le devrait pas."
        elif one.for_members and answer.status != 200:
            yield f"{one.address}\u00a0: {MEMBER} ne l’obtient pas (réponse {answer.status})."
        elif one.for_members and not one.is_in(answer):
            yield f"{one.address}\u00a0: {MEMBER} n’y trouve pas ce qui devrait y être."


def strangers_get_nothing(watched: list[Watched], clients: Mapping[str, Visitor]) -> Iterator[str]:
    """The same addresses, for those who may have none of them."""
    for name in STRANGERS:
        for one in watched:
            answer = clients[name].ask(one.address)
            is_search = one.kind == "recherches" and answer.status == 200
            if is_search and one.is_in(answer):
                yield f"{one.address}\u00a0: la recherche montre à {name} une page privée."
            elif not is_search and answer.status not in REFUSALS:
                yield f"{one.address}\u00a0: {name} l’obtient (réponse {answer.status})."


def lists_tell_nothing(clients: Mapping[str, Visitor]) -> Iterator[str]:
    """What everyone may read of lists, feeds and calendars names no private page."""
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
    """The pages that list others, and what programs read."""
    for page in visible_to(AnonymousUser()).specific():
        if not getattr(page, "is_content", True) and page.url:
            yield path_of(page)
    yield from (reverse(name) for name in ("site_map", "sitemap", "agenda_calendar"))
    yield from (f"{path_of(page)}flux/" for page in NewsIndexPage.objects.live().public())


def what_is_gone(
    watched: list[Watched], last: PrivacyCheck | None, anonymous: Visitor
) -> Iterator[str]:
    """What was private last time and is not in the list any more: opened by mistake, or forgotten by this check."""
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
