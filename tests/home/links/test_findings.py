"""The meaning of answers, and of several nights together."""

import ssl
from datetime import date, timedelta

import pytest

from home.links.destinations import NoSuchName, Refused
from home.links.exchange import Reply
from home.links.findings import (
    Finding,
    by_hand,
    failing,
    finding_of_error,
    finding_of_move,
    finding_of_status,
    note,
    says_absent,
)
from home.models.links import AddressState, ExternalAddress

DAY = date(2026, 6, 1)
MOVED = Finding(AddressState.MOVING, "", "https://example.org/b")


def after(*findings: Finding | None) -> ExternalAddress:
    """Return the row after a finding a night."""
    row = ExternalAddress(address="https://example.org/a")
    for number, finding in enumerate(findings):
        if finding:
            note(row, finding, on=DAY + timedelta(days=number))
    return row


def test_three_failures_on_three_days_are_a_broken_link():
    bad, good = failing("La page a disparu."), Finding(AddressState.GOOD)
    twice = after(bad, bad)
    note(twice, bad, on=DAY + timedelta(days=1))

    assert twice.state == "failing"
    assert after(bad, bad, bad).state == "broken"
    assert after(bad, bad, bad, bad).first_day == DAY
    assert after(bad, None, bad, bad).state == "broken"
    assert after(bad, bad, good, bad).state == "failing"
    assert after(bad, bad, bad, good).state == "good"


def test_the_same_redirect_on_three_days_is_a_proposal():
    other = Finding(AddressState.MOVING, "", "https://example.org/c")

    assert after(MOVED, MOVED).state == "moving"
    assert after(MOVED, MOVED, other).state == "moving"
    assert after(MOVED, MOVED, MOVED).state == "moved"
    assert after(MOVED, MOVED, MOVED, MOVED).new_address == "https://example.org/b"


def test_what_only_a_person_can_judge_is_told_at_once():
    assert after(by_hand("Le site refuse.")).state == "by_hand"
    assert [status for status in range(400, 600) if finding_of_status(status) == by_hand(
        f"Le site refuse de répondre à un robot ({status}).")][:2] == [400, 401]  # fmt: skip
    assert finding_of_status(403).state == finding_of_status(429).state == "by_hand"
    assert finding_of_status(404).state == finding_of_status(503).state == "failing"
    assert finding_of_status(200) is None


def certificate(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError("refused")
    error.verify_code = code
    return error


@pytest.mark.parametrize(
    ("error", "state", "words"),
    [
        (certificate(10), "failing", "expiré"),
        (certificate(62), "failing", "autre site"),
        (certificate(99), "failing", "certificat"),
        (ssl.SSLError("x"), "failing", "connexion sécurisée"),
        (TimeoutError(), "by_hand", "dix secondes"),
        (NoSuchName(), "failing", "nom"),
        (ConnectionRefusedError(), "failing", "ne répond pas"),
        (Refused("Jamais."), "by_hand", "Jamais."),
    ],
)
def test_an_error_is_named_in_french(error, state, words):
    found = finding_of_error(error)

    assert found.state == state
    assert words in found.reason


def test_a_title_that_says_absent_is_found_in_any_charset():
    def page(title: str, charset: str) -> Reply:
        return Reply(
            200, "", f"text/html; charset={charset}", f"<title>{title}</title>".encode(charset)
        )

    assert says_absent(page("Page introuvable", "utf-8"))
    assert says_absent(
        Reply(200, "", "text/html; charset=nul", b"<title>\nErreur&#32;404 </title>")
    )
    assert not says_absent(page("Le budget de 1404 habitants", "utf-8"))


def test_a_redirect_to_the_home_page_is_no_new_address():
    assert finding_of_move("https://a.fr/b", "https://a.fr/").state == "by_hand"
    assert finding_of_move("http://a.fr/", "https://www.a.fr/").new_address == "https://www.a.fr/"
    assert finding_of_move("http://a.fr/b", "https://a.fr/b") == Finding(
        AddressState.MOVING, "Le site a changé l’adresse de cette page.", "https://a.fr/b"
    )
