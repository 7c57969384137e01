"""Editors may rename any page: what the site shows and writes leads where the pages are, and old addresses follow."""

import html
import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.test import Client
from django.test.signals import template_rendered
from django.urls import resolve
from django.utils import timezone
from wagtail.models import Page

from directory.models import (
    ContactMessage,
    DirectoryPage,
    Invitation,
    InvitationsPage,
    Member,
    MembersPage,
    User,
)
from events.models import EventPage, RecapPage
from home.access import MEMBERS_GROUP
from home.models import NewsIndexPage, OutgoingEmail, StandardPage
from site_cms.site_tree import ensure_private_collection, ensure_site
from tests import builders
from tests.site_cms.messages import write_every_message
from tests.source_files import APPS, files, template_name

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

SITE = "http://localhost:8000"
MEMBER = "membre@example.org"
LINK = re.compile(r'\s(?:href|src|action)="([^"]*)"')
WRITTEN = re.compile(rf'{SITE}[^\s"<>]*')
#: Addresses that show links, and that no link or message names.
BESIDE = ("/", "/absente/", "/sitemap.xml", "/rejoindre/au-revoir/", "/inscriptions/effacee/")
#: Not followed: files of the theme and of pictures, and the back office, which has pages by their keys.
ASIDE = ("/static/", "/media/", "/admin/")


def test_every_link_leads_to_pages_that_were_renamed(caplog, rename_everything):
    """Those that anonymous visitors, members and the team are shown, and those of every message."""
    caplog.set_level("CRITICAL", logger="django.request")
    make_world()
    moved = rename_everything()
    written = links_of_every_message()
    seen = {name: crawl(client, [*BESIDE, *written]) for name, client in visitors().items()}

    assert [
        (name, link) for name, links in seen.items() for link in links if is_old(link, moved)
    ] == []
    assert {
        (name, link): status
        for name, links in seen.items()
        for link, status in links.items()
        if (status == 404 or status >= 500) and link != "/absente/"
    } == {}
    reached = seen["member"].keys()
    assert set(moved.values()) - reached == set()
    assert set(routes_of_members()) - reached == set()


def test_robots_are_kept_out_of_the_section_wherever_it_is(client, rename_everything):
    ensure_site()
    rename_everything()

    assert "Disallow: /membres-ailleurs/\n" in client.get("/robots.txt").content.decode()


def test_a_member_who_logs_in_arrives_in_the_section_wherever_it_is(client, rename_everything):
    """So do members who have logged in already."""
    ensure_site()
    rename_everything()
    client.force_login(builders.make_member().user)

    assert client.get("/compte/connexion/")["Location"] == "/membres-ailleurs/"


# Old addresses


def test_old_addresses_lead_to_the_new_ones_with_all_that_follows_them(client, rename_everything):
    """Bookmarks and messages that were sent before: cards, one's own pages, letters, what a query says."""
    make_world()
    old = [*routes_of_members(), "/membres/annuaire/?q=awa&page=2", "/rejoindre/?invitation=x"]
    rename_everything()

    renamed = {
        address: re.sub(r"/(membres|annuaire|invitations|rejoindre)(?=/)", r"/\1-ailleurs", address)
        for address in old
    }
    answers = {address: client.get(address) for address in old}
    assert {
        address: (answer.status_code, answer["Location"]) for address, answer in answers.items()
    } == {address: (301, new) for address, new in renamed.items()}
    assert client.get("/membres/absente/").status_code == 404
    assert client.get("/absente/carte/").status_code == 404


def test_a_page_that_has_its_old_name_again_is_not_led_back_to_itself(
    client, django_capture_on_commit_callbacks
):
    ensure_site()
    for slug in ("reseau", "membres"):
        section = MembersPage.objects.get()
        section.slug = slug
        with django_capture_on_commit_callbacks(execute=True):
            section.save_revision().publish()
    client.force_login(builders.make_member().user)

    assert client.get("/membres/annuaire/personne/").status_code == 404
    assert client.get("/reseau/annuaire/personne/")["Location"] == "/membres/annuaire/personne/"


# Pages that are not there


def test_a_young_site_has_no_link_to_a_page_that_is_not_there(caplog):
    """Its messages lead to the home page instead."""
    caplog.set_level("CRITICAL", logger="django.request")
    builders.make_home()
    member = builders.make_member(email=MEMBER)
    write_every_message(member=member, event=None)
    written = links_written()
    seen = {name: crawl(client, [*BESIDE, *written]) for name, client in visitors().items()}

    assert {
        (name, link): status
        for name, links in seen.items()
        for link, status in links.items()
        if (status == 404 or status >= 500) and link != "/absente/"
    } == {}
    assert f"{SITE}/" in written


@pytest.mark.parametrize("model", [MembersPage, DirectoryPage, InvitationsPage])
def test_a_page_of_the_section_that_is_unpublished_is_linked_nowhere(caplog, model):
    caplog.set_level("CRITICAL", logger="django.request")
    make_world()
    page = model.objects.get()
    old = [link for link in routes_of_members() if page_at(link) == page.pk]
    Page.objects.filter(pk=page.pk).update(live=False)  # it cannot be unpublished any more
    begin = [page.url for page in Page.objects.live().filter(depth__gt=2)]

    seen = crawl(visitors()["member"], [*BESIDE, *begin])

    assert set(seen) & set(old) == set()
    assert {link for link, status in seen.items() if status == 404} <= {"/absente/"}


# The world


def make_world() -> None:
    """Something of each kind that shows a link or is shown by one."""
    builders.make_home()
    ensure_site()
    private = builders.make_document(
        collection=ensure_private_collection(), name="invitation.pdf", title="Réservé"
    )
    calls = [
        ("call_to_action", {"label": "<p>Rejoindre</p>", "target": "join"}),
        ("download", {"document": private, "title": ""}),
    ]
    builders.make_news(title="Article", slug="article", body=calls)
    builders.make_resource(title="Ressource", slug="ressource", document=private)
    make_events(private)
    MembersPage.objects.get().add_child(instance=StandardPage(title="Réservée", slug="reservee"))
    make_people()


def make_events(document: Any) -> None:
    event = builders.make_event(slug="atelier", starts_at=timezone.now() + timedelta(days=10))
    builders.make_registration(event, builders.make_hidden_session(event), email=MEMBER)
    builders.make_event(slug="reservee", starts_at=event.starts_at, registration_audience="members")
    past = builders.make_event(slug="hier", starts_at=builders.NOW.replace(year=2020))
    news = NewsIndexPage.objects.get()
    news.add_child(instance=RecapPage(title="Retour", slug="retour", event=past))
    builders.make_invitation(document=document, page=event)


def make_people() -> None:
    workplace = builders.make_organisation()
    member = builders.make_member(email=MEMBER, first_name="Awa", organisation=workplace)
    other = builders.make_member(first_name="Noé", organisation=workplace)
    for card in (member, other):
        card.photo.save("photo.jpg", ContentFile(b"jpeg"))
    builders.make_message(sender=other.user, recipient=member.user)


@pytest.fixture
def rename_everything(django_capture_on_commit_callbacks: Any) -> Callable[[], dict[str, str]]:
    """Each page below the home page gets another slug, as an editor gives it. Old addresses and new ones."""

    def rename() -> dict[str, str]:
        pages = Page.objects.filter(depth__gt=2)
        before = {page.pk: page.url for page in pages.order_by("path")}
        for pk in before:
            page = Page.objects.get(pk=pk).specific
            page.slug = f"{page.slug}-ailleurs"
            with django_capture_on_commit_callbacks(execute=True):
                page.save_revision().publish()
        return {before[page.pk]: page.url for page in Page.objects.filter(depth__gt=2)}

    return rename


def visitors() -> dict[str, Client]:
    staff = User.objects.create_superuser("admin@example.org")
    staff.groups.add(Group.objects.get(name=MEMBERS_GROUP))
    found = {"anonymous": Client(), "member": Client(), "staff": Client()}
    found["member"].force_login(User.objects.get(email=MEMBER))
    found["staff"].force_login(staff)
    return found


def routes_of_members() -> list[str]:
    """Each address below the pages of the section that a member may open, as it is now."""
    me = Member.objects.get(user__email=MEMBER)
    received = ContactMessage.objects.filter(recipient=me.user).first()
    slug, workplace = me.slug, me.organisation.slug
    other = Member.objects.get(first_name="Noé").slug
    own = (
        "section_home", "own_card", "invite", "own_registrations", "own_bookmarks", "own_messages",
        "own_data", "own_copy", "leave",
    )  # fmt: skip
    section, directory = MembersPage.objects.get(), DirectoryPage.objects.get()
    invitations = InvitationsPage.objects.get()
    given = Invitation.objects.get().pk
    return [
        *(f"{section.url}{section.reverse_subpage(route)}" for route in own),
        f"{section.url}{section.reverse_subpage('own_message', args=[received.uuid])}",
        directory.url,
        *(
            directory.url + directory.reverse_subpage("card", args=[one])
            for one in (slug, workplace)
        ),
        *(
            directory.url + directory.reverse_subpage(r, args=[other])
            for r in ("photo", "write", "vcard")
        ),
        invitations.url,
        invitations.url + invitations.reverse_subpage("download", args=[given]),
    ]


def page_at(address: str) -> int:
    """The page of the section whose route this is."""
    pages = [
        *MembersPage.objects.all(),
        *DirectoryPage.objects.all(),
        *InvitationsPage.objects.all(),
    ]
    return max(
        (page for page in pages if address.startswith(page.url)), key=lambda p: len(p.url)
    ).pk


# What is shown and written


def links_of_every_message() -> list[str]:
    """Of each kind of message that has a template."""
    rendered = set()

    def note(template: Any, **kwargs: Any) -> None:
        rendered.add(template.name)

    template_rendered.connect(note)
    event = EventPage.objects.get(slug__startswith="atelier")
    write_every_message(member=Member.objects.get(user__email=MEMBER), event=event)
    template_rendered.disconnect(note)
    every = {
        template_name(path)
        for app in APPS
        for path in files("*.subject.txt", f"{app}/templates/{app}")
    }
    assert every - rendered == set()
    return links_written()


def links_written() -> list[str]:
    rows = OutgoingEmail.objects.all()
    texts = [html.unescape(text) for row in rows for text in (row.text, row.html)]
    return sorted({link.rstrip(".,)") for text in texts for link in WRITTEN.findall(text)})


def crawl(client: Client, begin: Iterable[str]) -> dict[str, int]:
    """Each link that this visitor is shown, with the status of its answer; each path once."""
    found: dict[str, int] = {}
    asked, waiting = set(), list(begin)
    while waiting:
        link = waiting.pop(0)
        path = urlsplit(link.removeprefix(SITE)).path
        if path in asked or path.startswith(ASIDE):
            continue
        asked.add(path)
        answer = client.get(link.removeprefix(SITE).partition("#")[0])
        found[path] = answer.status_code
        waiting += [urljoin(path, one) for one in links_in(answer) if is_ours(one)]
    return found


def links_in(answer: Any) -> list[str]:
    if answer.has_header("Location"):
        return [answer["Location"]]
    kind = answer["Content-Type"]
    if "html" not in kind and "xml" not in kind:
        return []
    text = answer.getvalue().decode()
    links = [html.unescape(link) for link in LINK.findall(text)] + WRITTEN.findall(text)
    assert "" not in links, f"{answer.request['PATH_INFO']}: a link that leads nowhere"
    return links


def is_ours(link: str) -> bool:
    return link.startswith(("/", "?", f"{SITE}/")) and not link.startswith("//")


def is_old(path: str, moved: dict[str, str]) -> bool:
    """Return whether a page was here before it was renamed. Views with a path below such a page stay where they are."""
    below = any(path.startswith(old) for old in moved)
    return below and resolve(path).view_name == "wagtail_serve"
