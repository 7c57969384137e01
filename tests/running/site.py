"""The running site's data, seen from outside: rows by plain SQL, and messages on disk.

The site's own code is not used, so that it does not check itself.
"""

import re
import sqlite3
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any

import psycopg

from tests.bench.running_site import RunningSite

Row = tuple[Any, ...]
GREETING = re.compile(r"^Bonjour (.+),$", re.MULTILINE)
OWN_PAGE = re.compile(r"/inscriptions/[\w-]{20,}/")


class Database:
    """An autocommit connection: each query sees the data committed at that time."""

    def __init__(self, site: RunningSite) -> None:
        self.connection: Any
        if site.database_url:
            self.connection = psycopg.connect(site.database_url, autocommit=True)
        else:
            path = site.folder / "site.sqlite3"
            self.connection = sqlite3.connect(path, isolation_level=None, timeout=20)

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *raised: object) -> None:
        self.connection.close()

    def rows(self, query: str) -> list[Row]:
        return [tuple(row) for row in self.connection.execute(query).fetchall()]


@dataclass
class Mailbox:
    """The sent messages, each read once, shared by all threads."""

    site: RunningSite
    lock: threading.Lock = field(default_factory=threading.Lock)
    seen: set[str] = field(default_factory=set)
    own_pages: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    message_ids: list[str] = field(default_factory=list)

    def own_page(
        self, recipient: str, name: str, *, but: Collection[str], patience: float = 60
    ) -> str:
        """Return the path of the registrant's personal page from the messages, other than those in `but`."""
        key = recipient, name
        deadline = time.monotonic() + patience
        while not (found := [one for one in self.own_pages.get(key, []) if one not in but]):
            if time.monotonic() > deadline:
                raise TimeoutError(f"no letter for {name}")
            time.sleep(0.2)
            self.open()
        return found[-1]

    def open(self) -> None:
        with self.lock:
            for path in sorted((self.site.folder / "mail").glob("*.eml")):
                if path.name not in self.seen and not path.name.startswith("."):  # being written
                    self.seen.add(path.name)
                    self.read(path.read_bytes())

    def read(self, letter: bytes) -> None:
        message = message_from_bytes(letter, policy=policy.default)
        self.message_ids.append(message["Message-ID"])
        text = message.get_body(("plain",)).get_content()
        found, greeting = OWN_PAGE.search(text), GREETING.search(text)
        if found and greeting:
            key = message["To"].addresses[0].addr_spec, greeting[1]
            self.own_pages.setdefault(key, []).append(found.group())
