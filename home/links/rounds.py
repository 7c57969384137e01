"""A round: many addresses asked at once, each site slowly, within a time.

One coroutine per address. A site is asked once in two seconds, however many wait for it; thirty-two requests are on their way
at once. Nothing here knows the network, the database or the clock of the machine: they are given.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable
from contextlib import suppress
from http.client import HTTPException
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from home.links.destinations import NoSuchName, Refused
from home.links.exchange import Reply
from home.links.findings import (
    FORBIDDEN_BY_ROBOTS,
    PERMANENT,
    REDIRECTS,
    TOO_MANY,
    Finding,
    by_hand,
    failing,
    finding_of_error,
    finding_of_move,
    finding_of_status,
    is_html,
    says_absent,
)
from home.models.links import AddressState

#: Asks once: method, address.
Ask = Callable[[str, str], Awaitable[Reply]]

#: Seconds between two requests to a site, and the longest that a site may ask for (Crawl-delay).
PAUSE, LONGEST_PAUSE = 2.0, 10.0
#: Requests on their way at once.
AT_ONCE = 32
MOST_REDIRECTS = 5
#: Seconds of a round.
ROUND = 480.0
ERRORS = (Refused, NoSuchName, OSError, HTTPException)


class Site:
    """Another site during a round: its turn, and what its robots.txt says."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.free_at = 0.0
        self.pause = PAUSE
        self.rules: asyncio.Task[RobotFileParser] | None = None


class Round:
    def __init__(self, ask: Ask, user_agent: str, read: Collection[str] = ()) -> None:
        self.ask = ask
        self.user_agent = user_agent
        #: Addresses whose title is due to be read.
        self.read = read
        self.sites: defaultdict[str, Site] = defaultdict(Site)
        self.lines = asyncio.Semaphore(AT_ONCE)

    async def run(self, addresses: Iterable[str]) -> dict[str, Finding]:
        """Return the findings of the addresses that were reached in time."""
        found: dict[str, Finding] = {}

        async def check(address: str) -> None:
            found[address] = await self.check(address)

        tasks = [asyncio.create_task(check(address)) for address in addresses]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=ROUND)
            for task in late:
                task.cancel()
        return found

    async def check(self, address: str) -> Finding:
        try:
            return await self.follow(address)
        except ERRORS as error:
            return finding_of_error(error)

    async def follow(self, address: str) -> Finding:
        at = moved_to = address
        is_permanent = True
        for _ in range(MOST_REDIRECTS + 1):
            if not await self.is_allowed(at):
                return by_hand(FORBIDDEN_BY_ROBOTS)
            reply = await self.head_or_get(at)
            if reply.status not in REDIRECTS or not reply.location:
                return await self.conclude(address, moved_to, at, reply)
            at = urljoin(at, reply.location).partition("#")[0]
            is_permanent = is_permanent and reply.status in PERMANENT
            if is_permanent:
                moved_to = at
        return failing(TOO_MANY)

    async def conclude(self, address: str, moved_to: str, at: str, reply: Reply) -> Finding:
        found = finding_of_status(reply.status)
        if found:
            return found
        was_read = bool(reply.body)
        if is_html(reply) and not was_read and address in self.read:
            reply, was_read = await self.send("GET", at), True
        if says_absent(reply):
            return failing("La page répond, mais son titre dit qu’elle est introuvable.")
        if moved_to != address:
            return finding_of_move(address, moved_to)
        return Finding(AddressState.GOOD, was_read=was_read)

    async def head_or_get(self, address: str) -> Reply:
        """Ask whether the page is there, and for the page itself where a site does not like the question."""
        reply = await self.send("HEAD", address)
        if reply.status < 400 or reply.status == 429:
            return reply
        return await self.send("GET", address)

    async def send(self, method: str, address: str) -> Reply:
        """Ask when it is this site's turn."""
        loop = asyncio.get_running_loop()
        site = self.site_of(address)
        async with site.turn:
            await asyncio.sleep(max(0.0, site.free_at - loop.time()))
            async with self.lines:
                site.free_at = loop.time() + site.pause
                return await self.ask(method, address)

    def site_of(self, address: str) -> Site:
        return self.sites[urlsplit(address).netloc.lower()]

    async def is_allowed(self, address: str) -> bool:
        """Return whether the site lets robots come there. Its robots.txt is asked for once (RFC 9309)."""
        site = self.site_of(address)
        if site.rules is None:
            site.rules = asyncio.create_task(self.read_rules(address))
        rules = await asyncio.shield(site.rules)
        return rules.can_fetch(self.user_agent, address)

    async def read_rules(self, address: str) -> RobotFileParser:
        rules = RobotFileParser()
        at = urljoin(address, "/robots.txt")
        for _ in range(MOST_REDIRECTS + 1):
            reply = await self.send("GET", at)
            if reply.status not in REDIRECTS or not reply.location:
                break
            at = urljoin(at, reply.location)
        is_text = reply.status < 300
        lines = reply.body.decode("utf-8", "replace").splitlines() if is_text else []
        if reply.status >= 500:
            lines = ["User-agent: *", "Disallow: /"]
        rules.parse(lines)
        with suppress(TypeError, ValueError):
            delay = float(rules.crawl_delay(self.user_agent) or PAUSE)
            self.site_of(address).pause = min(max(PAUSE, delay), LONGEST_PAUSE)
        return rules
