"""Attack A17: mail bombing. Messages to an address that others type, and alerts to the team."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from events.models import Registration
from home.forms import rate_limits
from tests.builders import NOW, make_event, make_home, make_join_page, make_member
from tests.events.visitor import fill

pytestmark = pytest.mark.django_db

CODE, RESET, LETTER, JOIN = (
    "/compte/connexion/code/",
    "/compte/mot-de-passe/oublie/",
    "/lettre/",
    "/rejoindre/",
)
HOME, ELSEWHERE = "198.51.100.7", "203.0.113.9"
PERSON = {"first_name": "Ada", "last_name": "Exemple", "reason": "Apprendre", "charter": "on"}


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    make_home()
    make_join_page()
    make_member(email="membre@example.org", password="demonstration")
    return time_machine


def ask(path, email="membre@example.org", *, network=ELSEWHERE, browser=None):
    return (browser or Client(REMOTE_ADDR=network)).post(path, {"email": email})


def test_a_forgotten_password_sends_one_message_per_quarter_of_an_hour_and_five_a_day(
    outbox, clock
):
    """A17, members 20: for any spelling of the address."""
    for typed in ("membre@example.org", "MEMBRE@example.org", " Membre@Example.org "):
        ask(RESET, typed)
    answers = [ask(RESET) for _post in range(25)]
    counts = [len(outbox())]
    for _quarter in range(10):
        clock.shift(15 * 60)
        ask(RESET)
        counts.append(len(outbox()))

    assert [one.status_code for one in answers] == [302] * 2 + [429] * 23
    assert "Attendez une minute" in answers[-1].content.decode()
    assert counts == [1, 2, 3, 4, 5, 5, 5, 5, 5, 5, 5]


def test_a_browser_that_asks_again_for_a_code_gets_three_messages_in_a_quarter_of_an_hour(
    sent, clock
):
    """A17: then it is told to wait; after the quarter of an hour another code is sent, and opens."""
    browser = Client(REMOTE_ADDR=HOME)
    answers = [ask(CODE, browser=browser) for _post in range(25)]
    first = len(sent)
    clock.shift(15 * 60 + 1)
    ask(CODE, browser=browser)
    code = re.search(r"^[A-Z]{4}-[A-Z]{4}$", sent[-1].body, re.MULTILINE).group()
    browser.post(f"{CODE}saisie/", {"code": code})

    assert [one.status_code for one in answers] == [302] * 3 + [429] * 22
    assert {one["Location"] for one in answers[:3]} == {f"{CODE}saisie/"}
    assert (first, len(sent)) == (3, 4)
    assert "_auth_user_id" in browser.session


@pytest.mark.parametrize("email", ["membre@example.org", "inconnue@example.org"])
def test_codes_for_one_address_are_few_and_others_cannot_use_up_the_owners(outbox, clock, email):
    """A17, members 18, members 20: three per quarter of an hour and ten a day per network, thirty a day in all."""
    answers = [ask(CODE, email) for _post in range(25)]
    for _quarter in range(8):
        clock.shift(15 * 60)
        answers += [ask(CODE, email) for _post in range(4)]
    own = ask(CODE, email, network=HOME)
    for number in range(30):
        last = ask(CODE, email, network=f"192.0.2.{number}")

    assert [one.status_code for one in answers].count(302) == 10
    assert answers[24].status_code == 429
    assert "Attendez un quart d’heure" in answers[24].content.decode()
    assert (own.status_code, last.status_code) == (302, 429)
    assert len(outbox()) == (30 if email == "membre@example.org" else 0)


@pytest.mark.parametrize(("path", "extra"), [(LETTER, {"consent": "on"}), (JOIN, PERSON)])
def test_an_address_gets_five_messages_a_day_from_a_form(outbox, clock, path, extra):
    """A17: one per quarter of an hour, five a day."""
    data = {"email": "victime@example.org", **extra}
    for _quarter in range(10):
        answer = Client().post(path, data)
        clock.shift(15 * 60)

    assert answer.status_code == 303
    assert len(outbox()) == 5


@pytest.mark.parametrize(("path", "extra"), [(LETTER, {"consent": "on"}), (JOIN, PERSON)])
def test_a_network_may_send_a_form_a_hundred_times_an_hour(clock, path, extra):
    """A17: for all addresses together; posts of robots count too."""
    browser = Client(REMOTE_ADDR=HOME)
    statuses = []
    for _post in range(110):
        clock.shift(2)
        statuses.append(browser.post(path, {"sujet_libre": "x", **extra}).status_code)

    assert statuses == [200] * 100 + [429] * 10


@pytest.mark.parametrize(
    ("path", "form", "extra"),
    [(LETTER, "lettre", {"consent": "on"}), (JOIN, "rejoindre", PERSON)],
)
def test_the_fuse_of_a_form_that_writes_to_strangers_closes_it_for_the_hour(
    outbox, clock, django_user_model, path, form, extra
):
    """A17: with a new network and a new address each time. The team is alerted once an hour."""
    django_user_model.objects.create_superuser("admin@example.org")
    for _post in range(199):
        assert rate_limits.too_many_for_everyone(form) is False

    last = Client().post(path, extra | {"email": "derniere@example.org"})
    closed = [Client().post(path, extra | {"email": f"n{one}@example.org"}) for one in range(3)]

    assert (last.status_code, [one.status_code for one in closed]) == (303, [429] * 3)
    assert "Attendez une heure" in closed[0].content.decode()
    assert closed[0]["Retry-After"] == "3600"
    [_letter, alert] = outbox()
    assert (alert.recipient, alert.kind) == ("admin@example.org", "trop de demandes")
    assert f"formulaire «\u00a0{form}\u00a0»" in alert.subject
    clock.shift(60 * 60)
    assert Client().post(path, extra | {"email": "apres@example.org"}).status_code == 303


@pytest.mark.parametrize(
    ("path", "form"), [(CODE, "code de connexion"), (RESET, "mot de passe oublié")]
)
def test_the_fuse_of_a_log_in_alerts_the_team_and_closes_nothing(
    outbox, django_user_model, path, form
):
    """A17: otherwise an attacker could lock everyone out. Known and unknown addresses count alike."""
    django_user_model.objects.create_superuser("admin@example.org")
    for _post in range(199):
        rate_limits.too_many_for_everyone(form)

    unknown = [ask(path, f"inconnue-{one}@example.org").status_code for one in range(2)]
    known = ask(path).status_code

    assert (unknown, known) == ([302, 302], 302)
    assert sorted((row.recipient, row.kind) for row in outbox()) == [
        ("admin@example.org", "trop de demandes"),
        ("membre@example.org", form),
    ]


def test_a_rush_of_registrations_raises_an_alert_and_none_is_refused(
    outbox, clock, client, django_user_model
):
    """A17: the fuse never stops a registration."""
    django_user_model.objects.create_superuser("admin@example.org")
    event = make_event()
    for _post in range(1000):
        rate_limits.too_many_for_everyone("inscription", 1000)

    answer = client.post(event.url, fill(client, event, clock))

    assert (answer.status_code, Registration.objects.count()) == (303, 1)
    assert {row.kind for row in outbox()} == {"inscription confirmée", "trop de demandes"}


def test_the_alert_goes_only_to_those_who_may_view_the_outbox(outbox, django_user_model):
    """A17: moderators, not members."""
    make_member(email="autre@example.org")
    editor = make_member(email="editrice@example.org").user
    editor.user_permissions.add(Permission.objects.get(codename="view_outgoingemail"))
    for _post in range(203):
        rate_limits.too_many_for_everyone("lettre")

    assert [row.recipient for row in outbox()] == ["editrice@example.org"]
    assert "plus de 200 demandes" in outbox()[0].text


def test_a_new_address_gets_one_message_per_quarter_of_an_hour_from_all_members(outbox, clock):
    """A17: by members too."""
    counts = []
    for minutes in (0, 4, 10, 2):
        clock.shift(minutes * 60)
        for number in range(2):
            member = make_member(email=f"m{len(counts)}-{number}@example.org")
            browser = Client()
            browser.force_login(member.user)
            claim = {"email": "victime@example.org", "action_add": ""}
            assert browser.post("/compte/adresse/", claim).status_code == 302
        counts.append(sum(row.recipient == "victime@example.org" for row in outbox()))

    assert counts == [1, 1, 1, 2]
