"""Requests that make no sense are answered with a 4xx in French, never with an error of the site."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import transaction
from django.http import QueryDict
from django.test import Client

from tests.builders import make_join_page
from tests.site_cms.addresses import Row, make_sessions, make_world, rows

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

FORM = "application/x-www-form-urlencoded"
BROKEN_FORM = (
    b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n"  # never ends
    b'--x\r\nContent-Disposition: form-data; name="\xff\x00"; filename="\x00"\r\n\r\n\xff\r\n'
)

#: Body and content type of a POST.
BODIES = {
    "utf-16": (b"a=1&csrfmiddlewaretoken=x", f"{FORM}; charset=utf-16"),
    "utf-7": (b"a=1", f"{FORM}; charset=utf-7"),
    "no such encoding": (b"a=1", f"{FORM}; charset=nimp"),
    "not utf-8": (b"a=\xff\xfe&\xff=1", FORM),
    "nulls": (b"name=%00&email=%00&a=\x00", FORM),
    "lone surrogates": (b"name=%ED%A0%80&email=%ED%A0%80", FORM),
    "too many fields": (b"&".join(b"a%d=1" % number for number in range(1500)), FORM),
    "too much": (b"a=" + b"x" * 3_000_000, FORM),
    "no boundary": (b"a", "multipart/form-data"),
    "broken multipart": (BROKEN_FORM, "multipart/form-data; boundary=x"),
    "multipart in utf-16": (BROKEN_FORM, "multipart/form-data; boundary=x; charset=utf-16"),
    "boundary with accents": (b"a", "multipart/form-data; boundary=\xe9\xff"),
    "broken json": (b"{", "application/json"),
    "nothing known": (b"\xff\x00", "\x00"),
}

ADDRESSES = ("/", "/lettre/", "/compte/connexion/", "/rejoindre/", "/absente/")


@pytest.fixture
def client():
    make_join_page()
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_cannot_be_read_is_no_error_of_the_site(client, name):
    """With a CSRF cookie too: Django's own error views would read the body again."""
    body, kind = BODIES[name]
    client.cookies["csrftoken"] = "x" * 32

    statuses = [client.generic("POST", address, body, kind).status_code for address in ADDRESSES]

    assert max(statuses) < 500, statuses


def test_a_form_in_another_encoding_is_refused_in_french(client):
    client.cookies["csrftoken"] = "x" * 32

    answer = client.generic("POST", "/compte/connexion/", b"a=1", f"{FORM}; charset=utf-16")

    assert answer.status_code == 400
    assert "Cette demande n’a pas été comprise" in answer.content.decode()


@pytest.mark.parametrize("name", ["%00.jpg", "a" * 300 + ".jpg", "../" * 9 + "a.jpg"])
def test_a_picture_whose_name_cannot_exist_is_not_found(client, name):
    assert client.get(f"/media/images/{name}").status_code == 404


def test_a_null_in_a_cookie_is_refused(client):
    assert client.get("/", HTTP_COOKIE="sessionid=\x00").status_code == 400


#: What a parameter may be, as it is written in an address.
VALUES = (
    "abc", "-1", "9" * 21, "%00", "%FF%FE", "x" * 3000, "31/02/2026", "2026-13-45", "-x__y", "a[]", "", "%20", "1,2",
    quote("'\"<script>"), quote('l"eau'), quote("\u202e\U0001f600"), "00000000-0000-0000-0000-00000000000",
    quote("2026-01-01 00:00:00+99:99"), "1e999", "NaN", "None",
)  # fmt: skip
#: Words that no French sentence has.
ENGLISH = re.compile(
    r"\b(?:the|is not|invalid|please|required|must|should|enter a|select a|bad request|not found|forbidden|allowed|failed)\b",
    re.IGNORECASE,
)
#: The same views as those of the section, at other addresses.
TWICE = ("/membres/dedans-", "/dehors-")
ROWS = [row for row in rows() if not row.address.startswith(TWICE)]
#: Who asks: somebody who is let in, else a stranger.
ASKING = ("anonymous", "member", "editor", "admin")


@pytest.fixture(scope="module")
def world(made_once: Any) -> dict[str, Any]:
    return made_once(make_world)


@pytest.fixture(scope="module")
def sessions(world: dict[str, Any], made_once: Any) -> dict[str, str]:
    return made_once(make_sessions)


@pytest.fixture
def clients(sessions: dict[str, str], caplog: Any) -> dict[str, Client]:
    caplog.set_level("CRITICAL")  # refusals, all expected
    clients = {name: Client(raise_request_exception=False) for name in ASKING}
    for name in ASKING[1:]:
        clients[name].cookies[settings.SESSION_COOKIE_NAME] = sessions[name]
    return clients


def visitor_of(row: Row) -> str:
    return next((name for name in ASKING if row.statuses[name] == 200), "anonymous")


def parts(name: str) -> list[Row]:
    """Return the addresses that this visitor is the first to see."""
    return [row for row in ROWS if visitor_of(row) == name]


@pytest.mark.parametrize("name", ASKING)
def test_no_parameter_of_any_address_is_an_error_of_the_site(world, clients, monkeypatch, name):
    """Each address is asked once to learn which parameters it reads, then with nonsense in all of them."""
    faults = []
    for number, row in enumerate(parts(name)):
        address = row.address.format(**world)
        names = parameters_read(clients[name], address, monkeypatch)
        for turn in range(1 if address.startswith("/admin/") else 2):
            query = "&".join(nonsense(names, number + 7 * turn))
            asked = f"{address}{'&' if '?' in address else '?'}{query}"
            faults += fault_of(name, asked, clients[name].get, asked)

    assert faults == []


@pytest.mark.parametrize("name", ASKING)
def test_no_body_sent_to_any_address_is_an_error_of_the_site(world, clients, name):
    bodies = [BODIES[key] for key in BODIES if key != "too much"]
    faults = []
    for number, row in enumerate(parts(name)):
        address = row.address.format(**world)
        for body, kind in ((b"", FORM), bodies[number % len(bodies)]):
            what = f"POST {address} {kind}"
            faults += fault_of(name, what, clients[name].generic, "POST", address, body, kind)

    assert faults == []


@pytest.mark.parametrize(
    "typed", ['l"eau', '"', '"journée régionale"', "'", "100 %", "a AND (", "*"]
)
def test_the_back_office_is_searched_for_whatever_is_typed(world, clients, typed):
    lists = (
        "/admin/pages/",
        "/admin/images/",
        "/admin/documents/",
        "/admin/evenements/",
        "/admin/directory/member/",
    )

    statuses = [
        clients["admin"].get(f"{address}?q={quote(typed)}").status_code for address in lists
    ]

    assert set(statuses) == {200}


def parameters_read(client: Client, address: str, monkeypatch: Any) -> list[str]:
    """Return the names that a request looks for among those of its address and body."""
    names = {"page", "p", "q", "ordering"}
    with monkeypatch.context() as patch:
        for method in ("__getitem__", "get", "getlist", "__contains__"):
            patch.setattr(QueryDict, method, noting(getattr(QueryDict, method), names))
        client.get(address)
    return sorted(names)


def noting(method: Callable[..., Any], names: set[str]) -> Callable[..., Any]:
    def note(query: QueryDict, name: str, *args: Any, **kwargs: Any) -> Any:
        names.add(name)
        return method(query, name, *args, **kwargs)

    return note


def nonsense(names: list[str], start: int) -> Iterator[str]:
    """Yield each parameter with another value, the first one twice, and one that is not even a name."""
    for number, name in enumerate(names):
        yield f"{quote(name)}={VALUES[(start + 5 * number) % len(VALUES)]}"
    yield f"{quote(names[0])}=2"
    yield "%FF=%FF"


def fault_of(name: str, what: str, ask: Callable[..., Any], *args: Any) -> Iterator[str]:
    """Yield what is wrong with the answer, and undo what the request did."""
    with transaction.atomic():
        answer = ask(*args)
        content = answer.getvalue().decode("utf-8", "replace")
        transaction.set_rollback(True)
    if answer.status_code >= 500 and answer.status_code != 501:  # oEmbed: a format that is not made
        yield f"{answer.status_code} {what}"
    elif name in ("anonymous", "member") and "html" in answer.get("Content-Type", ""):
        read = re.sub(r"(?s)<(script|style|code)\b.*?</\1>|<[^>]+>", " ", content)
        yield from (f"{found[0]!r} {what}" for found in ENGLISH.finditer(read))
