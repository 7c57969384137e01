"""The shelf on a running site with two web processes: a change shows at the next request of each of them."""

import re
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.bench.content import ADMIN
from tests.bench.running_site import RunningSite
from tests.bench.visitor import Answer, Visitor
from tests.running.crowd import Event
from tests.running.test_refusals import ask

#: Requests, each on a connection of its own, that reach both processes but for one time in thousands.
EACH = 14
PLACES, PEOPLE = 10, 40
READERS = 50
RENAME = """
from events.models import EventPage
page = EventPage.objects.get(pk={event.key})
page.title = {title!r}
page.save_revision().publish()
"""
RAW = """
from django.db import connection
connection.cursor().execute("update wagtailcore_page set title = 'Un titre de SQL' where id = {event.key}")
"""


@pytest.fixture
def event(site: RunningSite) -> Event:
    return Event(**site.run("tests.bench.content", f"Entière={PLACES}"))


def ask_each(site: RunningSite, path: str) -> list[str]:
    return [Visitor(site.address, "10.3.0.1").get(path).text for _ in range(EACH)]


def titles(site: RunningSite, path: str) -> set[str]:
    """Return the first headings that the processes show."""
    found = [re.search(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL) for text in ask_each(site, path)]
    return {match[1].strip() for match in found if match}


def test_a_change_by_another_process_shows_at_the_next_request_of_each(site, event):
    """cache 6 and 7: published, then written by raw SQL, by processes that serve no page."""
    with site.started("web"):
        assert titles(site, event.path) == {"Rencontre très attendue"}
        site.manage("shell", "-c", RENAME.format(event=event, title="Un titre publié"))
        published = titles(site, event.path)
        listed = ask_each(site, "/agenda/")
        site.manage("shell", "-c", RAW.format(event=event))
        written = titles(site, event.path)

    assert published == {"Un titre publié"}
    assert ["Un titre publié" in text for text in listed] == [True] * EACH
    assert written == {"Un titre de SQL"}


class Generations:
    """The generations of a site, looked at all the time."""

    def __init__(self, site: RunningSite) -> None:
        self.link = Path(site.folder, "shelf", "current")
        self.seen: set[str] = set()
        self.over = threading.Event()

    def __enter__(self) -> "Generations":
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self.over.set()
        self.thread.join()

    def watch(self) -> None:
        while not self.over.wait(0.001):
            if self.link.is_symlink():
                self.seen.add(str(self.link.readlink()))


def test_forty_people_at_once_make_few_generations_and_all_see_that_it_is_full(site, event):
    """cache 9, on two processes: no token and no cookie is needed to register (cache 3)."""

    def register(number: int) -> Answer:
        visitor = Visitor(site.address, f"10.4.0.{number + 1}")
        form = visitor.get(event.path).form("organisation")
        form |= {"name": [f"Personne {number}"], "email": [f"p{number}@{event.domain}"]}
        return visitor.post(event.path, form)

    with site.started("web"):
        ask_each(site, event.path)
        with Generations(site) as generations, ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(register, range(PEOPLE)))
            full = ask_each(site, event.path)

    assert {answer.status for answer in answers} == {303}
    assert ["la liste d’attente est ouverte" in text for text in full] == [True] * EACH
    assert 2 <= len(generations.seen) <= 8  # the first, and seven changes


def test_fifty_people_at_once_get_each_their_own_page(site, event):
    """cache 12 and 25: a form filled in for one person is shown to nobody else, while the page changes."""
    cookie = site.run("tests.bench.session", ADMIN)
    over = threading.Event()

    def read(number: int) -> "Counter[tuple[bool, bool]]":
        is_known = bool(number % 2)
        headers = {"Cookie": cookie} if is_known else {}
        found: Counter[tuple[bool, bool]] = Counter()
        while not over.is_set():
            body = ask(site, "GET", event.path, headers)[2]
            found[is_known, ADMIN.encode() in body] += 1
        return found

    with site.started("web"), ThreadPoolExecutor(READERS) as pool:
        readers = [pool.submit(read, number) for number in range(READERS)]
        for title in ("Un titre", "Un autre"):
            site.manage("shell", "-c", RENAME.format(event=event, title=title))
        over.set()
        found = sum((reader.result() for reader in readers), Counter())

    assert set(found) == {(False, False), (True, True)}
    assert min(found.values()) > READERS
