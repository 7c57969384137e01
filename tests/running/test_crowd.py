"""Registration through the running server, on two web processes: registration 14 and 72, invariants 1 to 6.

Forty places in two sessions; each person has an address of their own behind one trusted proxy. The whole crowd:
`.venv/bin/python -m pytest tests/running --people 200`.
"""

import pytest

from tests.bench.running_site import RunningSite
from tests.running.crowd import Event, pass_through
from tests.running.invariants import Watch, faults_of, undelivered
from tests.running.site import Mailbox

PLACES = 20  # in each of the two sessions
WITHOUT_LOCK = "web=gunicorn --config python:site_cms.web tests.running.without_lock:application"


@pytest.fixture
def event(site: RunningSite) -> Event:
    made = site.run("tests.bench.content", f"Matinée={PLACES}", f"Après-midi={PLACES}")
    return Event(**made)


@pytest.fixture
def people(pytestconfig: pytest.Config) -> int:
    return pytestconfig.getoption("people")


@pytest.fixture
def seed(pytestconfig: pytest.Config) -> int:
    return pytestconfig.getoption("seed")


def test_a_crowd_neither_overbooks_nor_jumps_the_queue_nor_goes_unheard(site, event, people, seed):
    mailbox = Mailbox(site)

    with site.started("web", "worker"), Watch(site, event) as watch:
        passage = pass_through(site, event, mailbox, people=people, places=PLACES, seed=seed)
        left_behind = undelivered(site, event)

    assert sorted(watch.faults) + faults_of(site, passage) == [], f"seed {seed}"
    assert left_behind == []
    mailbox.open()
    assert len(mailbox.message_ids) == len(set(mailbox.message_ids))
    assert watch.looks > 100
    assert passage.closed


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite writes one by one
def test_without_the_lock_the_same_crowd_overbooks(site, event, people, seed):
    """The negative control: it shows that the test above would see a missing lock."""
    with site.started(WITHOUT_LOCK, "worker"), Watch(site, event) as watch:
        pass_through(site, event, Mailbox(site), people=people, places=PLACES, seed=seed)
        undelivered(site, event)  # the site is left without a message that waits

    assert [fault for fault in watch.faults if fault.startswith("places:")] != []
