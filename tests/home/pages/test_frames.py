"""Pages in frames of partners' sites, and the oEmbed description of them."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.test import Client
from wagtail.models import PageViewRestriction, Site

from events.models import EventPage, RecapPage
from home.models import SiteSettings
from tests.builders import NOW, make_agenda, make_event, make_home, make_member, make_news

pytestmark = pytest.mark.django_db

PARTNER = "https://www.ville.fr"


@pytest.fixture(autouse=True)
def _site_at_now() -> Iterator[None]:
    make_home()
    make_agenda()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def partner() -> None:
    settings = SiteSettings(site=Site.objects.get(), partner_sites=f"{PARTNER}\nhttps://agglo.fr")
    settings.full_clean()
    settings.save()


def make_page(kind: str) -> Any:
    if kind == "news":
        return make_news(title="Un budget participatif")
    if kind == "agenda":
        make_event(title="Rencontre d’Arras")
        return make_agenda()
    event = make_event(title="Rencontre d’Arras", lead="<p>Deux jours.</p>")
    if kind == "event":
        return event
    recap = RecapPage(title="Deux jours à Arras", event=event)
    make_agenda().add_child(instance=recap)
    return recap


def sources(answer: Any, directive: str) -> list[str]:
    policy = dict(
        part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";")
    )
    return policy[directive].split()


KINDS = ["news", "event", "recap", "agenda"]


@pytest.mark.parametrize("kind", KINDS)
def test_partners_and_nobody_else_may_frame_the_page(client, partner, kind):
    page = make_page(kind)

    framed, whole = client.get(f"{page.url}?embed"), client.get(page.url)

    assert sources(framed, "frame-ancestors") == [PARTNER, "https://agglo.fr"]
    assert "X-Frame-Options" not in framed
    assert sources(whole, "frame-ancestors") == ["'none'"]
    assert whole["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("kind", KINDS)
def test_a_frame_has_no_form_no_script_and_no_cookie_and_its_links_take_the_window(
    client, partner, kind
):
    page = make_page(kind)

    answer = client.get(f"{page.url}?embed")

    assert page.title in answer.text
    assert "<form" not in answer.text
    assert "<script" not in answer.text
    assert '<base target="_top">' in answer.text
    assert f'<link rel="canonical" href="{page.full_url}">' in answer.text
    assert answer.text.count("<h1") == 1
    assert not answer.cookies


def test_an_event_leads_to_its_form_while_one_can_register(client, partner):
    event = make_event()
    cancelled = make_event(status=EventPage.Status.CANCELLED)

    assert f'href="{event.url}#inscription">S’inscrire</a>' in client.get(f"{event.url}?embed").text
    text = client.get(f"{cancelled.url}?embed").text
    assert "S’inscrire" not in text
    assert "Annulé" in text


@pytest.mark.parametrize("kind", KINDS)
def test_without_partners_the_parameter_means_nothing(client, kind):
    page = make_page(kind)

    answer = client.get(f"{page.url}?embed")

    assert sources(answer, "frame-ancestors") == ["'none'"]
    assert '<base target="_top">' not in answer.text
    assert client.get("/oembed/", {"url": page.full_url}).status_code == 404
    assert "oembed" not in client.get(page.url).text


@pytest.mark.ignore_template_errors
@pytest.mark.parametrize("visitor", ["nobody", "member", "editor"])
def test_a_page_for_members_has_no_frame_for_anybody(client, partner, visitor):
    event = make_event(title="Entre nous")
    PageViewRestriction.objects.create(page=event, restriction_type=PageViewRestriction.LOGIN)
    if visitor == "member":
        client.force_login(make_member().user)
    elif visitor == "editor":
        client.force_login(get_user_model().objects.create_superuser("editrice@example.org"))

    answer = client.get(f"{event.url}?embed")

    assert answer.status_code == 404
    assert "Entre nous" not in answer.text
    assert client.get("/oembed/", {"url": event.full_url}).status_code == 404
    assert "oembed" not in client.get(event.url).text
    assert "Entre nous" not in client.get(f"{make_agenda().url}?embed").text


def test_a_member_sees_in_the_frame_what_everybody_sees(client, partner):
    event = make_event()
    anonymous = client.get(f"{event.url}?embed").content
    client.force_login(make_member().user)

    assert client.get(f"{event.url}?embed").content == anonymous


@pytest.mark.parametrize("kind", KINDS)
def test_oembed_gives_the_code_of_the_frame_and_the_page_announces_it(client, partner, kind):
    page = make_page(kind)
    found = client.get(page.url).text.split('type="application/json+oembed"')[1].split('href="')[1]
    address = found.split('"')[0].replace("&amp;", "&")

    answer = client.get(address.removeprefix("http://localhost"))
    described = json.loads(answer.content)

    assert (described["version"], described["type"]) == ("1.0", "rich")
    assert described["title"] == page.title
    assert f'src="{page.full_url}?embed"' in described["html"]
    assert (described["width"], described["height"]) == (600, 480)
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_oembed_keeps_the_sizes_that_are_asked_for(client, partner):
    event = make_event()

    answer = client.get("/oembed/", {"url": event.full_url, "maxwidth": "320", "maxheight": "9000"})

    assert (answer.json()["width"], answer.json()["height"]) == (320, 480)
    assert 'width="320"' in answer.json()["html"]


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ({}, 404),
        ({"url": "https://elsewhere.example/agenda/"}, 404),
        ({"url": "http://localhost/agenda/absent/"}, 404),
        ({"url": "http://localhost/"}, 404),
        ({"url": "http://[localhost/agenda/"}, 404),
        ({"url": "http://localhost/agenda/", "format": "xml"}, 501),
        ({"url": "http://localhost/agenda/", "maxwidth": "large"}, 400),
        ({"url": "http://localhost/agenda/", "maxheight": "-3"}, 400),
    ],
)
def test_oembed_refuses_what_is_not_ours_or_cannot_be_read(client, partner, parameters, status):
    assert client.get("/oembed/", parameters).status_code == status


def test_a_title_cannot_leave_the_attribute_of_the_code(client, partner):
    event = make_event(title='"><script>alert(1)</script>')

    code = client.get("/oembed/", {"url": event.full_url}).json()["html"]

    assert "<script>" not in code


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://www.ville.fr/agenda/?page=2", ["https://www.ville.fr"]),
        (" https://Ville.fr \n\nhttps://ville.fr/ ", ["https://ville.fr"]),
        ("https://ville.fr:8443", ["https://ville.fr:8443"]),
        ("", []),
    ],
)
def test_addresses_of_partners_are_kept_as_origins(typed, kept):
    settings = SiteSettings(site=Site.objects.get(), partner_sites=typed)

    settings.clean()

    assert settings.partner_origins == kept


@pytest.mark.parametrize(
    "typed", ["www.ville.fr", "http://ville.fr", "https://ville.fr;script-src *", "https://*", "https://ville", "https://a@ville.fr"]
)  # fmt: skip
def test_anything_else_is_refused_with_a_sentence(typed):
    settings = SiteSettings(site=Site.objects.get(), partner_sites=typed)

    with pytest.raises(ValidationError) as refusal:
        settings.clean()

    assert "Écrivez-la comme https://www.ville.fr." in str(refusal.value)


@pytest.mark.parametrize("kind", KINDS)
def test_a_frame_asks_few_queries(partner, kind, django_assert_max_num_queries):
    page = make_page(kind)
    if kind == "agenda":
        for _time in range(20):
            make_event()

    with django_assert_max_num_queries(14):
        Client().get(f"{page.url}?embed")
