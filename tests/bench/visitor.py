"""A visitor of the running site: an HTTP client with cookies, forms, and its own IP address behind one proxy."""

import http.client
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

Fields = dict[str, list[str]]


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    text: str
    seconds: float
    #: Whether the demonstration says that the shelf has it (site_cms.shelf).
    is_hit: bool = False

    def form(self, with_field: str) -> Fields:
        """Return the data of the unchanged form that has this field, as a browser would post it."""
        reader = FormReader()
        reader.feed(self.text)
        found = [form for form in reader.forms if with_field in form]
        if not found:
            raise LookupError(f"{self.status}: no form with {with_field}")
        return found[0]


@dataclass
class Visitor:
    """A visitor. `site` is `http://host:port`; `address` is the client IP address given by the proxy."""

    site: str
    address: str
    cookies: dict[str, str] = field(default_factory=dict)
    #: Seconds until TimeoutError is raised.
    patience: float = 60

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, fields: Mapping[str, Sequence[str]]) -> Answer:
        return self.ask("POST", path, urlencode(fields, doseq=True))

    def ask(self, method: str, path: str, body: str | None = None) -> Answer:
        """Send a request on a new connection, as most front servers do. Redirects are not followed."""
        started = time.perf_counter()
        connection = http.client.HTTPConnection(urlsplit(self.site).netloc, timeout=self.patience)
        try:
            connection.request(method, path, body, self.headers(posts=body is not None))
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: one.value for name, one in SimpleCookie(cookie).items()}
        location = answer.headers.get("Location", "")
        is_hit = answer.headers.get("X-Shelf") == "hit"
        return Answer(answer.status, location, text, time.perf_counter() - started, is_hit)

    def headers(self, *, posts: bool) -> dict[str, str]:
        headers = {"X-Forwarded-For": self.address, "Connection": "close"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if posts:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Origin"] = self.site
        return headers


class FormReader(HTMLParser):
    """Parser of a page's forms, with the current values of their fields."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Fields] = []
        self.open = False
        self.select = self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        name, value = values.get("name") or "", values.get("value", default_of(values)) or ""
        if tag == "form":
            self.forms.append({})
            self.open = True
        elif not self.open or "disabled" in values:
            return
        elif tag == "input" and name and is_sent(values):
            self.keep(name, value)
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in values:
            self.keep(self.select, value)
        elif tag == "textarea" and name:
            self.area = name
            self.keep(name, "")

    def handle_data(self, data: str) -> None:
        if self.area:
            self.forms[-1][self.area][-1] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        self.open = self.open and tag != "form"
        self.select = "" if tag == "select" else self.select
        self.area = "" if tag == "textarea" else self.area

    def keep(self, name: str, value: str) -> None:
        self.forms[-1].setdefault(name, []).append(value)


def default_of(field: Mapping[str, str | None]) -> str:
    return "on" if field.get("type") in {"checkbox", "radio"} else ""


def is_sent(field: Mapping[str, str | None]) -> bool:
    kind = field.get("type") or "text"
    if kind in {"checkbox", "radio"}:
        return "checked" in field
    return kind not in {"submit", "button", "image", "file", "reset"}
