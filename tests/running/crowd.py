"""A random crowd over HTTP: people register, change and cancel while an editor changes capacities and closes.

Each person remembers the site's responses; `tests.running.invariants` compares them with the stored data.
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

#: Posts per person.
SENDS = 5
#: Seconds within which everyone opens the form.
RUSH = 2.0
CHANGED = {"modifiee": "changed", "quittee": "changed", "annulee": "cancelled"}
UNCHANGED = {"inchangee", "deja-annulee"}


@dataclass(frozen=True)
class Event:
    key: int
    path: str
    sessions: dict[str, str]
    """Title → UUID, the value in forms."""

    @property
    def domain(self) -> str:
        """Return the domain of its people's e-mail addresses."""
        return f"e{self.key}.example.org"


@dataclass(frozen=True)
class Post:
    """A post of the registration form, perhaps a double click: when, and how the site answered."""

    began: float
    ended: float
    statuses: frozenset[int]

    @property
    def taken(self) -> bool:
        return 303 in self.statuses

    @property
    def is_split(self) -> bool:
        """Whether one click was accepted and the other refused, as when registration closes in between."""
        return self.statuses == {303, 409}


@dataclass
class Person:
    site: RunningSite
    event: Event
    mailbox: Mailbox
    number: int
    chance: random.Random
    #: What the site reported, in order.
    told: list[str] = field(default_factory=list)
    #: How often it accepted a post of someone already registered, which only sends a message.
    again: int = 0
    posts: list[Post] = field(default_factory=list)
    #: Personal pages of cancelled registrations.
    left: set[str] = field(default_factory=set)
    sent: int = 0
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        # Of three people, two are colleagues who share a mailbox.
        holder = self.number - 1 if self.number % 3 == 1 else self.number
        self.name, self.email = f"Personne {self.number}", f"p{holder}@{self.event.domain}"
        address = f"10.1.{self.number // 250}.{self.number % 250 + 1}"
        self.visitor = Visitor(self.site.address, address)

    @property
    def is_registered(self) -> bool:
        return bool(self.told) and self.told[-1] != "cancelled"

    def live(self) -> None:
        """Register during the rush, then do up to three other things."""
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
        if 'name="organisation"' not in page.text:
            return  # registration has just been closed
        form = page.form("organisation")
        form |= {"name": [self.name], "email": [email], "sessions": self.draw()}
        answers = self.clicks(lambda: self.visitor.post(self.event.path, form))
        if self.posts[-1].statuses - {303, 409}:
            self.complain("register", answers)
        elif self.posts[-1].taken and self.is_registered:
            self.again += 1
        elif self.posts[-1].taken:
            self.told.append("registered")

    def clicks(self, send: Callable[[], Answer]) -> list[Answer]:
        """Send once, or twice at the same time like a double click."""
        number = min(self.chance.choice([1, 1, 1, 2]), SENDS - self.sent)
        self.sent += number
        began = time.monotonic()
        with ThreadPoolExecutor(number) as pool:
            answers = [one.result() for one in [pool.submit(send) for _ in range(number)]]
        statuses = frozenset(one.status for one in answers)
        self.posts.append(Post(began, time.monotonic(), statuses))
        return answers

    def draw(self) -> list[str]:
        uuids = list(self.event.sessions.values())
        return self.chance.choice([uuids, uuids[:1], uuids[1:]])

    def insist(self) -> None:
        """Register again, only once: a second message within 15 minutes would not be sent."""
        if not self.again:
            self.register(f" {self.email.upper()} ")

    def come_back(self) -> None:
        self.register(self.email)

    # On the personal page

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
        return self.mailbox.own_page(self.email, self.name, but=self.left)

    def hear(self, what: str, answer: Answer) -> None:
        said = answer.location.partition("?fait=")[2]
        if answer.status == 303 and said in CHANGED:
            self.told.append(CHANGED[said])
        elif said not in UNCHANGED and answer.status not in {200, 409}:
            self.complain(what, [answer])

    def complain(self, what: str, answers: list[Answer]) -> None:
        said = ", ".join(f"{answer.status} {answer.location}" for answer in answers)
        self.faults.append(f"answer: {self.name} {what}: {said}")


@dataclass
class Team:
    """An editor who keeps publishing the event page through the back office."""

    site: RunningSite
    event: Event
    places: int
    chance: random.Random
    #: Intervals in which registration was closed, according to the site.
    closed: list[tuple[float, float]] = field(default_factory=list)
    #: The same with the time that closing and opening took: registration may have been closed at any moment of it.
    perhaps_closed: list[tuple[float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.visitor = Visitor(self.site.address, "10.2.0.1")

    def live(self, everyone_is_done: threading.Event) -> None:
        """Change capacities and close temporarily until the crowd is done, then restore the initial capacity."""
        self.log_in()
        turns = 0
        while not everyone_is_done.wait(self.chance.uniform(0.3, 1.5)):
            turns += 1
            self.close_for_a_while() if turns % 6 == 2 else self.resize()
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
        asked = time.monotonic()
        self.publish({"registration_deadline": yesterday.isoformat()})
        began = time.monotonic()
        time.sleep(self.chance.uniform(0.5, 1.5))
        self.closed.append((began, time.monotonic()))
        self.publish({"registration_deadline": ""})
        self.perhaps_closed.append((asked, time.monotonic()))

    def publish(self, fields: dict[str, str]) -> None:
        path = f"/admin/pages/{self.event.key}/edit/"
        form: dict[str, Any] = self.visitor.get(path).form("sessions-0-capacity")
        # Without JavaScript a StreamField posts nothing, so its empty counts are added.
        form |= {f"{name}-count": ["0"] for name in ("body", "speakers", "previous_dates")}
        form |= {name: [value] for name, value in fields.items()}
        answer = self.visitor.post(path, form | {"action-publish": ["1"]})
        if "/places/" in answer.location:
            answer = self.confirm(answer.location)
        assert answer.status == 302, f"not published: {fields}"

    def confirm(self, path: str) -> Answer:
        """Confirm the page that shows who moves up; retry if the list has changed in the meantime."""
        page = self.visitor.get(path)
        for _reading in range(20):
            page = self.visitor.post(path, page.form("seen"))
            if page.status == 302:
                break
        return page


@dataclass(frozen=True)
class Passage:
    """The data to check when the crowd is done."""

    event: Event
    people: list[Person]
    closed: list[tuple[float, float]]
    perhaps_closed: list[tuple[float, float]]


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
    return Passage(event, crowd, team.closed, team.perhaps_closed)
