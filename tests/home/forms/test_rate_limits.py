import re
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.http import HttpResponse
from django.test import RequestFactory

from home.forms import fields, rate_limits

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


def post(forwarded: str = "", remote: str = "10.0.0.1") -> Any:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().post("/", headers=headers, REMOTE_ADDR=remote)
    request.user = AnonymousUser()
    return request


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "6.6.6.6", "10.0.0.1"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 5.5.5.5", "1.2.3.4"),
        (2, "1.2.3.4", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "pas une adresse", "10.0.0.1"),
        (1, "2001:DB8::1", "2001:db8::1"),
    ],
)
def test_client_ip_believes_trusted_proxies_only(
    settings: Any, proxies: int, forwarded: str, expected: str
) -> None:
    """A19, registration 24."""
    settings.TRUSTED_PROXY_COUNT = proxies

    assert rate_limits.client_ip(post(forwarded)) == expected


def test_client_ip_of_a_socket_without_address() -> None:
    assert rate_limits.client_ip(post(remote="")) == rate_limits.UNKNOWN_ADDRESS


@pytest.mark.parametrize(
    ("remote", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
    ],
)
def test_client_network_is_the_address_shared_by_a_household(remote: str, network: str) -> None:
    assert rate_limits.client_network(post(remote=remote)) == network


@time_machine.travel("2026-06-01 10:00:10+00:00", tick=False)
def test_a_network_has_sixty_posts_of_a_form_per_minute() -> None:
    """A19, registration 24."""
    answers = [rate_limits.too_many_posts(post(), "lettre") for _ in range(61)]

    assert answers == [False] * 60 + [True]
    assert rate_limits.too_many_posts(post(), "rejoindre") is False
    assert rate_limits.too_many_posts(post(remote="10.0.0.2"), "lettre") is False
    with time_machine.travel("2026-06-01 10:01:00+00:00", tick=False):
        assert rate_limits.too_many_posts(post(), "lettre") is False


@time_machine.travel("2026-06-01 10:00:10+00:00", tick=False)
def test_an_address_has_five_posts_of_a_form_per_minute() -> None:
    answers = [rate_limits.too_many_for_address("a@x.fr", "lettre") for _ in range(6)]

    assert answers == [False] * 5 + [True]
    assert rate_limits.too_many_for_address("b@x.fr", "lettre") is False


class AddressForm(forms.Form):
    email = fields.MailAddressField()


LIMITS = rate_limits.FormLimits("essai", per_hour=70, from_everyone=6)


def receive(
    email: str = "a@x.fr",
    *,
    limits: rate_limits.FormLimits = LIMITS,
) -> str:
    """Return the outcome for the visitor: the form again, thanks, a wait, or the address that gets a message."""
    given = rate_limits.receive_form(
        post(),
        lambda: AddressForm({"email": email}),
        limits,
        show=lambda form: HttpResponse("the form"),
    )
    if isinstance(given, forms.Form):
        return f"mail to {given.cleaned_data['email']}"
    return given.headers.get("Retry-After", given.content.decode())


@time_machine.travel("2026-06-01 10:00:10+00:00", tick=False)
@pytest.mark.django_db
def test_forms_are_checked_in_one_order() -> None:
    """Only valid forms count per address and for everyone."""
    assert receive("wrong") == "the form"
    assert receive() == "mail to a@x.fr"
    assert [receive() for _post in range(5)] == ["mail to a@x.fr"] * 4 + ["60"]
    assert [receive("b@x.fr") for _post in range(2)] == ["mail to b@x.fr", "3600"]


@time_machine.travel("2026-06-01 10:00:10+00:00", tick=False)
@pytest.mark.django_db
def test_a_flood_is_refused_before_the_form_is_made() -> None:
    answers = [receive("wrong") for _post in range(60)]

    def never() -> forms.Form:
        raise AssertionError

    refused = rate_limits.receive_form(post(), never, LIMITS, show=never)

    assert set(answers) == {"the form"}
    assert refused.status_code == 429
    with time_machine.travel("2026-06-01 10:01:00+00:00", tick=False):
        assert [receive("wrong") for _post in range(12)] == ["the form"] * 10 + ["60"] * 2


def test_no_view_calls_the_checks_itself() -> None:
    """The order is defined once, so that another defence is added in one place."""
    sources = [
        path
        for app in ("home", "events", "directory", "site_cms")
        for path in (ROOT / app).rglob("*.py")
        if path.parent != ROOT / "home/forms"
    ]

    assert len(sources) > 200
    assert [
        path.name for path in sources if re.search(r"\btoo_many_for_address\b", path.read_text())
    ] == []
