"""The night's check of links, on rows."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult

from home.links.exchange import Reply
from home.links.night import check_addresses, check_links, our_name, read_all_pages
from home.models import ExternalAddress, PageLink
from site_cms.management.commands.clock import JOBS
from tests.builders import make_home, make_news

pytestmark = pytest.mark.django_db

NIGHT = datetime(2026, 6, 1, 2, tzinfo=UTC)
OLD, NEW = "https://example.org/vieux", "https://example.org/neuf"


async def moved(method: str, address: str) -> Reply:
    if address == OLD:
        return Reply(301, NEW)
    return Reply(404) if address.endswith("robots.txt") else Reply(200)


def article(*addresses: str, **fields: Any) -> Any:
    links = " ".join(f'<a href="{address}">lien</a>' for address in addresses)
    return make_news(body=[("paragraph", f"<p>{links}</p>")], **fields)


def test_three_nights_make_a_proposal_on_the_report(monkeypatch):
    monkeypatch.setattr("home.links.rounds.PAUSE", 0.0)
    article(OLD)

    states = []
    for number in range(3):
        assert check_addresses(NIGHT + timedelta(days=number), moved) == 1
        states.append(ExternalAddress.objects.get().state)

    assert states == ["moving", "moving", "moved"]
    link = PageLink.objects.broken().get()
    assert (link.problem, link.proposal) == ("moved", NEW)
    assert ExternalAddress.objects.get().checked_at == NIGHT + timedelta(days=2)


def test_a_night_on_which_nobody_answers_judges_nobody(monkeypatch, caplog):
    monkeypatch.setattr("home.links.rounds.PAUSE", 0.0)
    article(*(f"https://site-{number}.example/" for number in range(6)))

    async def silence(method: str, address: str) -> Reply:
        raise ConnectionRefusedError

    assert check_addresses(NIGHT, silence) == 0
    assert set(ExternalAddress.objects.values_list("state", flat=True)) == {""}
    assert "links are not judged tonight" in caplog.text


def test_pages_are_read_again_and_addresses_without_a_link_go():
    article(OLD)
    PageLink.objects.all().delete()
    ExternalAddress.objects.create(address="https://example.org/personne")

    read_all_pages()

    assert [link.external.address for link in PageLink.objects.exclude(external=None)] == [OLD]
    assert [one.address for one in ExternalAddress.objects.all()] == [OLD]


def test_the_clock_asks_for_the_check_once_a_night(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["long"]}}
    job = next(job for job in JOBS if job.name == "links, checked")

    job.run(NIGHT)
    job.run(NIGHT + timedelta(hours=1))

    assert DBTaskResult.objects.filter(task_path=check_links.module_path).count() == 1


def test_other_sites_read_who_asks_and_why(settings):
    make_home()
    settings.BASE_URL = "https://reseau.example"

    assert our_name() == (
        "Reseau regional des Territoires participatifs verification de liens (https://reseau.example)"
    )
