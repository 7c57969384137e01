"""Public forms, whose pages carry no token: one line for each pair of headers, by a visitor without any cookie."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.test import Client

from directory.models import JoinRequest
from events.models import Registration
from home.models import Subscriber
from tests.builders import NOW, make_event, make_home, make_join_page, make_member
from tests.directory.membership.test_membership import answers as request_to_join
from tests.site_cms.test_cross_site import LINES, OURS, PASS, REFUSED, TOKEN, TRUSTED, headers_of

pytestmark = pytest.mark.django_db


class PublicForm(NamedTuple):
    #: Make the page. Return its address.
    make: Callable[[], str]
    typed: dict[str, str]
    #: The rows that it makes.
    made: Callable[[], int]


FORMS = {
    "registration": PublicForm(
        lambda: make_event().url,
        {"name": "Zibeline", "email": "z@example.org"},
        Registration.objects.count,
    ),
    "join": PublicForm(
        lambda: make_join_page().url,
        request_to_join(first_name="Zibeline"),
        JoinRequest.objects.count,
    ),
    "letter": PublicForm(
        lambda: "/lettre/",
        {"email": "zibeline@example.org", "consent": "on"},
        Subscriber.objects.count,
    ),
}


@pytest.fixture(params=FORMS)
def form(request: Any, time_machine: Any) -> PublicForm:
    time_machine.move_to(NOW, tick=False)
    make_home()
    return FORMS[request.param]


@pytest.mark.parametrize("line", [line for line in LINES if TRUSTED not in line])
def test_a_public_form_without_any_cookie_follows_the_table(form, caplog, line):
    """cache 3, cache 4, registration 25: one more click without both headers, and nothing lost."""
    caplog.set_level("CRITICAL", logger="django.security.csrf")
    address = form.make()
    site, origin = line
    headers = headers_of(site, "http://testserver" if origin == OURS else origin)
    visitor = Client(enforce_csrf_checks=True, headers=headers)

    answer = visitor.post(address, form.typed)
    page = answer.content.decode()

    assert verdict_of(answer) == LINES[line]
    assert form.made() == (verdict_of(answer) == PASS)
    if verdict_of(answer) == TOKEN:
        [token] = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        wrong = visitor.post(address, {"csrfmiddlewaretoken": token})
        again = visitor.post(address, form.typed | {"csrfmiddlewaretoken": token})
        assert "Zibeline".lower() in page.lower()
        assert wrong.status_code == 200
        assert "csrfmiddlewaretoken" in wrong.content.decode()
        assert (again.status_code, form.made()) == (303, 1)
    if verdict_of(answer) == REFUSED:
        assert "zibeline" not in page.lower()
        assert not answer.cookies


def verdict_of(answer: Any) -> str:
    if answer.status_code == 303:
        return PASS
    assert answer.status_code == 403
    return TOKEN if "vos réponses sont gardées" in answer.content.decode() else REFUSED


def test_people_with_an_account_keep_the_token_as_a_second_belt(form):
    client = Client()
    client.force_login(make_member().user)

    page = client.get(form.make())

    assert "csrfmiddlewaretoken" in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_a_mistyped_address_is_corrected_with_one_more_click_without_both_headers(time_machine):
    time_machine.move_to(NOW, tick=False)
    event = make_event()
    visitor = Client(enforce_csrf_checks=True)
    typed = {"name": "Zibeline", "email": "faute@example.org"}
    visitor.post(event.url, typed, headers={"Origin": "http://testserver"})

    asked = visitor.post("/inscriptions/corriger/", {"email": "z@example.org"})
    [token] = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', asked.content.decode())
    again = visitor.post(
        "/inscriptions/corriger/", {"email": "z@example.org", "csrfmiddlewaretoken": token}
    )

    assert asked.status_code == 403
    assert 'value="z@example.org"' in asked.content.decode()
    assert again.status_code == 303
    assert Registration.objects.get().email == "z@example.org"
