"""Fixtures: the members' section and a member."""

import pytest

from home.models import StandardPage
from tests.builders import make_member, make_members_page


@pytest.fixture
def section():
    section = make_members_page()
    section.add_child(instance=StandardPage(title="Réservée", slug="reservee"))
    return section


@pytest.fixture
def member():
    return make_member(first_name="Awa", last_name="Membre", email="awa@example.org")


@pytest.fixture
def member_client(client, member):
    client.force_login(member.user)
    return client
