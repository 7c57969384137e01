"""Asking the site for one address, in this process or in a new one, and counting what that costs."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def in_a_new_process(work: Callable[..., Any], *arguments: Any) -> Any:
    """A process that has loaded the code and answered nothing: no query, no template, no cache of its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as fresh:
        return fresh.submit(work, *arguments).result()


def visitor(email: str = "") -> Client:
    """Anonymous, or logged in with the account of this address."""
    client = Client(headers={"host": "localhost"})
    if email:
        client.force_login(
            get_user_model().objects.get(email=email),
            backend="django.contrib.auth.backends.ModelBackend",
        )
    return client


def ask(address: str, email: str = "") -> bytes:
    return ask_as(visitor(email), address)


def ask_as(client: Client, address: str) -> bytes:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answers {answer.status_code}.")
    return answer.getvalue()


def count_queries(address: str, email: str = "") -> int:
    """The queries of one request, those of the log-in before it apart."""
    cache.clear()
    client = visitor(email)
    with CaptureQueriesContext(connection) as captured:
        ask_as(client, address)
    return len(captured)
