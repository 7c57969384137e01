"""Builders of test objects: saved rows with plain default values, which keywords override."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import transaction
from wagtail.images.tests.utils import get_test_image_file_jpeg
from wagtail.models import Collection, CollectionViewRestriction, Locale, Page, Site

from directory.membership import admission
from directory.models import (
    ContactMessage,
    DirectoryPage,
    Invitation,
    InvitationsPage,
    JoinPage,
    Member,
    MembersPage,
    Organisation,
    Territory,
    User,
)
from events.models import EventIndexPage, EventPage, Registration, Seat, Session
from home.access import MEMBERS_GROUP
from home.models import (
    HomePage,
    NewsIndexPage,
    NewsPage,
    PageTheme,
    ResourceIndexPage,
    ResourcePage,
    SiteDocument,
    SiteImage,
    Theme,
)

#: Default time of the tests: a Monday at noon, summer time in Paris.
NOW = datetime(2026, 6, 1, 10, tzinfo=UTC)


def make_home() -> HomePage:
    """Return the home page, created if missing."""
    home = HomePage.objects.first()
    if home is None:
        with transaction.atomic():  # the site leads to a page again when it ends
            home = add_home()
        Site.clear_site_root_paths_cache()
    return home


def add_home() -> HomePage:
    root = Page.get_first_root_node() or make_root()
    remove_welcome_page(root)
    home = root.add_child(instance=HomePage(title="Accueil", slug="accueil"))
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "root_page": home}
    )
    return home


def remove_welcome_page(root: Page) -> None:
    """Delete the page of Wagtail's migrations, to which nothing but its site refers.

    Without Django's deletion, which asks sixty queries to find that out, in most tests.
    """
    Page.objects.filter(depth=2)._raw_delete("default")
    Page.objects.filter(pk=root.pk).update(numchild=0)
    root.numchild = 0


def make_root() -> Page:
    """Create Wagtail's root page, missing after a test that emptied the database."""
    Locale.objects.get_or_create(language_code="fr")
    return Page.add_root(instance=Page(title="Racine", slug="racine"))


def make_agenda() -> EventIndexPage:
    agenda = EventIndexPage.objects.first()
    return agenda or make_home().add_child(instance=EventIndexPage(title="Agenda", slug="agenda"))


def make_event(*, sessions: list[Session] | None = None, **fields: Any) -> EventPage:
    """Create a published event in ten days, two hours long, open to everyone."""
    starts_at = fields.pop("starts_at", NOW + timedelta(days=10))
    defaults = {
        "title": "Rencontre",
        "slug": f"rencontre-{uuid4().hex[:8]}",
        "starts_at": starts_at,
        "announced_end": starts_at and starts_at + timedelta(hours=2),
        "venue_town": "Amiens",
    }
    event = EventPage(**defaults | fields)
    event.sessions = sessions or []
    for order, session in enumerate(sessions or []):
        session.sort_order = order  # as the form of an editor does
    return make_agenda().add_child(instance=event)


def make_session(**fields: Any) -> Session:
    """Return an unsaved session for `make_event(sessions=[…])`, on the default day of the event."""
    starts_at = fields.pop("starts_at", NOW + timedelta(days=10))
    return Session(**{"title": "Matinée", "starts_at": starts_at} | fields)


def make_hidden_session(event: EventPage) -> Session:
    """Create the hidden session of an event without sessions to choose, as its first registration does."""
    return Session.objects.create(event=event, hidden=True)


def make_registration(
    event: EventPage, *sessions: Session, waiting: bool = False, **fields: Any
) -> Registration:
    """Create a registration with a seat in each session, confirmed or waiting."""
    state = Seat.State.WAITING if waiting else Seat.State.CONFIRMED
    key = uuid4().hex
    defaults = {
        "name": "Camille Exemple",
        "email": f"{key}@example.org",
        "registered_at": NOW,
    }
    registration = Registration.objects.create(event=event, **defaults | fields)
    for session in sessions:
        Seat.objects.create(registration=registration, session=session, state=state, since=NOW)
    return registration


def make_news(*, themes: list[Theme] | None = None, **fields: Any) -> NewsPage:
    """Create a published article in the news index."""
    return add_page(NewsIndexPage, NewsPage, themes or [], fields)


def make_resource(*, themes: list[Theme] | None = None, **fields: Any) -> ResourcePage:
    """Create a published resource with a small PDF."""
    fields.setdefault("document", SiteDocument.objects.first() or make_document())
    return add_page(ResourceIndexPage, ResourcePage, themes or [], fields)


def add_page(index: type[Page], model: type[Page], themes: list[Theme], fields: Any) -> Any:
    parent = index.objects.first()
    if parent is None:
        title = "Actualités" if index is NewsIndexPage else "Ressources"
        parent = make_home().add_child(instance=index(title=title))
    page = model(**{"title": "Titre", "first_published_at": NOW} | fields)
    page.page_themes = [PageTheme(theme=theme) for theme in themes]
    parent.add_child(instance=page)
    return model.objects.get(pk=page.pk)


def make_image(**fields: Any) -> SiteImage:
    """Create an image of 300 by 200 pixels. Its renditions are drawn, as by the worker: larger ones take long."""
    file = fields.pop("file", None) or get_test_image_file_jpeg(size=(300, 200))
    return SiteImage.objects.create(**{"title": "Photo", "file": file} | fields)


def make_document(**fields: Any) -> SiteDocument:
    """Create a small PDF in the public collection."""
    content = fields.pop("content", b"%PDF-1.4 un document")
    name = fields.pop("name", "programme.pdf")
    file = ContentFile(content, name=name)
    document = SiteDocument(**{"title": "Programme", "file": file} | fields)
    document.file_size = len(content)
    document.save()
    return document


def make_private_collection() -> Collection:
    """Create a collection for members only."""
    collection = Collection.get_first_root_node().add_child(name="Réservé")
    group, _ = Group.objects.get_or_create(name=MEMBERS_GROUP)
    restriction = CollectionViewRestriction.objects.create(
        collection=collection, restriction_type=CollectionViewRestriction.GROUPS
    )
    restriction.groups.add(group)
    return collection


def make_territory(name: str = "Somme", **fields: Any) -> Territory:
    """Create a territory, by default a department."""
    code = fields.pop("code", uuid4().hex[:5])
    return Territory.objects.create(**{"name": name, "kind": "department", "code": code} | fields)


def make_organisation(name: str = "Association Exemple", **fields: Any) -> Organisation:
    return Organisation.objects.create(**{"name": name, "kind": "association"} | fields)


def make_member(**fields: Any) -> Member:
    """Create a member with account and card, who joined a year ago."""
    defaults = {
        "email": f"{uuid4().hex[:8]}@example.org",
        "first_name": "Camille",
        "last_name": "Exemple",
        "joined_at": NOW - timedelta(days=365),
    }
    return admission.enrol(**defaults | fields)


def make_members_page() -> MembersPage:
    """Return the members' section with its directory and invitations, created if missing."""
    section = MembersPage.objects.first()
    if section is None:
        section = make_home().add_child(
            instance=MembersPage(title="Espace membres", slug="membres")
        )
        section.add_child(instance=DirectoryPage(title="Annuaire", slug="annuaire"))
        section.add_child(instance=InvitationsPage(title="Invitations", slug="invitations"))
    return section


def make_join_page() -> JoinPage:
    page = JoinPage.objects.first()
    return page or make_home().add_child(instance=JoinPage(title="Rejoindre", slug="rejoindre"))


def make_message(*, sender: User, recipient: User, **fields: Any) -> ContactMessage:
    """Create a message from one member to another."""
    values = {"subject": "Bonjour", "text": "Un mot", "sent_at": NOW} | fields
    return ContactMessage.objects.create(sender=sender, recipient=recipient, **values)


def make_invitation(**fields: Any) -> Invitation:
    """Create an invitation, by default with a document in a private collection."""
    if "document" not in fields:
        fields["document"] = make_document(
            collection=make_private_collection(), name="invitation-secrete.pdf"
        )
    return Invitation.objects.create(**{"title": "Invitation au voyage"} | fields)


def download_address(invitation: Invitation) -> str:
    return f"/membres/invitations/{invitation.pk}/telecharger/"
