"""All routes with a `token`, in any app, are decorated with `home.secret_links.secret_link`."""

import sys
import traceback
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.core.signals import got_request_exception
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern
from django.views.debug import SafeExceptionReporterFilter
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.models import Site, get_page_models

from directory.departures.leave import close
from directory.emails import CARD_SALT, JOIN_SALT, STAY_SALT
from events.check_in.doors import open_door
from events.feedback.links import feedback_url
from events.models import CalendarSubscription, Registration, Thanks
from events.models.registration import link_token
from events.registration.address import ADDRESS_SALT
from events.registration.signup import cancel
from home.forms.rate_limits import POSTS_PER_MINUTE, too_many_posts
from home.models import Consent, SiteSettings
from home.newsletter import subscriptions
from home.newsletter.links import confirmation_token, leaving_token
from home.secret_links import read_signed
from tests.builders import (
    NOW,
    make_event,
    make_hidden_session,
    make_home,
    make_member,
    make_registration,
    make_session,
)
from tests.directory.membership.test_membership import make_request

pytestmark = pytest.mark.django_db

HEADERS = {
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",
}
METHODS = ("GET", "HEAD", "PUT", "OPTIONS", "POST")
WRONG = ("x", "a:b:c", "\0", "é", "x" * 4000)


def secret_routes() -> dict[str, Callable[..., Any]]:
    """Return name and view of each route with a token, including routes of pages.

    Without the back office, where a token is useless without logging in.
    """
    found = dict(routes_with_token(get_resolver().url_patterns))
    for model in get_page_models():
        if issubclass(model, RoutablePageMixin):
            found |= dict(routes_with_token(model.get_subpage_urls()))
    return found


def routes_with_token(
    patterns: list[Any], above: bool = False
) -> Iterator[tuple[str, Callable[..., Any]]]:
    for pattern in patterns:
        here = above or "token" in pattern.pattern.regex.groupindex
        if str(pattern.pattern).startswith("admin/"):
            continue
        if isinstance(pattern, URLPattern):
            if here:
                yield pattern.name or str(pattern.pattern), pattern.callback
        else:
            yield from routes_with_token(pattern.url_patterns, here)


ROUTES = secret_routes()


# A link of each kind


def consent() -> Consent:
    subscriptions.subscribe(email="abonnee@example.org", source="/lettre/", at=NOW)
    return Consent.objects.get()


def make_held() -> Registration:
    event = make_event(sessions=[make_session()])
    return make_registration(event, *event.sessions.all())


def own_token() -> str:
    return link_token(make_held().link_key)


def cancelled_token() -> str:
    held = make_held()
    cancel(registration=held, by=None, now=NOW)
    return link_token(held.link_key)


def token_of_somebody_present() -> str:
    event = make_event(starts_at=NOW - timedelta(days=2))
    held = make_registration(event, make_hidden_session(event))
    held.seats.update(present_at=event.starts_at)
    site = Site.objects.get(is_default_site=True)
    SiteSettings.objects.create(site=site, certificate_signer="Maud Lenoir")
    return link_token(held.link_key)


def session_and_token() -> dict[str, Any]:
    held = make_held()
    return {"token": link_token(held.link_key), "session": held.seats.get().session.uuid}


def address_token() -> str:
    held = make_held()
    values = {"registration": held.uuid.hex, "email": "b@example.org", "link": held.token_hash}
    return signing.dumps(values, salt=ADDRESS_SALT)


def feedback_token() -> str:
    held = make_held()
    Thanks.objects.create(event=held.event, questions=["utile"], sent_at=NOW)
    return feedback_url(held).rstrip("/").rpartition("/")[2]


def calendar_token() -> str:
    make_event()
    return link_token(CalendarSubscription.open_for(make_member().user.pk, at=NOW).link_key)


def door_token() -> str:
    """Of an event of this day."""
    event = make_event(starts_at=NOW, sessions=[make_session(starts_at=NOW)])
    user = make_member().user
    return link_token(open_door(event=event, by=user, now=NOW).link_key)


#: For each route, a valid token or all arguments of its URL. A new route needs a line here.
OPENS: dict[str, Callable[[], str | dict[str, Any]]] = {
    "letter_confirm": lambda: confirmation_token(consent()),
    "letter_leave": lambda: leaving_token(consent().subscriber),
    "join_confirm": lambda: signing.dumps(make_request().pk, salt=JOIN_SALT),
    "come_back": lambda: close(make_member().user, left_at=NOW)[1],
    "confirm_card": lambda: signing.dumps(make_member().pk, salt=CARD_SALT),
    "stay": lambda: signing.dumps(make_member().user.pk, salt=STAY_SALT),
    "own_registration": own_token,
    "own_change": own_token,
    "own_cancel": own_token,
    "own_cancel_session": session_and_token,
    "own_take_back": cancelled_token,
    "own_address": own_token,
    "own_erase": own_token,
    "own_calendar": own_token,
    "own_certificate": token_of_somebody_present,
    "feedback": feedback_token,
    "own_address_confirm": address_token,
    "member_calendar": calendar_token,
    "door": door_token,
    "door_list": door_token,
}
#: Routes whose tokens have expired after two years; the others do not expire.
EXPIRES = {
    "letter_confirm", "join_confirm", "come_back", "confirm_card", "stay", "own_address_confirm",
    "door", "door_list",
}  # fmt: skip

READ_ONLY = {"own_registration", "own_calendar", "member_calendar"}


def kwargs_of(name: str) -> dict[str, Any]:
    make_home()
    opens = OPENS[name]()
    return opens if isinstance(opens, dict) else {"token": opens}


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def browser() -> Client:
    """A browser on a no-referrer page: no CSRF token, and `Origin: null`."""
    return Client(enforce_csrf_checks=True, headers={"Origin": "null"})


def ask_all(browser: Client, name: str, kwargs: dict[str, Any]) -> dict[str, int]:
    """Request the URL by each method, check the headers, and return the statuses."""
    statuses = {}
    for method in METHODS:
        answer = browser.generic(method, reverse(name, kwargs=kwargs))
        assert headers_of(answer) == HEADERS, (method, kwargs, answer.status_code)
        statuses[method] = answer.status_code
    return statuses


def headers_of(answer: HttpResponse) -> dict[str, str | None]:
    return {header: answer.get(header) for header in HEADERS}


def test_every_route_with_a_token_is_a_secret_link() -> None:
    assert {name for name, view in ROUTES.items() if "is_secret" not in vars(view)} == set()
    assert [name for name, view in ROUTES.items() if not getattr(view, "csrf_exempt", False)] == []
    assert set(ROUTES) == set(OPENS)


@pytest.mark.parametrize("name", OPENS)
def test_a_link_keeps_its_secret_for_every_method_and_token(browser: Client, name: str) -> None:
    """With a valid token, invalid ones, and the valid one two years later."""
    kwargs = kwargs_of(name)

    wrong = [ask_all(browser, name, kwargs | {"token": token}) for token in WRONG]
    with time_machine.travel(NOW + timedelta(days=730), tick=False):
        late = browser.get(reverse(name, kwargs=kwargs))
    good = ask_all(browser, name, kwargs)

    for statuses in wrong:
        assert (statuses["GET"], statuses["HEAD"]) == (404, 404)
        assert statuses["POST"] == (405 if name == "member_calendar" else 404)
    assert headers_of(late) == HEADERS
    assert (late.status_code == 404) == (name in EXPIRES)
    assert (good["GET"], good["HEAD"]) == (200, 200)
    assert (good["POST"] == 405) == (name in READ_ONLY)
    assert good["POST"] in {200, 303, 405}
    assert {statuses[method] for statuses in (good, *wrong) for method in ("PUT", "OPTIONS")} == {
        405
    }


@pytest.mark.parametrize("name", OPENS)
def test_a_flood_of_posts_is_limited(browser: Client, name: str) -> None:
    """The 429 page has the same headers."""
    kwargs = kwargs_of(name)
    for _post in range(POSTS_PER_MINUTE):
        too_many_posts(RequestFactory().post("/"), ROUTES[name].__name__)

    answer = browser.post(reverse(name, kwargs=kwargs))

    assert answer.status_code == 429
    assert headers_of(answer) == HEADERS


@pytest.mark.parametrize("name", OPENS)
def test_an_error_behind_a_link_does_not_reveal_its_token(browser: Client, name: str) -> None:
    """Neither in the answer nor in the variables of an error report."""
    kwargs = kwargs_of(name)
    raised: list[Any] = []

    def remember(**kwargs: Any) -> None:
        raised.append(sys.exc_info()[2])

    got_request_exception.connect(remember)
    browser.raise_request_exception = False
    with connection.execute_wrapper(break_down):
        answer = browser.get(reverse(name, kwargs=kwargs))
    got_request_exception.disconnect(remember)

    frames = [frame for frame, _line in traceback.walk_tb(raised[0])]
    hidden = [frame.f_code.co_name for frame in frames].index("sensitive_variables_wrapper")
    shown = [
        (frame.f_code.co_name, variable, value)
        for frame in frames[hidden:]
        for variable, value in SafeExceptionReporterFilter().get_traceback_frame_variables(
            answer.wsgi_request, frame
        )
        if kwargs["token"] in repr(value)
    ]
    assert answer.status_code == 500
    assert headers_of(answer) == HEADERS
    assert shown == []


def break_down(*args: Any) -> None:
    raise RuntimeError("the database does not answer")


def test_a_signed_token_serves_its_purpose_until_it_expires() -> None:
    token = signing.dumps(7, salt="a")
    day = timedelta(days=1)

    assert read_signed(token, salt="a", max_age=day) == 7
    assert read_signed(token, salt="b", max_age=day) is None
    assert read_signed(token + "x", salt="a", max_age=day) is None
    with time_machine.travel(NOW + 2 * day, tick=False):
        assert read_signed(token, salt="a", max_age=day) is None
        assert read_signed(token, salt="a", max_age=None) == 7
