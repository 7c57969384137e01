"""nginx in front of a running site, with the two blocks of docs/operations.md as they are written there: cache 24."""

import http.client
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.bench.running_site import BASE_DIR, RunningSite, free_port
from tests.running.crowd import Event

RENAME = """
from events.models import EventPage
page = EventPage.objects.get(pk={event.key})
page.title = {title!r}
page.save_revision().publish()
"""
PROXY = """
location @site {{
  proxy_pass http://127.0.0.1:{port};
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
  proxy_set_header X-Forwarded-Proto $scheme;
}}
"""
NGINX = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  {block}
}}
"""


def documented(number: int) -> str:
    """Return the block of nginx, of one host or of several."""
    text = (BASE_DIR / "docs/operations.md").read_text()
    blocks = re.findall(r"```nginx\n(.*?)```", text, re.DOTALL)
    return [block for block in blocks if "location" in block][number]


@dataclass
class Front:
    port: int

    def get(self, path: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {"Host": f"localhost:{self.port}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers=sent)
        answer = connection.getresponse()
        answer.text = answer.read().decode("utf-8", "replace")
        return answer


@contextmanager
def nginx(block: str, folder: Path) -> Iterator[Front]:
    port = free_port()
    block = block.replace("server {", f"server {{ listen 127.0.0.1:{port};")
    folder.mkdir(exist_ok=True)
    file = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""  # else it reads and writes as nobody
    file.write_text(NGINX.format(user=user, folder=folder, block=block.replace("PORT", str(port))))
    process = subprocess.Popen(["nginx", "-c", str(file), "-e", str(folder / "error.log")])
    try:
        for _ in range(100):
            try:
                http.client.HTTPConnection("127.0.0.1", port).connect()
                break
            except ConnectionError:
                time.sleep(0.05)
        yield Front(port)
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(autouse=True)
def _needs_nginx() -> None:
    if shutil.which("nginx") is None:
        pytest.skip("nginx is not installed")


@pytest.fixture
def event(site: RunningSite) -> Event:
    return Event(**site.run("tests.bench.content", "Entière=10"))


def file_block(site: RunningSite) -> str:
    """The block of one host, for this site: its folder, over plain HTTP."""
    proxied = PROXY.format(port=site.port)
    block = documented(0).replace("/srv/site/var/shelf", f"{site.folder}/shelf")
    block = block.replace("https-www.example.org", "http-localhost:PORT")
    return re.sub(r"\}\s*$", f"{proxied}}}", block)


def test_files_are_served_until_something_changes(site, event, tmp_path):
    """cache 24 (a), with T5 and T6."""
    with site.started("web"), nginx(file_block(site), tmp_path / "nginx") as front:
        made = front.get(event.path)
        served = front.get(event.path, Accept_Encoding="gzip")
        plain = front.get(event.path)
        known = front.get(event.path, If_None_Match=plain.headers["ETag"])
        theirs = front.get(event.path, Cookie="sessionid=x")
        odd = front.get(f"{event.path}?a=1")
        inside = [front.get(f"{event.path}{name}") for name in ("index.html", "entry-x.json")]
        entry = next(Path(site.folder, "shelf", "current").resolve().rglob("entry-*.json"))
        told = front.get(f"{event.path}{entry.name}")
        site.manage("shell", "-c", RENAME.format(event=event, title="Rencontre très attenduE"))
        after = front.get(event.path, If_None_Match=plain.headers["ETag"])

    # The application says what it makes, nginx does not.
    assert "no-cache" in made.headers["Cache-Control"]
    assert (plain.status, plain.text) == (200, made.text)
    assert plain.headers["ETag"] != made.headers["ETag"]
    assert served.headers["Content-Encoding"] == "gzip"
    assert served.headers["Vary"] == "Accept-Encoding"
    assert plain.headers["Content-Type"] == made.headers["Content-Type"]
    assert (known.status, known.text) == (304, "")
    assert "Last-Modified" not in plain.headers
    assert (theirs.status, theirs.headers["X-Shelf"]) == (200, None)
    assert odd.status == 200
    assert [answer.status for answer in (*inside, told)] == [404] * 3
    # The new title has the length of the old one, and is published within the second.
    assert (after.status, "très attenduE" in after.text) == (200, True)


def test_files_are_served_without_the_site(site, event, tmp_path):
    with nginx(file_block(site), tmp_path / "nginx") as front:
        with site.started("web"):
            made = front.get(event.path)
        served, theirs = front.get(event.path), front.get(event.path, Cookie="sessionid=x")

    assert (served.status, served.text) == (200, made.text)
    assert theirs.status == 502


def test_a_second_of_cache_keeps_nobodys_page(site, event, tmp_path):
    """cache 24 (b), with T1, T2 and T4."""
    block = documented(1).replace("/var/cache/nginx", str(tmp_path))
    block = block.replace("127.0.0.1:8000", f"127.0.0.1:{site.port}")
    block = block.replace(
        "proxy_cache site;", "proxy_cache site; add_header X-Cache $upstream_cache_status;"
    )
    with site.started("web"), nginx(block, tmp_path / "nginx") as front:
        first, second = front.get(event.path), front.get(event.path)
        theirs = [front.get(event.path, Cookie="sessionid=x") for _ in range(2)]
        private = [front.get("/compte/connexion/") for _ in range(2)]
        site.manage("shell", "-c", RENAME.format(event=event, title="Un titre publié"))
        time.sleep(2.1)
        fresh = front.get(event.path)

    assert [answer.headers["X-Cache"] for answer in (first, second)] == ["MISS", "HIT"]
    assert second.text == first.text
    assert {answer.headers["X-Cache"] for answer in theirs} == {"BYPASS"}
    assert {answer.headers["X-Cache"] for answer in private} == {"MISS"}
    assert "Un titre publié" in fresh.text
