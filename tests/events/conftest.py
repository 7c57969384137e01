"""Fixtures of the events' tests: a fixed clock, members and staff."""

from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client

from home.access import MEMBERS_GROUP
from tests.builders import NOW


@pytest.fixture
def clock():
    """Freeze time at NOW, before any post; `clock.shift(seconds)` moves it forward."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def member(client: Client) -> Any:
    user = get_user_model().objects.create_user(
        "membre@example.org", first_name="Dominique", last_name="Exemple"
    )
    user.groups.add(Group.objects.get_or_create(name=MEMBERS_GROUP)[0])
    return user


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(get_user_model().objects.create_superuser("admin@example.org"))
    return client


@pytest.fixture
def somebody() -> Any:
    """A colleague of `admin`."""
    return get_user_model().objects.create_superuser("animatrice@example.org")
