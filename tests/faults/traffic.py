"""Those who use the site meanwhile: readers, members and registrants, each request written down."""

import http.client
import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.bench.content import ADMIN, PASSWORD
from tests.bench.running_site import RunningSite
from tests.bench.visitor import Answer, Visitor
from tests.running.crowd import Event

#: Seconds that a visitor waits for an answer, and for a registration with all that is tried again.
PATIENCE, INSISTENCE = 30.0, 120.0
#: Seconds between two requests of one person, and between two people who register: fewer than the worker writes to.
PAUSE, BETWEEN = 0.1, 0.7


@dataclass(frozen=True)
class Request:
    """`cause` is the status, or why there was none."""

    who: str
    began: float
    seconds: float
    cause: str
    is_good: bool
    heading: str = ""


@dataclass
class Traffic:
    """Everybody, until the end of the block."""

    site: RunningSite
    event: Event
    requests: list[Request] = field(default_factory=list)
    #: E-mail addresses of people who were told that they are registered.
    registered: set[str] = field(default_factory=set)
    given_up: set[str] = field(default_factory=set)
    over: threading.Event = field(default_factory=threading.Event)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def __enter__(self) -> "Traffic":
        self.member = self.log_in()
        lives: list[Callable[[], None]] = [
            lambda: self.read("reader", Visitor(self.site.address, "10.5.0.1", patience=PATIENCE)),
            lambda: self.read("reader", Visitor(self.site.address, "10.5.0.2", patience=PATIENCE)),
            lambda: self.read("member", self.member),
            self.come,
            self.come,
        ]
        self.threads = [threading.Thread(target=life) for life in lives]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        """Let each person end what they have begun."""
        self.over.set()
        for thread in self.threads:
            thread.join()

    def log_in(self) -> Visitor:
        visitor = Visitor(self.site.address, "10.5.1.1", patience=PATIENCE)
        form = visitor.get("/compte/connexion/").form("password")
        form |= {"login": [ADMIN], "password": [PASSWORD]}
        assert visitor.post("/compte/connexion/", form).status == http.client.FOUND
        return visitor

    def read(self, who: str, visitor: Visitor) -> None:
        for number in itertools.count():
            if self.over.wait(PAUSE):
                return
            for path in ("/", self.event.path, f"/agenda/?lecture={number}"):
                self.ask(who, lambda path=path: visitor.get(path))

    def come(self) -> None:
        while not self.over.wait(BETWEEN):
            self.register(f"p{next(self.numbers)}@{self.event.domain}")

    def register(self, email: str) -> bool:
        """Register one person, who tries again until the site says yes."""
        number = int(email[1:].partition("@")[0])
        visitor = Visitor(
            self.site.address, f"10.6.{number // 250}.{number % 250 + 1}", patience=PATIENCE
        )
        deadline = time.monotonic() + INSISTENCE
        while time.monotonic() < deadline:
            page = self.ask("registrant", lambda: visitor.get(self.event.path))
            if page and 'name="organisation"' in page.text:
                form = page.form("organisation")
                form |= {"name": [f"Personne {number}"], "email": [email]}
                done = self.ask("registrant", lambda form=form: visitor.post(self.event.path, form))
                if done and done.status == http.client.SEE_OTHER:
                    self.registered.add(email)
                    return True
            time.sleep(PAUSE)
        self.given_up.add(email)
        return False

    def ask(self, who: str, send: Callable[[], Answer]) -> Answer | None:
        """Send a request and write it down. Return its answer if it is a good one."""
        began = time.monotonic()
        answer: Answer | None = None
        try:
            answer = send()
        except TimeoutError:
            cause = "no answer in time"
        except ConnectionRefusedError:
            cause = "refused"
        except (OSError, http.client.HTTPException):
            cause = "cut"
        else:
            cause = str(answer.status)
        is_good = cause in {"200", "303"}
        heading = "" if is_good or answer is None else heading_of(answer.text)
        self.requests.append(Request(who, began, time.monotonic() - began, cause, is_good, heading))
        return answer if is_good else None


def heading_of(text: str) -> str:
    """Return the first heading of a page, or the beginning of a text."""
    _, _, rest = text.partition("<h1")
    if not rest:
        return text[:80].strip()
    return " ".join(rest.partition(">")[2].partition("</h1>")[0].split())[:80]
