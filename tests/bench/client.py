"""Requests to the site, in this process or in a new one, and query counts."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def in_a_new_process(work: Callable[..., Any], *arguments: Any) -> Any:
    """Run `work` in a forked process that has loaded the code but has no cached queries or templates."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as fresh:
        return fresh.submit(work, *arguments).result()


def visitor(email: str = "") -> Client:
    """Return an anonymous client, or one logged in with this e-mail address."""
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


def run_waiting_tasks() -> None:
    """Do what the workers of a running site would have done by now."""
    call_command(
        "db_worker",
        queue_name="*",
        batch=True,
        interval=0,
        startup_delay=False,
        verbosity=0,
    )


def count_queries(address: str, email: str = "") -> int:
    """Count the queries of one request, without those of the log-in."""
    cache.clear()
    client = visitor(email)
    with CaptureQueriesContext(connection) as captured:
        ask_as(client, address)
    return len(captured)
