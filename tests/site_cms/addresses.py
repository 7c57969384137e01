"""Every address of the site, as `access_matrix.txt` lists them, a site where each exists, and who visits it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.models import Collection, Page, get_page_models

from directory.member_import import jobs
from directory.models import (
    DirectoryPage,
    Invitation,
    InvitationsPage,
    JoinRequest,
    MembersPage,
    Organisation,
    User,
)
from events.models import (
    EventChange,
    EventPage,
    Question,
    RecapPage,
    Registration,
    Session,
    SheetPhoto,
    SignInSheet,
)
from home.access import EDITORS_GROUP
from home.mail import outbox
from home.models import HomePage, LegalPage, ResourcePage, SiteDocument, SiteRendition, Subscriber
from home.newsletter import subscriptions
from site_cms.site_tree import ensure_private_collection, ensure_site
from tests.builders import (
    NOW,
    make_document,
    make_event,
    make_home,
    make_image,
    make_invitation,
    make_member,
    make_message,
    make_news,
    make_registration,
    make_resource,
    make_session,
    make_territory,
)

TABLE = Path(__file__).with_name("access_matrix.txt")
VISITORS = ("anonymous", "former", "member", "other", "editor", "admin")
#: Word in the title or name of everything private, and nowhere else.
SECRET = "Zibeline"
#: Search term that matches everything private. Responses may echo it.
ASKED = "quartzite"


class Row(NamedTuple):
    """A line of the table."""

    #: As written in the table, with the names of `make_world`.
    address: str
    #: By visitor.
    statuses: dict[str, int]


def rows() -> Iterator[Row]:
    for line in TABLE.read_text().splitlines():
        address, *statuses = line.partition("#")[0].split() or [""]
        if address:
            yield Row(address, dict(zip(VISITORS, map(int, statuses), strict=True)))


def make_world() -> dict[str, Any]:
    """Create public and private content of each kind. Return the values for the placeholders of the table."""
    make_home()
    ensure_site()
    make_public_pages()
    make_private_pages()
    member = make_member(
        email="membre@example.org", first_name=SECRET, last_name=ASKED, offers=f"{SECRET} {ASKED}"
    )
    member.photo.save("photo.jpg", ContentFile(b"jpeg"))
    gone = make_member(email="ancienne@example.org", first_name="Partie", last_name="Loin")
    gone.user.groups.clear()
    territory = make_territory()
    organisation = Organisation.objects.create(
        name=f"Les amis de la {SECRET} {ASKED}", kind="association", territory=territory
    )
    sent = [
        make_message(sender=make_member().user, recipient=member.user, reported_at=reported_at)
        for reported_at in (None, NOW)
    ]
    files = make_files()
    invitation = Invitation.objects.get()
    return files | {
        "to_review": make_message(
            sender=make_member().user, recipient=member.user, review="waiting", delivered=False
        ).pk,
        "download": invitation.downloads.create(user=member.user, downloaded_at=NOW).pk,
        "import": jobs.keep_file(
            name="membres.csv",
            content="Prénom;Nom;E-mail\r\n".encode(),
            by=make_member().user,
            at=NOW,
        ).uuid,
        "message": sent[0].uuid,
        "unreported": sent[0].pk,
        "reported": sent[1].pk,
        "past_event": EventPage.objects.get(slug="rencontre-passee").pk,
        **make_sheets(EventPage.objects.get(slug="rencontre-passee")),
        "recap": RecapPage.objects.get(slug="compte-rendu").pk,
        "change": make_change().uuid,
        **make_own_page(),
        "card": member.slug,
        "organisation_card": organisation.slug,
        "former_card": gone.slug,
        "invitation": invitation.pk,
        "registration": Registration.objects.get().pk,
        "member": member.pk,
        "organisation": organisation.pk,
        "territory": territory.pk,
        "joinrequest": make_join_request().pk,
        "outgoingemail": outbox.put("x@example.org", kind="x", subject="x", text="x").pk,
        "subscriber": make_subscriber().pk,
    }


def make_sheets(event: EventPage) -> dict[str, Any]:
    """Make a printed sheet of the past event, and the photo of the signed one."""
    session, _ = Session.objects.get_or_create(event=event, hidden=True)
    people = list(event.registrations.values_list("pk", flat=True))
    sheet = SignInSheet.objects.create(
        session=session, people=people, blank_lines=6, printed_at=NOW
    )
    photo = SheetPhoto(event=event, name=f"{SECRET}.jpg", added_at=NOW)
    photo.file.save("feuille.jpg", ContentFile(b"jpeg"))
    need = Question.objects.create(event=event, label=SECRET, purpose=Question.Purpose.NEED)
    return {
        "need": need.uuid,
        "sheet": sheet.pk,
        "sheet_photo": photo.uuid,
        "day_session": session.uuid,
    }


def make_public_pages() -> None:
    home = HomePage.objects.get()
    make_news(title="Article", slug="article")
    make_resource(title="Ressource", slug="ressource")
    event = make_event(slug="rencontre-publique", sessions=[make_session()])
    make_registration(event, *event.sessions.all())
    make_event(slug="rencontre-passee", starts_at=NOW.replace(year=2020))
    add(Page.objects.get(slug="actualites"), RecapPage, slug="compte-rendu")
    for model in (DirectoryPage, InvitationsPage):  # the back office does not allow them there
        add(home, model, slug=f"dehors-{model.__name__.lower()}")


def make_private_pages() -> None:
    """Create a page of every type in the members' section, even those that the back office does not allow there."""
    LegalPage.objects.filter(kind="cookies").delete()
    for model in page_types():
        slug = f"dedans-{model.__name__.lower()}"
        values: dict[str, Any] = {"slug": slug, "title": f"{SECRET} {ASKED}", "lead": ASKED}
        if model is EventPage:
            values |= {"starts_at": NOW.replace(year=2040)}
        if model is LegalPage:
            values["kind"] = "cookies"
        if model is ResourcePage:
            values["document"] = SiteDocument.objects.first()
        add(MembersPage.objects.get(slug="membres"), model, **values)
    alias = Page.objects.get(slug="dedans-standardpage").specific.create_alias(
        parent=HomePage.objects.get(slug="accueil"), update_slug="alias-dehors"
    )
    assert alias.live


def add(parent: Page, model: type[Page], **values: Any) -> Page:
    fresh = Page.objects.get(pk=parent.pk)
    return fresh.add_child(instance=model(**{"title": model.__name__} | values))


def make_files() -> dict[str, Any]:
    """Create documents in each kind of collection, an image and its rendition."""
    private = ensure_private_collection()
    below = private.add_child(instance=Collection(name="Plus bas"))
    documents = {
        name: make_document(title=f"{SECRET} {ASKED}", collection=collection, name=f"{SECRET}.pdf")
        for name, collection in (("private", private), ("private_below", below))
    }
    invitation = make_invitation(title=f"{SECRET} {ASKED}", document=documents["private"])
    documents["public"] = SiteDocument.objects.exclude(title__contains=SECRET).get()
    rendition = make_image().get_rendition("width-100")
    SiteRendition.objects.exclude(pk=rendition.pk).delete()
    return {
        **{f"{name}_document": document.url for name, document in documents.items()},
        **{f"{name}_uuid": document.uuid for name, document in documents.items()},
        "private_file": invitation.document.file.name,
        "original": rendition.image.file.name,
        "rendition": rendition.url,
    }


def make_join_request() -> JoinRequest:
    return JoinRequest.objects.create(
        first_name=SECRET, last_name=ASKED, email="candidate@example.org", charter_version="1"
    )


def make_change() -> EventChange:
    event = EventPage.objects.get(slug="rencontre-publique")
    return EventChange.objects.create(
        event=event, before=event.facts(), after=event.facts(), published_at=NOW
    )


def make_own_page() -> dict[str, Any]:
    registration = Registration.objects.get(event__slug="rencontre-publique")
    return {"own": registration.link, "session": registration.seats.get().session.uuid}


def make_subscriber() -> Subscriber:
    subscriptions.subscribe(email="abonnee@example.org", source="/lettre/", at=NOW)
    return Subscriber.objects.get()


def make_sessions() -> dict[str, str]:
    users = {
        "former": User.objects.get(email="ancienne@example.org"),
        "member": User.objects.get(email="membre@example.org"),
        "other": make_member(email="autre@example.org").user,
        "editor": User.objects.create_user("editrice@example.org"),
        "admin": User.objects.create_superuser("admin@example.org"),
    }
    users["editor"].groups.add(Group.objects.get(name=EDITORS_GROUP))
    return {name: logged_in(user) for name, user in users.items()}


def logged_in(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def page_types() -> list[type[Page]]:
    return [model for model in get_page_models() if model is not Page]
