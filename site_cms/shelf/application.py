"""The shelf in front of Django: a WSGI application round another one."""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings

from home.prefetch.facts import GENERATION, shared_facts
from site_cms.shelf.entries import Answer, Entry, Headers, make_entry
from site_cms.shelf.generations import Generation, Generations, Unavailable
from site_cms.shelf.keys import Key, key_of, reads_pages, request_of
from site_cms.shelf.stores import SWEPT, Files, Memory

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

#: Bytes and entries in the memory of each process: pages, then redirects and errors 404.
PAGES, BRIEF_ONES = (32_000_000, 20_000), (8_000_000, 1_000)
#: Seconds that a request waits for another one that makes the same page.
PATIENCE = 2.0
#: Seconds before the end of a generation in which no file is written: front servers know no clock. One minute more than
#: those in which files are swept, because the sweeper comes once a minute.
UNWRITTEN = SWEPT + 60.0


class Shelf:
    """Answers anonymous visitors with what Django answered the last one, while nothing has changed."""

    def __init__(
        self, application: Application, generations: Generations, files: Files, build: str
    ) -> None:
        self.application = application
        self.generations = generations
        self.files = files
        self.build = build
        self.pages, self.brief_ones = Memory(*PAGES), Memory(*BRIEF_ONES)
        self.flights: dict[Key, threading.Event] = {}
        self.lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        key = key_of(environ)
        if key is None and not reads_pages(environ):
            return self.application(environ, start_response)
        try:
            generation = self.generation()
        except Unavailable:
            return self.application(environ, start_response)
        if key is None:
            return self.application(environ | {GENERATION: generation.name}, start_response)
        entry = self.find(key, generation)
        if entry is not None:
            return serve(entry, environ, start_response, is_hit=True)
        return self.make(key, generation, environ, start_response)

    def ready(self, environ: Environ) -> tuple[int, Headers, bytes] | None:
        """Return the answer to a request if nothing has to be waited for: no database, no other host."""
        key = key_of(environ)
        generation = self.generations.peek(time.time()) if key else None
        entry = self.find(key, generation) if key and generation else None
        if entry is None:
            return None
        begun: list[Any] = []
        body = serve(
            entry, environ, lambda status, headers: begun.extend([status, headers]), is_hit=True
        )
        return int(begun[0][:3]), begun[1], b"".join(body)

    def generation(self) -> Generation:
        now = time.time()
        return self.generations.current(now)

    def find(self, key: Key, generation: Generation) -> Entry | None:
        now = time.time()
        entry = self.pages.get(key) or self.brief_ones.get(key)
        if entry is not None and entry.is_good(generation.name, now):
            return entry
        entry = self.files.get(key, generation.name)
        if entry is None or entry.build != self.build or not entry.is_good(generation.name, now):
            return None
        self.pages.keep(entry)
        return entry

    def make(
        self, key: Key, generation: Generation, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Let one request of this process make the page; others wait for it, then make it themselves."""
        with self.lock:
            flight = self.flights.get(key)
            if flight is None:
                self.flights[key] = mine = threading.Event()
        if flight is not None:
            flight.wait(PATIENCE)
            return self.after_another(key, environ, start_response)
        try:
            return self.answer(key, generation, environ, start_response)
        finally:
            del self.flights[key]
            mine.set()

    def after_another(
        self, key: Key, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        try:
            generation = self.generation()  # it may have changed since this request came
        except Unavailable:
            return self.application(environ, start_response)
        entry = self.find(key, generation)
        if entry is not None:
            return serve(entry, environ, start_response, is_hit=True)
        return self.answer(key, generation, environ, start_response)

    def answer(
        self, key: Key, generation: Generation, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Make the page of the key alone. If it turns out to be for one visitor, let Django answer that visitor."""
        # As old as the oldest row that it may show: the belt counts from there.
        born = shared_facts(generation.name).born
        answer = ask(self.application, request_of(key, environ) | {GENERATION: generation.name})
        if answer.is_for_everybody:
            if not answer.is_page:
                born = time.time()
            entry = make_entry(key, answer, born=born, generation=generation.name, build=self.build)
            self.keep(entry, generation)
            return serve(entry, environ, start_response)
        if environ["REQUEST_METHOD"] == "HEAD" or "HTTP_COOKIE" in environ:
            return self.application(environ, start_response)
        start_response(answer.status, answer.headers)
        return [answer.body]

    def keep(self, entry: Entry, made_for: Generation) -> None:
        """Keep what was made, unless something has changed meanwhile."""
        try:
            if self.generation() != made_for:
                return
        except Unavailable:
            return
        if entry.is_brief:
            self.brief_ones.keep(entry)
            return
        self.pages.keep(entry)
        if made_for.until - time.time() > UNWRITTEN:
            self.files.keep(entry)


def ask(application: Application, environ: Environ) -> Answer:
    begun: list[Any] = []

    def start_response(status: str, headers: Headers, exc_info: Any = None) -> None:
        begun[:] = [status, headers]

    response = application(environ, start_response)
    try:
        body = b"".join(response)
    finally:
        if hasattr(response, "close"):
            response.close()
    return Answer(begun[0], begun[1], body)


def serve(
    entry: Entry, environ: Environ, start_response: StartResponse, *, is_hit: bool = False
) -> Iterable[bytes]:
    """Answer with an entry: in an encoding that the browser takes, or with 304 if it has it."""
    encoding = entry.encoding_for(environ.get("HTTP_ACCEPT_ENCODING", ""))
    headers = [*entry.headers, ("ETag", entry.etag(encoding))]
    if is_hit and settings.DEMO:
        headers.append(("X-Shelf", "hit"))
    if not entry.is_brief and is_known(environ.get("HTTP_IF_NONE_MATCH", ""), entry.digest):
        start_response("304 Not Modified", [one for one in headers if one[0] != "Content-Type"])
        return []
    body = entry.body(encoding)
    if encoding:
        headers.append(("Content-Encoding", encoding))
    headers.append(("Content-Length", str(len(body))))
    start_response(entry.status, headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def is_known(held: str, digest: str) -> bool:
    """Whether the browser holds this page, in any encoding: the digest is long enough to be searched for."""
    return bool(held) and (digest in held or held.strip() == "*")
