"""How many files a reader opens to follow what the site does most: those in which a function is entered."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from home.models import OutgoingEmail
from tests.builders import (
    NOW,
    make_document,
    make_event,
    make_member,
    make_members_page,
    make_private_collection,
)
from tests.events.visitor import fill

ROOT = Path(__file__).resolve().parents[1]
APPS = ("site_cms", "home", "events", "directory")


def entered_files(act: Callable[[], Any]) -> list[str]:
    """Our files in which `act` enters a function, the process being warm."""
    act()
    found: set[str] = set()

    def note(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call":
            found.add(frame.f_code.co_filename)

    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(None)
    paths = [Path(name) for name in found if name.startswith(str(ROOT))]
    ours = [path.relative_to(ROOT) for path in paths]
    return sorted(str(path) for path in ours if path.parts[0] in APPS)


@pytest.mark.django_db
def test_a_registration_reaches_its_row_in_the_outbox_through_few_files(client, settings, time_machine):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    time_machine.move_to(NOW)
    event = make_event()
    sent = [fill(client, event, time_machine, email=f"{name}@exemple.fr") for name in ("a", "b")]

    files = entered_files(lambda: client.post(event.url, sent.pop()))

    assert event.registrations.count() == 2
    assert OutgoingEmail.objects.count() == 2
    assert len(files) <= 20, "\n".join(files)


@pytest.mark.django_db
def test_a_search_in_the_directory_goes_through_few_files(client):
    make_members_page()
    client.force_login(make_member(first_name="Awa", last_name="Cherchée").user)
    answers = []

    files = entered_files(lambda: answers.append(client.get("/membres/annuaire/?q=cherchee")))

    assert "Cherchée" in answers[-1].content.decode()
    assert len(files) <= 10, "\n".join(files)


@pytest.mark.django_db
def test_a_private_document_leaves_through_few_files(client):
    make_members_page()
    document = make_document(collection=make_private_collection())
    client.force_login(make_member().user)
    statuses = []

    files = entered_files(lambda: statuses.append(client.get(document.url).status_code))

    assert statuses == [200, 200]
    assert len(files) <= 5, "\n".join(files)
