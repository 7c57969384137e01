"""The message of Monday: at 8:00 in Paris, once, to people of the team who have something to do and want it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from directory.admin.monday import write_on_monday
from directory.models import JoinRequest, User
from home.access import ANIMATION_GROUP, AUTHORS_GROUP
from home.models import OutgoingEmail
from site_cms.site_tree import ensure_site
from tests.builders import make_event, make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_down")]

#: 8:00 in Paris on a Monday in summer, in winter, and after each change of the clocks.
MONDAYS = [
    datetime(2026, 6, 1, 6, tzinfo=UTC),
    datetime(2026, 11, 30, 7, tzinfo=UTC),
    datetime(2026, 3, 30, 6, tzinfo=UTC),
    datetime(2026, 10, 26, 7, tzinfo=UTC),
]
MONDAY = MONDAYS[0]
MINUTE = timedelta(minutes=1)


def make_person(name: str, group: str, **fields: Any) -> User:
    user = User.objects.create_user(f"{name}@example.org", **fields)
    user.groups.add(Group.objects.get(name=group))
    return user


@pytest.fixture
def team(time_machine: Any) -> None:
    """Two people, and a request to join that only one of them may read."""
    time_machine.move_to(MONDAY, tick=False)
    ensure_site()
    make_person("animation", ANIMATION_GROUP)
    make_person("redaction", AUTHORS_GROUP)
    make_member()
    JoinRequest.objects.create(
        first_name="Léa", last_name="Roux", email="lea@example.org", charter_version="1",
        state="confirmed", confirmed_at=MONDAY - timedelta(days=1),
    )  # fmt: skip


def told() -> list[str]:
    rows = OutgoingEmail.objects.filter(kind="message du lundi").order_by("recipient")
    return list(rows.values_list("recipient", flat=True))


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("monday", MONDAYS)
def test_it_leaves_on_monday_at_eight_in_paris(time_machine, monday):
    steps = []
    for moment in (monday - MINUTE, monday, monday + MINUTE, monday + timedelta(days=1)):
        time_machine.move_to(moment, tick=False)
        write_on_monday(moment)
        steps.append(told())

    assert steps == [[], *[["animation@example.org"]] * 3]


@pytest.mark.usefixtures("team")
def test_the_next_week_has_its_own(time_machine):
    for moment in (MONDAY, MONDAY + timedelta(days=7)):
        time_machine.move_to(moment, tick=False)
        write_on_monday(moment)

    assert told() == ["animation@example.org"] * 2


@pytest.mark.usefixtures("team")
def test_each_person_reads_what_their_rights_cover():
    make_event(title="Forum des marges", starts_at=MONDAY + timedelta(days=2))

    write_on_monday(MONDAY)

    bodies = {
        row.recipient: row.text for row in OutgoingEmail.objects.filter(kind="message du lundi")
    }
    assert {
        who: ("Forum des marges" in text, "Léa Roux" in text) for who, text in bodies.items()
    } == {
        "animation@example.org": (True, True),
        "redaction@example.org": (True, False),
    }
    assert bodies["animation@example.org"].count("/admin/directory/joinrequest/inspect/") == 1


@pytest.mark.usefixtures("team", "wagtail_templates")
def test_a_box_in_the_account_stops_it(time_machine):
    client = Client()
    client.force_login(User.objects.get(email="animation@example.org"))
    form = {
        "lundi-monday_message": "",
        "locale-current_time_zone": "Europe/Paris",
        "theme-theme": "system",
        "theme-contrast": "system",
        "theme-density": "default",
        "name_email-first_name": "Anim",
        "name_email-last_name": "Essai",
        "name_email-email": "animation@example.org",
    }

    shown = client.get("/admin/account/").content.decode()
    saved = client.post("/admin/account/", form)
    write_on_monday(MONDAY)

    assert "recevoir le message du lundi" in shown.lower()
    assert saved.status_code == 302
    assert told() == []


@pytest.mark.usefixtures("team")
def test_nobody_else_is_written_to():
    """Neither closed accounts nor members, even with something to do."""
    User.objects.filter(email="animation@example.org").update(is_active=False)

    write_on_monday(MONDAY)

    assert told() == []
