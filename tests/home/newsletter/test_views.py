import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from home.models import Consent, Subscriber
from home.newsletter import subscriptions
from home.newsletter.links import confirmation_token, leaving_token
from tests.builders import make_home

pytestmark = pytest.mark.django_db

ADDRESS = "elise@example.org"
HEADERS = {
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",
}


@pytest.fixture(autouse=True)
def _site() -> None:
    cache.clear()
    make_home()


def post(client: Client, **data: str) -> Any:
    """Post the form as soon as it is shown, as a browser that fills it in does."""
    values = {"email": ADDRESS, "consent": "on", **data}
    return client.post("/lettre/", {name: value for name, value in values.items() if value})


def signature(answer: Any) -> tuple[Any, ...]:
    return answer.status_code, answer["Location"], answer.content


def test_a_subscriber_gets_the_same_response_as_an_unknown_address(client: Client) -> None:
    """members 18, A16: the same form and thanks for all; only the e-mail differs."""
    subscriber = make_subscriber(client)
    leaver = "partie@example.org"
    subscriptions.subscribe(email=leaver, source="/lettre/", at=timezone.now())
    shown = []
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        for address in (subscriber.email, leaver, "inconnue@example.org"):
            visitor = Client()
            answer = post(visitor, email=address)
            thanks = visitor.get(answer["Location"]).content
            shown.append((*signature(answer), re.sub(rb'value="[\w-]{64}"', b"", thanks)))

    assert shown[0] == shown[1] == shown[2]


def test_letter_sends_a_confirmation_request_with_the_same_response_for_all(
    client: Client, sent: list
) -> None:
    unknown = post(client, email="\u200b Ada@Example.org\u00a0")
    known = post(client, email="\u200b Ada@Example.org\u00a0")
    other = post(client, email=ADDRESS)

    assert signature(unknown) == (303, "/lettre/merci/", b"")
    assert signature(known) == signature(other) == signature(unknown)
    assert [message.to for message in sent] == [["ada@example.org"], [ADDRESS]]
    assert Consent.objects.first().source == "/lettre/"
    assert "confirmer" in client.get("/lettre/merci/").content.decode()


def test_letter_consent_is_not_ticked_beforehand(client: Client) -> None:
    page = client.get("/lettre/").content.decode()

    assert "checked" not in page
    assert 'name="consent"' in page


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"email": "a@b"}, "Saisissez une adresse e-mail valide"),
        ({"email": f"{ADDRESS}\nBcc: x@y.fr"}, "Saisissez une adresse e-mail valide"),
        ({"email": ""}, "Saisissez votre adresse e-mail."),
        ({"consent": ""}, "Cochez la case pour recevoir la lettre."),
    ],
)
def test_letter_refuses_with_a_message(
    client: Client, sent: list, data: dict[str, str], sentence: str
) -> None:
    answer = post(client, **data)

    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert (Subscriber.objects.count(), sent) == (0, [])


def test_letter_keeps_the_address_when_the_box_is_not_ticked(client: Client) -> None:
    assert f'value="{ADDRESS}"' in post(client, consent="").content.decode()


def test_letter_asks_to_tick_a_box_when_the_trap_is_filled_and_keeps_the_address(
    client: Client, sent: list
) -> None:
    """members 31."""
    asked = post(client, sujet_libre="x")
    written = (Subscriber.objects.count(), list(sent))
    ticked = post(client, sujet_libre="x", pas_un_robot="on")

    assert asked.status_code == 200
    assert "Je ne suis pas un robot" in asked.content.decode()
    assert f'value="{ADDRESS}"' in asked.content.decode()
    assert written == (0, [])
    assert signature(ticked) == (303, "/lettre/merci/", b"")
    assert [message.to for message in sent] == [[ADDRESS]]


def test_someone_who_leaves_and_comes_back_at_once_gets_a_link_that_works(
    client: Client, sent: list
) -> None:
    """The link sent before is dead, so the limit of a quarter of an hour would leave no way back."""
    subscriber = make_subscriber(client)
    client.post(f"/lettre/quitter/{leaving_token(subscriber)}/")

    post(client)

    [link] = re.findall(r"http://localhost:8000(/lettre/confirmer/\S+)", sent[-1].body)
    client.post(link)
    assert Subscriber.objects.active().exists()


def test_the_button_of_a_mailed_link_needs_neither_cookie_nor_csrf_token(sent: list) -> None:
    post(Client())
    [link] = re.findall(r"http://localhost:8000(/lettre/confirmer/\S+)", sent[0].body)
    browser = Client(enforce_csrf_checks=True, headers={"Origin": "null"})

    assert browser.post(link).status_code == 200
    assert Subscriber.objects.active().exists()


def test_twenty_five_posts_for_one_address_send_one_message_and_then_get_429(
    client: Client, sent: list
) -> None:
    """members 20, A17."""
    with time_machine.travel("2026-06-01 10:00:15+00:00", tick=False):
        data = {"email": ADDRESS, "consent": "on"}
        answers = [client.post("/lettre/", data) for _ in range(25)]

    assert [answer.status_code for answer in answers] == [303] * 5 + [429] * 20
    assert "Attendez une minute" in answers[-1].content.decode()
    assert answers[-1]["Retry-After"] == "60"
    assert len(sent) == 1


def test_confirmation_needs_a_post_and_not_only_a_visit(client: Client, sent: list) -> None:
    post(client)
    [link] = re.findall(r"http://localhost:8000(/lettre/confirmer/\S+)", sent[0].body)

    visits = [client.get(link), client.head(link), client.get(link)]

    assert [visit.status_code for visit in visits] == [200] * 3
    assert list(Subscriber.objects.active()) == []
    assert {name: visits[0][name] for name in HEADERS} == HEADERS
    assert "Confirmer mon abonnement" in visits[0].content.decode()

    answers = [client.post(link), client.post(link)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [subscriber.email for subscriber in Subscriber.objects.active()] == [ADDRESS]
    assert len(sent) == 2
    assert "Abonnement déjà confirmé" in client.get(link).content.decode()


def make_subscriber(client: Client) -> Subscriber:
    post(client)
    client.post(f"/lettre/confirmer/{confirmation_token(Consent.objects.get())}/")
    return Subscriber.objects.get()


def test_leaving_takes_one_click(client: Client) -> None:
    """A35."""
    subscriber = make_subscriber(client)
    link = f"/lettre/quitter/{leaving_token(subscriber)}/"

    page = client.get(link)

    assert "Me désabonner" in page.content.decode()
    assert {name: page[name] for name in HEADERS} == HEADERS
    assert Subscriber.objects.active().exists()
    assert "Vous ne recevrez plus la lettre" in client.post(link).content.decode()
    assert not Subscriber.objects.active().exists()
    assert "Me désabonner" not in client.get(link).content.decode()


def test_leaving_from_an_email_client_takes_one_click_without_a_cookie(
    client: Client, sent: list
) -> None:
    make_subscriber(client)
    address = sent[-1].extra_headers["List-Unsubscribe"].strip("<>")
    program = Client(enforce_csrf_checks=True)

    answer = program.post(
        address.removeprefix("http://localhost:8000"), {"List-Unsubscribe": "One-Click"}
    )

    assert answer.status_code == 200
    assert not Subscriber.objects.active().exists()
    assert sent[-1].subject == "Vous ne recevrez plus la lettre"


def test_a_forwarded_link_unsubscribes_and_does_nothing_else(client: Client, sent: list) -> None:
    """A48: the token opens no other link, the page shows no address, and the confirmation e-mail has a way back."""
    subscriber = make_subscriber(client)
    token = leaving_token(subscriber)
    stranger = Client()
    doors = [
        "letter_confirm", "join_confirm", "come_back", "confirm_card", "own_registration", "own_erase",
        "own_address_confirm",
    ]  # fmt: skip

    closed = {
        answer.status_code
        for path in [reverse(name, args=[token]) for name in doors]
        for answer in (stranger.get(path), stranger.post(path))
    }
    shown = stranger.get(f"/lettre/quitter/{token}/")
    left = stranger.post(f"/lettre/quitter/{token}/")

    assert closed == {404}
    assert ADDRESS not in shown.content.decode() + left.content.decode()
    assert "_auth_user_id" not in stranger.session
    assert not Subscriber.objects.active().exists()
    assert (sent[-1].to, sent[-1].subject) == ([ADDRESS], "Vous ne recevrez plus la lettre")
    for body in (sent[-1].body, sent[-1].alternatives[0].content):
        [back] = re.findall(r"http://localhost:8000(/lettre/)(?![\w/])", body)
        assert "bonnez-vous de nouveau" in body
        assert stranger.get(back).status_code == 200


@pytest.mark.parametrize("kind", ["confirmer", "quitter"])
@pytest.mark.parametrize("token", ["abc", "MQ:x:y", "%00", "é"])
def test_invalid_links_get_the_same_404_page(client: Client, kind: str, token: str) -> None:
    answers = [client.get(f"/lettre/{kind}/{token}/"), client.post(f"/lettre/{kind}/{token}/")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert "Ce lien n’est plus valable" in answers[0].content.decode()


@pytest.mark.parametrize("method", ["put", "delete"])
def test_other_methods_are_refused(client: Client, method: str) -> None:
    assert getattr(client, method)("/lettre/").status_code == 405


def test_a_mail_server_that_is_down_changes_nothing_for_the_visitor(
    client: Client, mail_down: None, outbox: Callable
) -> None:
    answer = post(client)

    assert signature(answer) == (303, "/lettre/merci/", b"")
    assert [row.state for row in outbox()] == ["failed"]
