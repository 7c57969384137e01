"""Access matrix: every URL of the site, requested by each kind of visitor.

`access_matrix.txt` is the expected table. The test fails for a URL without a line (a name of the URLconf, a page type
inside or outside the members' section, a sub-route, a document, a rendition), and for a line that matches nothing.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import get_resolver, resolve
from django.urls.resolvers import URLPattern
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.models import Page

from directory.models import (
    MembersPage,
)
from home.models import SiteDocument, SiteRendition
from home.prefetch.facts import GENERATION
from tests.site_cms.addresses import (
    ASKED,
    SECRET,
    VISITORS,
    Row,
    make_sessions,
    make_world,
    page_types,
    rows,
)

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

#: Visitors who may see nothing private.
STRANGERS = ("anonymous", "former")
#: Allowed statuses of their POST to a private URL: redirect to the log-in, 403, not found, method not allowed.
REFUSALS = (302, 403, 404, 405)
#: Visitors who may see no e-mail address but their own.
READERS = ("anonymous", "former", "other")
PEOPLE = (
    "membre@example.org",
    "ancienne@example.org",
    "candidate@example.org",
    "abonnee@example.org",
)
OWN = {"former": "ancienne@example.org"}
#: Tables that a GET may write to: counters, renditions, sessions, and rows that Wagtail and allauth add for accounts
#: created without them.
WRITTEN_BY_A_GET = {
    "directory_cardopenings", "directory_invitationdownload", "home_siterendition", "django_session",
    "account_emailaddress", "wagtailusers_userprofile",
    "home_heartbeat",  # /healthz tries whether the database can be written
}  # fmt: skip
READING = re.compile(r"\(*(?:SELECT|SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT)\b")
WRITING = re.compile(r"""(?:INSERT INTO|INSERT OR IGNORE INTO|UPDATE|DELETE FROM) "(\w+)\"""")
OURS = ("home", "events", "directory", "site_cms", "allauth", "wagtail_modeladmin")


ROWS = list(rows())


def each(some: list[Row]) -> pytest.MarkDecorator:
    """Run the test once per line."""
    assert some
    return pytest.mark.parametrize("row", some, ids=[row.address for row in some])


@pytest.fixture(scope="module")
def world(made_once: Any) -> dict[str, Any]:
    """The values of the names in the table."""
    return made_once(make_world) | {"generation": uuid4().hex}


@pytest.fixture(scope="module")
def sessions(world: dict[str, Any], made_once: Any) -> dict[str, str]:
    """The session key of each logged-in visitor."""
    return made_once(make_sessions)


@pytest.fixture
def visitors(world: dict[str, Any], sessions: dict[str, str], caplog: Any) -> dict[str, Client]:
    caplog.set_level("CRITICAL", logger="django.request")  # refusals, all expected
    # All of one generation: what they share must not show what is one visitor's to another.
    clients = {
        name: Client(raise_request_exception=True, **{GENERATION: world["generation"]})
        for name in VISITORS
    }
    for name, cookie in sessions.items():
        clients[name].cookies[settings.SESSION_COOKIE_NAME] = cookie
    return clients


def test_each_existing_url_has_a_line(world):
    written = {kind for row in ROWS for kind in kinds_at(row.address.format(**world))}

    assert sorted(existing() - written) == []
    assert len({row.address for row in ROWS}) == len(ROWS)


def test_a_member_finds_something_private(visitors):
    """Otherwise the test below would prove nothing."""
    assert get(visitors["member"], f"/recherche/?q={ASKED}").tells


@each(ROWS)
def test_every_visitor_gets_what_the_table_says_and_nothing_private(world, visitors, row):
    """registration 7; members 1, 2, 3, 6, 7, 12, 35; A1, A5, A6, A9, A10, A34: expected statuses, and no private word.

    Nor e-mail addresses of others (members 38, A46), cacheable responses (A13) or a GET that changes data (A35).
    """
    address = row.address.format(**world)
    with tables_written() as written:
        gets = {name: get(visitor, address) for name, visitor in visitors.items()}
    searched = get(visitors["anonymous"], asking_for(address, ASKED))

    assert {name: got.status for name, got in gets.items()} == row.statuses
    # Former members still read their own data, on pages with the title of the section.
    strangers = ("anonymous",) if "/mes-donnees/" in address else STRANGERS
    assert [name for name in strangers if gets[name].tells] == []
    assert not searched.tells
    assert {name: names for name in READERS if (names := gets[name].names - {OWN.get(name)})} == {}
    assert gets["former"].explains or row.statuses["former"] != 403
    kept = {name for name, got in gets.items() if got.status == 200 and got.is_kept}
    assert not kept or row.statuses["anonymous"] == 200
    assert written <= WRITTEN_BY_A_GET


@each([row for row in ROWS if row.statuses["former"] == 403])
def test_strangers_cannot_post_where_they_are_refused(world, visitors, row):
    address = row.address.format(**world)

    posts = {name: visitors[name].post(address).status_code for name in STRANGERS}

    got_in = {name: status for name, status in posts.items() if status not in REFUSALS}
    assert all(status == row.statuses[name] == 404 for name, status in got_in.items()), got_in


@each([row for row in ROWS if (row.statuses["member"], row.statuses["other"]) == (200, 404)])
def test_nobody_can_post_to_a_url_of_somebody_else(world, visitors, row):
    other, address = visitors["other"], row.address.format(**world)

    assert {other.post(address).status_code, other.delete(address).status_code} <= {404, 405}


class Got(NamedTuple):
    status: int
    #: Whether it contains a private word.
    tells: bool
    #: The e-mail addresses of people in it.
    names: set[str]
    #: Whether it explains why the page is refused and what to do.
    explains: bool
    #: Whether a shared cache may store it.
    is_kept: bool


def get(visitor: Client, address: str) -> Got:
    answer = visitor.get(address)
    content = answer.getvalue().decode("utf-8", "replace").lower()
    return Got(
        answer.status_code,
        SECRET.lower() in content,
        {address for address in PEOPLE if address in content},
        "cette page est réservée" in content and "/rejoindre/" in content,
        not {"private", "no-store"} <= set(answer.get("Cache-Control", "").split(", ")),
    )


def asking_for(address: str, word: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}q={word}"


@contextmanager
def tables_written() -> Iterator[set[str]]:
    """Collect the tables written to, but for what is undone; the whole statement where no table is recognised.

    A screen of confirmation does the act and undoes it, to show the letters.
    """
    written: set[str] = set()
    before: dict[str, set[str]] = {}

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        name = sql.rpartition(" ")[2]
        if sql.startswith("SAVEPOINT"):
            before[name] = set(written)
        elif sql.startswith("ROLLBACK TO SAVEPOINT"):
            written.intersection_update(before[name])
        elif not READING.match(sql):
            found = WRITING.match(sql)
            written.add(found[1] if found else sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield written


# URLs required in the table


def existing() -> set[str]:
    """Return all URLs of the site, as the table names them."""
    kinds = {f"name {name}" for name in own_names()}
    for model in page_types():
        places = ("dedans",) if model is MembersPage else ("dedans", "dehors")
        label = model._meta.label
        kinds |= {f"{place} {label} {route}" for place in places for route in routes_of(model)}
    kinds |= {f"document {document.pk}" for document in SiteDocument.objects.all()}
    return kinds | {f"rendition {rendition.pk}" for rendition in SiteRendition.objects.all()}


def own_names() -> Iterator[str]:
    for route, pattern, name in patterns(get_resolver()):
        module = module_of(pattern.callback)
        if module.split(".")[0] in OURS:
            yield name or route


def patterns(resolver: Any, route: str = "", space: str = "") -> Iterator[tuple[str, Any, str]]:
    for pattern in resolver.url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield here, pattern, f"{space}{pattern.name}" if pattern.name else ""
        else:
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from patterns(pattern, here, inner)


def module_of(view: Any) -> str:
    """Return the module of a view, under its decorators."""
    while hasattr(view, "__wrapped__") or isinstance(view, partial):
        view = view.func if isinstance(view, partial) else view.__wrapped__
    return str(getattr(view, "view_class", view).__module__)


def routes_of(model: type[Page]) -> set[str]:
    """Return the names of the page type's routes. Of two routes with the same path, the first one answers."""
    if not issubclass(model, RoutablePageMixin):
        return {"page"}
    found: dict[str, str] = {}
    for pattern in model.get_subpage_urls():
        found.setdefault(str(pattern.pattern), str(pattern.name))
    return set(found.values())


def kinds_at(address: str) -> set[str]:
    """Return what a line of the table covers."""
    path = urlsplit(address).path
    match = resolve(path)
    if match.view_name == "wagtail_serve":
        return {"name wagtail_serve", page_at(path)}
    kinds = {f"name {match.view_name if match.url_name else match.route}"}
    kinds |= {f"document {one.pk}" for one in SiteDocument.objects.all() if one.url == path}
    return kinds | {f"rendition {one.pk}" for one in SiteRendition.objects.all() if one.url == path}


def page_at(path: str) -> str:
    request = RequestFactory().get(path)
    result = Page.route_for_request(request, path)
    if result is None:
        return "absent"
    section = MembersPage.objects.get(slug="membres")
    place = "dedans" if result.page.path.startswith(section.path) else "dehors"
    matched = getattr(request, "routable_resolver_match", None)
    return f"{place} {result.page._meta.label} {matched.url_name if matched else 'page'}"
