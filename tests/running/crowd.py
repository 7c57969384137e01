"""A crowd that registers, changes its mind and leaves while the team resizes and closes: over HTTP, drawn by chance.

Each person remembers what the site answered; `tests.running.invariants` compares it with what is stored.
"""

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.bench.content import ADMIN, PASSWORD
from tests.bench.running_site import RunningSite
from tests.bench.visitor import Answer, Visitor
from tests.running.site import Mailbox

#: Whoever sends a form faster is a robot (home.forms.rate_limits).
READING = 3.2
#: Whoever sends it more often for one address is asked to wait (home.forms.rate_limits), which is not what is tried here.
SENDS = 5
#: Seconds within which everybody opens the form.
RUSH = 2.0
CHANGED = {"modifiee": "changed", "quittee": "changed", "annulee": "cancelled"}
UNCHANGED = {"inchangee", "deja-annulee"}


@dataclass(frozen=True)
class Event:
    key: int
    path: str
    sessions: dict[str, str]
    """Titles, and the UUIDs by which forms name them."""

    @property
    def domain(self) -> str:
        """Of the addresses of its people."""
        return f"e{self.key}.example.org"


@dataclass(frozen=True)
class Post:
    """A form that was sent to register, when, and whether it was taken."""

    began: float
    ended: float
    taken: bool


@dataclass
class Person:
    site: RunningSite
    event: Event
    mailbox: Mailbox
    number: int
    chance: random.Random
    #: What the site said it had done, in order.
    told: list[str] = field(default_factory=list)
    #: How often it was said for a registration that stood already: a letter, and nothing else.
    again: int = 0
    posts: list[Post] = field(default_factory=list)
    #: The own pages of registrations that were cancelled.
    left: set[str] = field(default_factory=set)
    sent: int = 0
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.email = f"p{self.number}@{self.event.domain}"
        address = f"10.1.{self.number // 250}.{self.number % 250 + 1}"
        self.visitor = Visitor(self.site.address, address)

    @property
    def is_registered(self) -> bool:
        return bool(self.told) and self.told[-1] != "cancelled"

    def live(self) -> None:
        """Register in the rush, then do up to three things more."""
        time.sleep(self.chance.uniform(0, RUSH))
        self.register(self.email)
        for _ in range(self.chance.randint(0, 3)):
            time.sleep(self.chance.uniform(0, 1))
            if self.is_registered:
                verb = self.chance.choice([self.change, self.leave, self.cancel, self.insist])
            else:
                verb = self.come_back
            verb()

    # Registering

    def register(self, email: str) -> None:
        if self.sent == SENDS:
            return
        page = self.visitor.get(self.event.path)
        if "form_key" not in page.text:
            return  # the team has just closed
        form = page.form("form_key")
        form |= {"name": [f"Personne {self.number}"], "email": [email], "sessions": self.draw()}
        time.sleep(READING)
        answers = self.clicks(lambda: self.visitor.post(self.event.path, form))
        taken = {answer.status for answer in answers} == {303}
        if taken and self.is_registered:
            self.again += 1
        elif taken:
            self.told.append("registered")
        elif {answer.status for answer in answers} - {409}:
            self.complain("register", answers)

    def clicks(self, send: Callable[[], Answer]) -> list[Answer]:
        """One click, or the two of a double click, at once."""
        number = min(self.chance.choice([1, 1, 1, 2]), SENDS - self.sent)
        self.sent += number
        began = time.monotonic()
        with ThreadPoolExecutor(number) as pool:
            answers = [one.result() for one in [pool.submit(send) for _ in range(number)]]
        self.posts.append(Post(began, time.monotonic(), any(one.status == 303 for one in answers)))
        return answers

    def draw(self) -> list[str]:
        uuids = list(self.event.sessions.values())
        return self.chance.choice([uuids, uuids[:1], uuids[1:]])

    def insist(self) -> None:
        """Once: the second letter of a quarter of an hour is not written."""
        if not self.again:
            self.register(f" {self.email.upper()} ")

    def come_back(self) -> None:
        self.register(self.email)

    # On one's own page

    def change(self) -> None:
        path = f"{self.own_page()}modifier/"
        page = self.visitor.get(path)
        form = page.form("name") | {"sessions": self.draw()}
        self.hear("change", self.visitor.post(path, form))

    def leave(self) -> None:
        session = self.chance.choice(list(self.event.sessions.values()))
        self.give_back(f"annuler/{session}/")

    def cancel(self) -> None:
        self.give_back("annuler/")

    def give_back(self, path: str) -> None:
        own_page = self.own_page()
        self.visitor.get(f"{own_page}{path}")
        for _click in range(self.chance.choice([1, 2])):
            self.hear(path, self.visitor.post(f"{own_page}{path}", {}))
        if not self.is_registered:
            self.left.add(own_page)

    def own_page(self) -> str:
        return self.mailbox.own_page(self.email, but=self.left)

    def hear(self, what: str, answer: Answer) -> None:
        said = answer.location.partition("?fait=")[2]
        if answer.status == 303 and said in CHANGED:
            self.told.append(CHANGED[said])
        elif said not in UNCHANGED and answer.status not in {200, 409}:
            self.complain(what, [answer])

    def complain(self, what: str, answers: list[Answer]) -> None:
        said = ", ".join(f"{answer.status} {answer.location}" for answer in answers)
        self.faults.append(f"answer: {self.email} {what}: {said}")


@dataclass
class Team:
    """An editor who publishes the event's page again and again, as the back office does."""

    site: RunningSite
    event: Event
    places: int
    chance: random.Random
    #: From when to when the site had said that registration is closed.
    closed: list[tuple[float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.visitor = Visitor(self.site.address, "10.2.0.1")

    def live(self, everyone_is_done: threading.Event) -> None:
        """Resize until the crowd is gone, close for a while, and leave all the places of the beginning."""
        self.log_in()
        turns = 0
        while not everyone_is_done.wait(self.chance.uniform(0.3, 1.5)):
            turns += 1
            self.close_for_a_while() if turns % 6 == 3 else self.resize()
        self.publish({f"sessions-{number}-capacity": str(self.places) for number in range(2)})

    def log_in(self) -> None:
        form = self.visitor.get("/compte/connexion/").form("password")
        form |= {"login": [ADMIN], "password": [PASSWORD]}
        answer = self.visitor.post("/compte/connexion/", form)
        assert answer.status == 302, answer.text

    def resize(self) -> None:
        session = self.chance.randint(0, 1)
        places = self.chance.randint(self.places // 2, self.places)
        self.publish({f"sessions-{session}-capacity": str(places)})

    def close_for_a_while(self) -> None:
        yesterday = datetime.now(UTC).date() - timedelta(days=1)
        self.publish({"registration_deadline": yesterday.isoformat()})
        began = time.monotonic()
        time.sleep(self.chance.uniform(0.5, 1.5))
        self.closed.append((began, time.monotonic()))
        self.publish({"registration_deadline": ""})

    def publish(self, fields: dict[str, str]) -> None:
        path = f"/admin/pages/{self.event.key}/edit/"
        form: dict[str, Any] = self.visitor.get(path).form("sessions-0-capacity")
        # Without its script, a body of blocks sends nothing: as many as there are in this event's page.
        form |= {f"{name}-count": ["0"] for name in ("body", "speakers", "previous_dates")}
        form |= {name: [value] for name, value in fields.items()}
        answer = self.visitor.post(path, form | {"action-publish": ["1"]})
        if "/places/" in answer.location:
            answer = self.confirm(answer.location)
        assert answer.status == 302, f"not published: {fields}"

    def confirm(self, path: str) -> Answer:
        """Read who gets a place, and publish; again when the crowd has changed that in the meantime."""
        page = self.visitor.get(path)
        for _reading in range(20):
            page = self.visitor.post(path, page.form("seen"))
            if page.status == 302:
                break
        return page


@dataclass(frozen=True)
class Passage:
    """What is left to look at when the crowd has gone."""

    event: Event
    people: list[Person]
    closed: list[tuple[float, float]]


def pass_through(
    site: RunningSite, event: Event, mailbox: Mailbox, *, people: int, places: int, seed: int
) -> Passage:
    crowd = [
        Person(site, event, mailbox, number, random.Random(f"{seed}/{number}"))
        for number in range(people)
    ]
    team = Team(site, event, places, random.Random(f"{seed}/team"))
    everyone_is_done = threading.Event()
    with ThreadPoolExecutor(people + 1) as pool:
        editing = pool.submit(team.live, everyone_is_done)
        try:
            for life in [pool.submit(person.live) for person in crowd]:
                life.result()
        finally:
            everyone_is_done.set()
        editing.result()
    return Passage(event, crowd, team.closed)
