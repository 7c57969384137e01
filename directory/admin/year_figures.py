"""The directory's part of a year's figures: members and arrivals, and who a registrant is."""

from collections.abc import Iterator
from typing import Any

from directory.models import Card, Member, Organisation, Territory
from directory.models.enums import OrganisationKind
from home.figures.answers import NETWORK, UNKNOWN, Figure, Scope, largest_first
from home.figures.known_people import (
    AGENT,
    ASSOCIATION,
    ELECTED,
    OTHER,
    KnownPeople,
    KnownPerson,
)
from home.french import fold
from home.french.names import name_key

#: Kinds of organisations whose people are elected, or work there.
PUBLIC_KINDS = {OrganisationKind.LOCAL_AUTHORITY, OrganisationKind.INSTITUTION}
CIVIC_KINDS = {OrganisationKind.ASSOCIATION, OrganisationKind.COLLECTIVE}
#: Folded first words of a function by which an elected person is told from an agent.
ELECTED_WORDS = {
    "elu", "elue", "maire", "adjoint", "adjointe", "conseiller", "conseillere", "president", "presidente", "vice",
    "depute", "deputee", "senateur", "senatrice",
}  # fmt: skip


def year_figures(scope: Scope) -> Iterator[Figure]:
    """Count members and organisations, for the whole year only (hook `register_year_figures`)."""
    if scope.theme:
        return
    until = min(scope.ends, scope.now)
    members = Card.objects.present().filter(as_member__joined_at__lt=until)
    rows = list(members.values_list("territory", "as_member__joined_at"))
    departments = departments_of_territories()
    counts: dict[str, int] = {}
    for territory, _joined_at in rows:
        name = departments.get(territory, UNKNOWN)
        counts[name] = counts.get(name, 0) + 1
    yield Figure(
        "membres",
        NETWORK,
        "Membres du réseau",
        "Les membres d’aujourd’hui qui l’étaient déjà au 31 décembre, selon leur date d’arrivée\u202f; celles et ceux qui sont "
        "partis depuis n’y sont plus. Le département est celui du territoire de leur fiche.",
        len(rows),
        largest_first(counts),
        counts_people=True,
    )
    yield Figure(
        "arrivees",
        NETWORK,
        "Arrivées dans l’année",
        "Parmi ces membres, ceux et celles dont la date d’arrivée est dans l’année.",
        sum(joined_at >= scope.begins for _territory, joined_at in rows),
        counts_people=True,
    )
    yield Figure(
        "organisations",
        NETWORK,
        "Structures de l’annuaire",
        "Les fiches de structures créées avant la fin de l’année et qui y sont encore.",
        Organisation.objects.filter(created_at__lt=until).count(),
    )


def members_known() -> KnownPeople:
    """Tell who the members are, and under which department places count (hook `register_known_people`)."""
    departments = departments_of_territories()
    cards = Member.objects.filter(user__isnull=False).values_list(
        "user", "user__email", "user__first_name", "user__last_name", "organisation__kind", "role",
        "territory",
    )  # fmt: skip
    people = [
        KnownPerson(
            account=account,
            email=email,
            name_key=name_key(f"{first} {last}".strip()),
            kind=kind_of(kind or "", role),
            territory=departments.get(territory, ""),
        )
        for account, email, first, last, kind, role, territory in cards
    ]
    return KnownPeople(people, dict(places(departments)))


def kind_of(organisation_kind: str, role: str) -> str:
    """Return what a card says its person is: by the kind of organisation and, in public ones, by the function."""
    if organisation_kind in PUBLIC_KINDS:
        words = fold(role).split()
        return ELECTED if words and words[0] in ELECTED_WORDS else AGENT if words else ""
    if organisation_kind in CIVIC_KINDS:
        return ASSOCIATION
    return OTHER if organisation_kind else ""


def departments_of_territories() -> dict[Any, str]:
    """Return the name of the department of each territory: its topmost one."""
    rows = Territory.objects.order_by().values_list("pk", "name", "parent")
    known = {key: (name, parent) for key, name, parent in rows}
    return {key: top_of(key, known) for key in known}


def top_of(key: int, known: dict[int, tuple[str, int | None]]) -> str:
    name, parent = known[key]
    for _level in range(3):  # a commune, its intercommunality, the department
        if parent is None:
            break
        name, parent = known[parent]
    return name


def places(departments: dict[Any, str]) -> Iterator[tuple[str, str]]:
    names = Territory.objects.order_by("-kind").values_list("pk", "name")
    for key, name in names:
        yield fold(name).strip(), departments[key]
