"""Answers and log of the running web process: HEAD, refusals, and bodies that are too large."""

import http.client
import re
import socket
import time
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest

from tests.bench.running_site import RunningSite

MEGABYTE = 1024 * 1024
#: The end of the last line of a start.
LAST_LINE = "Ctrl-C stops."
#: Headers of one answer: its moment, and whether the shelf of the demonstration gave it.
MARKS = {"Date", "X-Shelf"}
LONG = {"Content-Type": "application/x-www-form-urlencoded"}
PUBLIC = ("/", "/agenda/", "/lettre/", "/sitemap.xml", "/robots.txt", "/healthz")


@pytest.fixture(scope="module")
def web(site: RunningSite) -> Iterator[RunningSite]:
    log = site.folder / "log"
    before = log.read_text().count(LAST_LINE) if log.exists() else 0
    with site.started("web"):
        while log.read_text().count(LAST_LINE) == before:
            time.sleep(0.1)
        yield site


def ask(
    site: RunningSite, method: str, path: str, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("localhost", site.port, timeout=30)
    try:
        connection.request(method, path, headers=headers or {})
        answer = connection.getresponse()
        told = {name: value for name, value in answer.getheaders() if name.title() not in MARKS}
        return answer.status, told, answer.read()
    finally:
        connection.close()


def logged(site: RunningSite, act: Any) -> list[str]:
    """Return the lines that the log gains by this."""
    log = site.folder / "log"
    before = log.stat().st_size
    act()
    ask(site, "GET", "/healthz")  # answered later by the same processes
    return log.read_bytes()[before:].decode().splitlines()


def test_head_gets_the_headers_of_get_without_body_and_without_a_word_in_the_log(web):
    """cache 19."""
    answers: dict[str, Any] = {}

    def look() -> None:
        for path in (*PUBLIC, "/nowhere/"):
            ask(web, "GET", path)  # the first answer is put on the shelf
            answers[path] = [ask(web, method, path) for method in ("GET", "HEAD")]

    lines = logged(web, look)

    assert [line for line in lines if "Not Found: /nowhere/" not in line] == []
    for path, (get, head) in answers.items():
        assert head[:2] == get[:2], path
        assert get[2], path
        assert raw_head(web, path).endswith(b"\r\n\r\n"), path


def raw_head(site: RunningSite, path: str) -> bytes:
    """Return every byte of the answer: http.client would hide a body."""
    with socket.create_connection(("localhost", site.port), timeout=30) as line:
        line.sendall(
            f"HEAD {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
        )
        return b"".join(iter(lambda: line.recv(65_536), b""))


REFUSALS = {
    "not found": ("GET", "/nowhere/refused/", {}, 404),
    "another site": ("POST", "/lettre/", {"Sec-Fetch-Site": "cross-site"}, 403),
    "no token": ("POST", "/lettre/", LONG, 403),
    "too large": ("POST", "/lettre/", {**LONG, "Content-Length": "150000000"}, 413),
    "wrong method": ("PUT", "/sitemap.xml", {"Origin": "{site}"}, 405),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_is_one_line_of_the_log_without_traceback(web, name):
    method, path, headers, status = REFUSALS[name]
    headers = {key: value.format(site=web.address) for key, value in headers.items()}
    statuses = []

    lines = logged(web, lambda: statuses.append(ask(web, method, path, headers)[0]))

    assert statuses == [status]
    assert len(lines) == 1, lines
    assert " WARNING " in lines[0]


@pytest.mark.parametrize(
    ("path", "limit"),
    [("/lettre/", 2_621_440), ("/agenda/", 22 * MEGABYTE), ("/admin/", 40 * MEGABYTE)],
)
def test_a_body_is_refused_before_anything_of_it_is_sent(web, path, limit):
    """The answer comes while the body still waits."""
    assert sent_headers_only(web, path, limit + 1) == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def sent_headers_only(site: RunningSite, path: str, length: int) -> int:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nOrigin: {site.address}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n"
    )
    with socket.create_connection(("localhost", site.port), timeout=30) as line:
        line.sendall(head.encode())
        answer = line.recv(65_536).decode()
    return int(re.match(r"HTTP/1.1 (\d+)", answer)[1])
