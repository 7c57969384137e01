"""People of the demonstration: territories, organisations, members, a membership request, invitations, accounts."""

from datetime import timedelta
from functools import cache
from typing import Any

import yaml
from django.contrib.auth.models import Group
from django.core.files import File
from django.utils import timezone
from wagtail.models import Page

from directory.membership.admission import enrol
from directory.models import Invitation, JoinRequest, Member, Organisation, Territory, User
from home.models import SiteDocument, Theme
from site_cms.demo.texts import HERE
from site_cms.site_tree import ensure_private_collection

PASSWORD = "demonstration"  # noqa: S105 -- public on purpose; the accounts exist with DEMO=1 only
#: Invitations: title, file (None: generated from the event page), slug of the event.
INVITATIONS = [
    ("Invitation au voyage d’étude", "invitation-voyage.pdf", "voyage-detude-pays-de-la-loire"),
    (
        "Invitation à l’atelier de Dunkerque",
        "invitation-atelier.pdf",
        "atelier-des-membres-dunkerque",
    ),
    ("Invitation au forum régional", None, "forum-regional-ce-que-participer-veut-dire"),
]


@cache
def network() -> dict[str, Any]:
    return yaml.safe_load((HERE / "network.yaml").read_text("utf-8"))


def make_network() -> None:
    for entry in network()["territories"]:
        make_territory(entry)
    for entry in network()["organisations"]:
        make_organisation(entry)
    for position, entry in enumerate(network()["members"]):
        make_member(entry, position)
    make_candidate()
    make_invitations()


def make_territory(entry: dict[str, Any]) -> None:
    parent = Territory.objects.get(code=entry["parent"]) if "parent" in entry else None
    Territory.objects.get_or_create(code=entry["code"], defaults=entry | {"parent": parent})


def make_organisation(entry: dict[str, Any]) -> None:
    Organisation.objects.get_or_create(
        name=entry["name"],
        defaults={
            "kind": entry["kind"],
            "territory": Territory.objects.get(name=entry["territory"]),
            "city": entry["city"],
            "presentation": entry["about"],
        },
    )


def make_member(entry: dict[str, Any], position: int) -> None:
    email = entry.get("account") or f"membre-{position}@example.org"
    if User.objects.filter(email=email).exists():
        return
    organisation = Organisation.objects.get(name=entry["organisation"])
    enrol(
        email=email,
        first_name=entry["first"],
        last_name=entry["last"],
        password=PASSWORD if "account" in entry else None,
        organisation=organisation,
        territory=organisation.territory,
        city=organisation.city,
        role=entry["role"],
        presentation=entry["about"],
        offers=entry["offers"],
        seeks=entry["seeks"],
        is_ambassador=entry.get("ambassador", False),
        themes=Theme.objects.filter(name__in=entry["themes"]),
        joined_at=timezone.now() - timedelta(days=40 * position),
    )


def make_candidate() -> None:
    entry = network()["candidate"]
    if JoinRequest.objects.filter(email=entry["email"]).exists():
        return
    now = timezone.now()
    JoinRequest.objects.create(
        first_name=entry["first"],
        last_name=entry["last"],
        email=entry["email"],
        organisation_name=entry["organisation"],
        territory=Territory.objects.get(name=entry["territory"]),
        role=entry["role"],
        reason=entry["reason"],
        charter_version="2026-01",
        state=JoinRequest.State.CONFIRMED,
        sent_at=now - timedelta(days=1),
        confirmed_at=now - timedelta(hours=20),
    )


def make_invitations() -> None:
    for title, file, slug in INVITATIONS:
        page = Page.objects.filter(slug=slug).first()
        document = private_document(title, file) if file else None
        if document or page:
            defaults = {"document": document, "page": page}
            Invitation.objects.get_or_create(title=title, defaults=defaults)


def make_accounts() -> None:
    """Create the staff accounts, and the account of a former member."""
    for entry in network()["staff"]:
        if User.objects.filter(email=entry["email"]).exists():
            continue
        create = (
            User.objects.create_superuser if entry.get("superuser") else User.objects.create_user
        )
        user = create(entry["email"], PASSWORD, first_name=entry["first"], last_name=entry["last"])
        if group := entry.get("group"):
            user.groups.add(Group.objects.get(name=group))
    former = network()["former"]
    if not User.objects.filter(email=former["email"]).exists():
        user = User.objects.create_user(
            former["email"], PASSWORD, first_name=former["first"], last_name=former["last"]
        )
        # Suspended by staff. Members who leave by themselves are erased after 30 days.
        Member.objects.create(user=user, first_name=former["first"], last_name=former["last"])


def private_document(title: str, file: str) -> SiteDocument:
    """Return the document in the members' collection, created unless the page import has stored it."""
    collection = ensure_private_collection()
    document = SiteDocument.objects.filter(collection=collection, title=title).first()
    if document is None:
        with (HERE / "media" / file).open("rb") as content:
            document = SiteDocument.objects.create(
                title=title, collection=collection, file=File(content, file)
            )
    return document
