"""Rights of the groups: docs/decisions/0045-rights.md is the expected table, and every address is asked."""

import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client

from directory.models import User
from home.access import ANIMATION_GROUP, AUTHORS_GROUP, EDITORS_GROUP
from home.models import NewsIndexPage
from tests.builders import make_event, make_news, make_registration, make_session
from tests.site_cms.addresses import Row, logged_in, make_world, rows

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

DECISION = Path(__file__).parents[2] / "docs" / "decisions" / "0045-rights.md"
BACK_OFFICE = "/admin/"
#: Wagtail's own doors: anybody's.
DOORS = ("/admin/login/", "/admin/password_reset/")
ADDRESSES = [
    row for row in rows() if row.address.startswith(BACK_OFFICE) and row.address not in DOORS
]


class Right(NamedTuple):
    """A line of the table."""

    name: str
    patterns: tuple[str, ...]
    groups: frozenset[str]


def read_rights() -> list[Right]:
    table = [line for line in DECISION.read_text().splitlines() if line.startswith("|")]
    heading, _rule, *lines = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table
    ]
    rights = []
    for name, addresses, *marks in lines:
        assert set(marks) <= {"yes", "no"}
        patterns = [
            BACK_OFFICE + found.lstrip("/") for found in re.findall(r"`([^`]+)`", addresses)
        ]
        said = dict(zip(heading[2:], marks, strict=True))
        allowed = frozenset(group for group, mark in said.items() if mark == "yes")
        rights.append(Right(name, tuple(patterns), allowed))
    return rights


RIGHTS = read_rights()


def right_on(address: str) -> Right | None:
    """Return the line with the longest pattern of this address."""
    found = [
        (len(pattern), right)
        for right in RIGHTS
        for pattern in right.patterns
        if fnmatchcase(address, pattern.replace("?", "[?]"))
    ]
    return max(found, key=lambda pair: pair[0])[1] if found else None


@pytest.fixture(scope="module")
def world(made_once: Any) -> dict[str, Any]:
    return made_once(make_world)


@pytest.fixture(scope="module")
def sessions(world: dict[str, Any], made_once: Any) -> dict[str, str]:
    """The session key of a person of each group, and of a superuser."""
    return made_once(make_people)


def make_people() -> dict[str, str]:
    names = {"redaction": AUTHORS_GROUP, "editeurs": EDITORS_GROUP, "animation": ANIMATION_GROUP}
    people = {}
    for address, group in names.items():
        user = User.objects.create_user(f"{address}@example.org")
        user.groups.add(Group.objects.get(name=group))
        people[group] = logged_in(user)
    return people | {"superuser": logged_in(User.objects.create_superuser("super@example.org"))}


def visitor(cookie: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    return client


def test_each_address_has_a_line_and_each_pattern_an_address():
    used = {row.address: right_on(row.address) for row in ADDRESSES}
    patterns = {pattern for right in RIGHTS for pattern in right.patterns}

    assert [address for address, right in used.items() if right is None] == []
    assert {
        pattern
        for pattern in patterns
        if any(fnmatchcase(row.address, pattern.replace("?", "[?]")) for row in ADDRESSES)
    } == patterns


@pytest.mark.parametrize("group", [AUTHORS_GROUP, EDITORS_GROUP, ANIMATION_GROUP])
@pytest.mark.parametrize("right", RIGHTS, ids=[right.name for right in RIGHTS])
def test_a_group_opens_what_the_table_says(world, sessions, caplog, right, group):
    """desk 29: each address tried. Allowed means the superuser's own answer; the rest is refused."""
    caplog.set_level("CRITICAL", logger="django.request")
    person, superuser = visitor(sessions[group]), visitor(sessions["superuser"])
    wrong = {}
    for row in (row for row in ADDRESSES if right_on(row.address) == right):
        got = answer(person, row, world)
        if group not in right.groups:
            good = got in {(302, BACK_OFFICE), (403, ""), (404, "")}
        else:
            # Wagtail sends to the root of the tree, or to the person's own.
            good = got == answer(superuser, row, world) or (got[0], row.address) == (
                302,
                "/admin/pages/",
            )
        if not good:
            wrong[row.address] = got

    assert wrong == {}


def answer(client: Client, row: Row, world: dict[str, Any]) -> tuple[int, str]:
    response = client.get(row.address.format(**world))
    return response.status_code, response.get("Location", "")


@pytest.fixture
def person() -> Any:
    """Log in as a new person of this group."""

    def log_in(group: str) -> Client:
        client = Client()
        user = User.objects.create_user(f"une-personne-{group.lower()}@example.org")
        user.groups.add(Group.objects.get(name=group))
        client.force_login(user)
        return client

    return log_in


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("group", "is_public"), [(AUTHORS_GROUP, False), (EDITORS_GROUP, True), (ANIMATION_GROUP, True)]
)
def test_only_who_publishes_makes_a_page_public(person, group, is_public):
    article = make_news(title="Avant", slug="avant")
    client = person(group)
    tester = article.permissions_for_user(User.objects.get(email__startswith="une-personne-"))

    client.post(f"/admin/pages/{article.pk}/unpublish/")

    article.refresh_from_db()
    assert (tester.can_edit(), tester.can_publish()) == (True, is_public)
    assert article.live is not is_public
    under = NewsIndexPage.objects.get(slug="actualites").permissions_for_user(tester.user)
    assert (under.can_add_subpage(), under.can_publish_subpage()) == (True, is_public)


@pytest.mark.usefixtures("world", "wagtail_templates")
@pytest.mark.parametrize(
    ("group", "offered"), [(AUTHORS_GROUP, False), (EDITORS_GROUP, True), (ANIMATION_GROUP, True)]
)
def test_the_menu_is_a_setting_of_the_network(person, group, offered):
    article = make_news()

    page = person(group).get(f"/admin/pages/{article.pk}/edit/").content.decode()

    assert ('name="show_in_menus"' in page) is offered


@pytest.mark.usefixtures("world", "wagtail_templates")
def test_who_comes_shows_names_sessions_and_state_only(person):
    morning, evening = make_session(title="Matinée", capacity=1), make_session(title="Soirée")
    event = make_event(slug="forum", sessions=[morning, evening])
    first, second = event.sessions.all()
    secret = {"x": {"label": "Régime", "value": "sans gluten", "keep": "short"}}
    make_registration(
        event,
        first,
        name="Zoé Martin",
        email="zoe@exemple.org",
        organisation="Mairie",
        answers=secret,
    )
    make_registration(event, first, name="Élie Durand", waiting=True)
    make_registration(event, second, name="Ana Bel")
    client = person(AUTHORS_GROUP)

    page = client.get(f"/admin/evenements/{event.pk}/inscrits/").content.decode()

    table = page.partition("par nom</caption>")[2].partition("</table>")[0]
    names = re.findall(r'<th scope="row">([^<]+)</th>', table)
    assert names == ["Ana Bel", "Élie Durand", "Zoé Martin"]
    assert page.count("en attente</strong>") == 1
    assert [word for word in ("zoe@", "Mairie", "sans gluten") if word in page] == []
    assert (
        f"/admin/evenements/{event.pk}/inscrits/"
        in client.get(f"/admin/pages/{event.pk}/edit/").content.decode()
    )
