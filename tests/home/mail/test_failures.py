"""Errors of sending: the meaning of each, and how it is said to staff."""

import smtplib
import socket
import ssl
from typing import Any

import pytest
import requests
from anymail.exceptions import AnymailRequestsAPIError

from home.mail.failures import failure_of
from home.mail.smtp import AnswerLost
from home.models.mail import Reason, Retry


def refused(code: int, words: str) -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({"a@example.org": (code, words.encode())})


def data(code: int, words: str) -> smtplib.SMTPDataError:
    return smtplib.SMTPDataError(code, words.encode())


def provider(status: int, words: str = "") -> AnymailRequestsAPIError:
    response = requests.Response()
    response.status_code = status
    response._content = words.encode()
    return AnymailRequestsAPIError("…", status_code=status, response=response)


def posting(kind: type[Exception], *arguments: Any) -> Exception:
    """Return an error of Anymail as it raises it: of its own class and of the one of requests."""
    both = type("AnymailRequestsAPIError", (AnymailRequestsAPIError, kind), {})
    error = both("Error posting")
    error.__cause__ = kind(*arguments)
    return error


@pytest.mark.parametrize(
    "error",
    [
        data(550, "5.7.1 too many emails sent"),
        data(554, "5.7.0 The limit on the number of allowed outgoing messages was exceeded."),
        data(550, "5.4.5 Daily user sending limit exceeded."),
        data(550, "Rate limit reached"),
        data(552, "5.7.1 Vous avez atteint la limite : quota dépassé"),
        data(550, "Trop de messages, réessayez demain"),
        data(454, "Throttling failure: Maximum sending rate exceeded."),
        data(421, "4.7.0 Too many messages, slow down"),
        refused(450, "4.7.1 quota exceeded"),
        smtplib.SMTPSenderRefused(550, b"5.7.1 hourly email limit exceeded", "site@example.org"),
        smtplib.SMTPAuthenticationError(451, b"Maximum credits exceeded"),
        provider(429),
        provider(402, '{"code":"not_enough_credits"}'),
        provider(403, "Account sending limit reached"),
    ],
)
def test_a_quota_is_tried_again_for_as_long_as_it_takes(error: Exception) -> None:
    failure = failure_of(error)

    assert (failure.reason, failure.retry) == (Reason.QUOTA, Retry.ENDLESS)


@pytest.mark.parametrize(
    ("error", "reason", "retry"),
    [
        (refused(550, "5.1.1 unknown user"), Reason.ADDRESS, Retry.NEVER),
        (data(554, "5.7.1 looks like spam"), Reason.REJECTED, Retry.NEVER),
        (data(552, "5.3.4 Message size exceeds fixed limit"), Reason.REJECTED, Retry.NEVER),
        (refused(552, "5.2.2 mailbox over quota"), Reason.LATER, Retry.BOUNDED),
        (data(451, "4.3.0 plus tard"), Reason.LATER, Retry.ENDLESS),
        (refused(450, "greylisted"), Reason.LATER, Retry.ENDLESS),
        (smtplib.SMTPAuthenticationError(535, b"bad"), Reason.ACCESS, Retry.BOUNDED),
        (provider(401), Reason.ACCESS, Retry.BOUNDED),
        (provider(503), Reason.LATER, Retry.BOUNDED),
        (provider(422, "bad sender"), Reason.REJECTED, Retry.NEVER),
        (posting(requests.ConnectTimeout), Reason.UNREACHABLE, Retry.BOUNDED),
        (
            posting(requests.ConnectionError, ConnectionRefusedError()),
            Reason.UNREACHABLE,
            Retry.BOUNDED,
        ),
        (AnswerLost(), Reason.INTERRUPTED, Retry.NEVER),
        (posting(requests.ReadTimeout), Reason.INTERRUPTED, Retry.NEVER),
        (posting(requests.ConnectionError, "reset"), Reason.INTERRUPTED, Retry.NEVER),
        (smtplib.SMTPServerDisconnected("x"), Reason.UNREACHABLE, Retry.BOUNDED),
        (OSError(), Reason.UNREACHABLE, Retry.BOUNDED),
        (KeyError("x"), Reason.UNEXPECTED, Retry.BOUNDED),
    ],
)
def test_other_errors_are_told_apart(error: Exception, reason: Reason, retry: Retry) -> None:
    failure = failure_of(error)

    assert (failure.reason, failure.retry) == (reason, retry)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            refused(550, "5.1.1 unknown\r\nuser"),
            "Refusé. Réponse\u00a0: 550 «\u00a05.1.1 unknown user\u00a0».",
        ),
        (
            data(550, "too many emails"),
            "Trop de messages pour l’instant. Réponse\u00a0: 550 «\u00a0too many emails\u00a0».",
        ),
        (ConnectionRefusedError(), "Le serveur d’envoi ne répond pas (connexion refusée)."),
        (TimeoutError(), "Le serveur d’envoi ne répond pas (délai dépassé)."),
        (socket.gaierror(-2, "x"), "Le serveur d’envoi ne répond pas (nom introuvable)."),
        (
            ssl.SSLError(),
            "Le serveur d’envoi ne répond pas (la connexion chiffrée n’aboutit pas).",
        ),
        (provider(429), "Trop de messages pour l’instant. Réponse\u00a0: 429."),
    ],
)
def test_staff_read_french_and_the_words_of_the_server(error: Exception, sentence: str) -> None:
    assert failure_of(error).sentence == sentence


def test_no_sentence_shows_the_name_of_an_error(caplog: pytest.LogCaptureFixture) -> None:
    sentence = failure_of(KeyError("adresse")).sentence

    assert "KeyError" not in sentence
    assert "adresse" not in sentence
    assert "KeyError" in caplog.text
