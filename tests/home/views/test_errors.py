"""Pages for visitors while something on our side does not work (faults 20 and 21)."""

from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client
from wagtail.models import Page

GONE = OperationalError("server closed the connection unexpectedly")
LOCKED = OperationalError("database is locked")
CLOSED = InterfaceError("connection already closed")


@pytest.fixture
def ask(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that asks for a page whose address raises this error."""

    def ask_for_page(error: Exception) -> Any:
        def fail(*_args: Any) -> None:
            raise error

        client.raise_request_exception = False
        monkeypatch.setattr(Page, "route_for_request", staticmethod(fail))
        return client.get("/a/page/")

    return ask_for_page


@pytest.mark.parametrize("error", [GONE, LOCKED, CLOSED], ids=str)
def test_without_database_the_page_says_to_come_back(ask, error):
    answer = ask(error)

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "Le site est momentanément indisponible" in answer.text
    assert "puis envoyez-le de nouveau" in answer.text
    assert "Quelque chose" not in answer.text


@pytest.mark.parametrize("error", [OperationalError("no such table: x"), KeyError("x")], ids=str)
def test_a_fault_of_the_site_is_said_to_be_one(ask, error):
    answer = ask(error)

    assert answer.status_code == 500
    assert "Quelque chose s’est cassé de notre côté" in answer.text
