"""Number of files to read to follow the site's main actions: those in which a function is entered.

Counted from the view on, without what all requests share: middleware, routing, templates, the cache, and what sees each
statement of the database for the shelf.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from directory.cards.views import directory
from directory.models import DirectoryPage
from events.registration.views import event_page
from home.mail import outbox
from home.models import OutgoingEmail
from home.privacy.downloads import document
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
SHARED = {"site_cms/file_cache.py", "site_cms/redis_cache.py", "site_cms/shelf/writes.py"}


def entered_files(act: Callable[[], Any], *, until: CodeType | None = None) -> list[str]:
    """Return the site's files in which `act`, on its second run, enters a function before `until` returns."""
    act()
    found: set[str] = set()

    def note(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call":
            found.add(frame.f_code.co_filename)
        elif event == "return" and frame.f_code is until:
            sys.setprofile(None)

    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(None)
    paths = [Path(name) for name in found if name.startswith(str(ROOT))]
    ours = [path.relative_to(ROOT) for path in paths]
    return sorted(str(path) for path in ours if path.parts[0] in APPS and str(path) not in SHARED)


@pytest.mark.django_db
def test_a_registration_enters_few_files(client, rf, settings, time_machine):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    time_machine.move_to(NOW)
    event = make_event()
    sent = [fill(client, event, time_machine, email=f"{name}@exemple.fr") for name in ("a", "b")]

    def register() -> None:
        request = rf.post(event.url, sent.pop())
        request.user, request.session = AnonymousUser(), client.session
        event_page(request, event)

    files = entered_files(register, until=outbox.put.__code__)

    assert OutgoingEmail.objects.count() == 2
    assert len(files) <= 30, "\n".join(files)


@pytest.mark.django_db
def test_a_search_in_the_directory_enters_few_files(rf):
    make_members_page()
    member = make_member(first_name="Awa", last_name="Cherchée")
    found = []

    def search() -> None:
        request = rf.get("/", {"q": "cherchee"})
        request.user = member.user
        found.append(directory(request, DirectoryPage.objects.get()).context_data["page_obj"])

    files = entered_files(search)

    assert [card.pk for card in found[-1]] == [member.pk]
    assert len(files) <= 18, "\n".join(files)


@pytest.mark.django_db
def test_a_private_document_enters_few_files(rf):
    make_members_page()
    private = make_document(collection=make_private_collection())
    user = make_member().user

    def download() -> None:
        request = rf.get(private.url)
        request.user = user
        assert document(request, uuid=private.uuid, name=private.filename).status_code == 200

    assert len(entered_files(download)) <= 5
