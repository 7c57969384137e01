"""Posts that another site makes a browser send, for every view of the URLconf and every pair of headers.

Pages without a token, and what each visitor's address answers, go by the lines of `access_matrix.txt`.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.urls import get_resolver, resolve

from home.forms.cross_site import FetchMetadataCsrf
from tests.site_cms.test_access_matrix import (
    ROWS,
    each,
    make_sessions,
    make_world,
    patterns,
    tables_written,
)

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

HOST = "www.example.org"
OURS, OTHER = f"https://{HOST}", "https://evil.example"
TRUSTED = "https://partner.example"
PASS, TOKEN, REFUSED = "pass", "token", "refused"
#: Of an unsafe request without a token: (Sec-Fetch-Site, Origin) and the verdict.
LINES: dict[tuple[str | None, str | None], str] = {
    ("same-origin", None): PASS,
    ("same-origin", OURS): PASS,
    ("same-origin", "null"): PASS,
    ("same-origin", OTHER): REFUSED,
    ("cross-site", None): REFUSED,
    ("cross-site", OURS): REFUSED,
    ("cross-site", OTHER): REFUSED,
    ("cross-site", "null"): REFUSED,
    ("cross-site", TRUSTED): PASS,
    ("same-site", None): REFUSED,
    ("same-site", OTHER): REFUSED,
    ("same-site", TRUSTED): PASS,
    ("something-new", None): REFUSED,
    ("something-new", OURS): REFUSED,
    ("none", None): TOKEN,
    ("none", OURS): PASS,
    ("none", OTHER): REFUSED,
    ("none", "null"): REFUSED,
    (None, None): TOKEN,
    (None, OURS): PASS,
    (None, OTHER): REFUSED,
    (None, "http://www.example.org"): REFUSED,
    (None, "https://www.example.org.evil.example"): REFUSED,
    (None, "null"): REFUSED,
    (None, TRUSTED): PASS,
}  # fmt: skip


def headers_of(site: str | None, origin: str | None) -> dict[str, str]:
    told = {"Sec-Fetch-Site": site, "Origin": origin}
    return {name: value for name, value in told.items() if value is not None}


# Every view of the URLconf


def refuse(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A failure view that asks nothing of the request."""
    return HttpResponse(status=403)


@pytest.fixture
def middleware(settings: Any, caplog: Any) -> FetchMetadataCsrf:
    caplog.set_level("CRITICAL", logger="django.security.csrf")  # refusals, all expected
    settings.ALLOWED_HOSTS = [HOST]
    settings.CSRF_TRUSTED_ORIGINS = [TRUSTED]
    settings.CSRF_FAILURE_VIEW = f"{__name__}.refuse"
    return FetchMetadataCsrf(lambda request: HttpResponse())


def test_every_view_gives_the_verdict_of_the_table(middleware: FetchMetadataCsrf) -> None:
    """cache 4, cache 5: only secret links, and Wagtail's API of the back office, which asks by itself, are exempt."""
    views = {route: pattern.callback for route, pattern, _name in patterns(get_resolver())}
    exempt = {route for route, view in views.items() if getattr(view, "csrf_exempt", False)}

    wrong = {
        (route, line): verdict
        for route, view in views.items()
        for line, expected in LINES.items()
        if (verdict := verdict_on(middleware, view, headers_of(*line)))
        != (PASS if route in exempt else expected)
    }

    assert len(views) > 300
    assert wrong == {}
    assert [
        one for one in exempt if "<str:token>" not in one and not one.startswith("admin/api/main/")
    ] == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_other_unsafe_methods_get_the_verdict_of_a_post(
    middleware: FetchMetadataCsrf, method: str
) -> None:
    verdicts = {line: verdict_on(middleware, refuse, headers_of(*line), method) for line in LINES}

    assert verdicts == LINES


def verdict_on(
    middleware: FetchMetadataCsrf,
    view: Callable[..., Any],
    headers: dict[str, str],
    method: str = "POST",
) -> str:
    """Return whether a request passes without a token, with one only, or never."""
    if middleware.process_view(request_with(headers, method), view, (), {}) is None:
        return PASS
    with_token = request_with(headers, method)
    with_token.META["CSRF_COOKIE"] = with_token.COOKIES[settings.CSRF_COOKIE_NAME] = "x" * 32
    with_token.META[settings.CSRF_HEADER_NAME] = get_token(with_token)
    return REFUSED if middleware.process_view(with_token, view, (), {}) else TOKEN


def request_with(headers: dict[str, str], method: str) -> HttpRequest:
    factory = RequestFactory(headers={"Host": HOST, **headers})
    return factory.generic(method, "/", secure=True)


@pytest.mark.parametrize(
    ("referrer", "expected"),
    [(None, TOKEN), (f"{OURS}/agenda/", TOKEN), (f"{OTHER}/", REFUSED), ("http://[", REFUSED)],
)
def test_a_token_without_both_headers_is_not_taken_from_a_page_of_another_site(
    middleware: FetchMetadataCsrf, referrer: str | None, expected: str
) -> None:
    """A browser that hides its referrer too has the token only: the cookie’s `__Host-` name keeps it ours."""
    headers = {"Referer": referrer} if referrer else {}

    assert verdict_on(middleware, refuse, headers) == expected


# Every address of the table


@pytest.fixture(scope="module")
def world(made_once: Any) -> dict[str, Any]:
    return made_once(make_world)


@pytest.fixture(scope="module")
def sessions(world: dict[str, Any], made_once: Any) -> dict[str, str]:
    return made_once(make_sessions)


@each(ROWS)
def test_a_post_from_another_site_changes_nothing(world, sessions, caplog, row):
    """cache 5, A35: with the session of a member and of an administrator, at every address but secret links."""
    caplog.set_level("CRITICAL", logger="django")
    address = row.address.format(**world)
    if getattr(resolve(urlsplit(address).path).func, "csrf_exempt", False):
        assert "token" in resolve(urlsplit(address).path).kwargs
        return

    with tables_written() as written:
        statuses = [
            post_from_elsewhere(address, sessions[name]).status_code for name in ("member", "admin")
        ]

    assert statuses == [403, 403]
    assert written == set()


def post_from_elsewhere(address: str, session: str) -> Any:
    client = Client(enforce_csrf_checks=True)
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    return client.post(address, {"text": "Zibeline"}, headers={"Sec-Fetch-Site": "cross-site"})


@each([row for row in ROWS if row.statuses["anonymous"] == 200])
def test_a_public_page_is_the_same_for_two_visitors(world, row):
    """cache 2: no cookie, no token, no value that differs, in what a shared cache may keep."""
    address = row.address.format(**world)
    visitors = Client(), Client(REMOTE_ADDR="192.0.2.7", headers={"User-Agent": "another"})

    pages = [visitor.get(address) for visitor in visitors]

    if "no-store" in pages[0].get("Cache-Control", ""):
        return
    contents = [page.getvalue() for page in pages]
    assert contents[0] == contents[1]
    assert b"csrfmiddlewaretoken" not in contents[0]
    assert [page.cookies for page in pages] == [{}, {}]
