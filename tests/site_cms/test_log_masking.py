"""Masking of secret URLs in logs and error reports."""

import logging
import sys
from io import StringIO

import pytest
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client

from site_cms.log_masking import MaskingFormatter, RefusalFilter, masked, masked_event
from tests.builders import make_home, make_member

TOKEN = "Xy7-kQ_2mB9vR4tL8wZ1cN6p"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Not Found: /inscriptions/{TOKEN}/", "Not Found: /inscriptions/…/"),
        (f"/rejoindre/confirmer/{TOKEN}/", "/rejoindre/confirmer/…/"),
        (f'"GET /lettre/confirmer/{TOKEN}/ HTTP/1.1"', '"GET /lettre/confirmer/…/ HTTP/1.1"'),
        (
            f"https://a.fr/compte/mot-de-passe/cle/3-{TOKEN}/",
            "https://a.fr/compte/mot-de-passe/cle/…/",
        ),
        ("/recherche/?q=maladie", "/recherche/?…"),
        (
            "/actualites/retour-sur-la-deuxieme-journee/",
            "/actualites/retour-sur-la-deuxieme-journee/",
        ),
        ("Vraiment ? Oui.", "Vraiment ? Oui."),
    ],
)
def test_tokens_and_query_strings_are_masked(text, expected):
    """A49."""
    assert masked(text) == expected


def test_a_line_of_the_log_is_masked_with_its_traceback():
    try:
        raise ValueError(f"/inscriptions/{TOKEN}/")
    except ValueError:
        record = logging.LogRecord(
            "site", logging.ERROR, "", 0, "Failed: %s", (f"/inscriptions/{TOKEN}/",), sys.exc_info()
        )

    assert TOKEN not in MaskingFormatter("%(message)s").format(record)


def test_an_error_report_has_no_form_data_or_cookies():
    """A49."""
    event = {
        "request": {
            "url": f"https://a.fr/inscriptions/{TOKEN}/",
            "query_string": "q=maladie",
            "data": {"name": "Ada"},
            "cookies": "sessionid=1",
            "env": {"REMOTE_ADDR": "192.0.2.1"},
            "method": "POST",
        },
        "breadcrumbs": {"values": [{"message": f"/inscriptions/{TOKEN}/"}]},
    }

    assert masked_event(event, {}) == {
        "request": {"url": "https://a.fr/inscriptions/…/", "method": "POST"},
        "breadcrumbs": {"values": [{"message": "/inscriptions/…/"}]},
    }


@pytest.mark.django_db
def test_a_crashing_log_in_logs_neither_password_nor_address(monkeypatch):
    """A49: there is no other handler, and no e-mail to ADMINS."""

    def fail(*words):
        raise RuntimeError("broken")

    make_home()
    make_member(email="membre@example.org", password="demonstration")
    monkeypatch.setattr(MD5PasswordHasher, "encode", fail)
    written = logging.StreamHandler(StringIO())
    written.setFormatter(MaskingFormatter(settings.LOGGING["formatters"]["line"]["format"]))
    logging.getLogger().addHandler(written)
    try:
        answer = Client(raise_request_exception=False).post(
            "/compte/connexion/?next=/membres/secret/",
            {"login": "membre@example.org", "password": "demonstration"},
        )
    finally:
        logging.getLogger().removeHandler(written)

    text = written.stream.getvalue()
    assert answer.status_code == 500
    assert "RuntimeError: broken" in text
    assert [word for word in ("demonstration", "membre@", "secret") if word in text] == []
    handlers = {handler["class"] for handler in settings.LOGGING["handlers"].values()}
    assert handlers == {"logging.StreamHandler"}
    assert settings.ADMINS == []


@pytest.mark.parametrize(("status", "traced"), [(400, False), (403, False), (500, True)])
def test_a_refused_request_is_one_line_and_a_fault_has_its_traceback(status, traced):
    try:
        raise ValueError("nonsense")
    except ValueError:
        error = sys.exc_info()
    record = logging.LogRecord("django.request", 30, "", 1, "Bad Request: /x/", (), error)
    record.status_code = status

    assert RefusalFilter().filter(record)

    assert ("Traceback" in MaskingFormatter().format(record)) is traced
