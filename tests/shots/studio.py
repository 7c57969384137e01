"""The demonstration site, started for pictures, and a browser that takes them."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from tests.bench.running_site import RunningSite, free_port
from tests.journeys.browser import launch

PATIENCE = 15_000  # milliseconds
#: Shows pictures below the window too, and waits until fonts and all of them are there.
LOADED = """async () => {
    const pictures = [...document.images];
    pictures.forEach(picture => { picture.loading = "eager" });
    await Promise.all([document.fonts.ready, ...pictures.map(picture => picture.decode().catch(() => null))]);
}"""


class NoBrowser(Exception):
    """No Chromium starts. The message says how to install one."""


@dataclass(frozen=True)
class Studio:
    site: RunningSite
    browser: Browser
    #: What `staging.py` prepared.
    names: Mapping[str, Any]

    @contextmanager
    def visitor(self, email: str = "", **options: Any) -> Iterator[Page]:
        """Open a page as this account, or as nobody."""
        french = {"locale": "fr-FR", "timezone_id": "Europe/Paris", "base_url": self.site.address}
        context = self.browser.new_context(**french | options)
        context.set_default_timeout(PATIENCE)
        try:
            if email:
                log_in(context, self.site, email)
            yield context.new_page()
        finally:
            context.close()

    def go(self, page: Page, address: str) -> int:
        """Open an address that may hold names, wait for its pictures, and return the status."""
        answer = page.goto(address.format(**self.names), wait_until="load")
        page.evaluate(LOADED)
        return answer.status if answer else 0


def log_in(context: BrowserContext, site: RunningSite, email: str) -> None:
    cookie = SimpleCookie(str(site.run("tests.bench.session", email)))
    context.add_cookies(
        [{"name": name, "value": one.value, "url": site.address} for name, one in cookie.items()]
    )


@contextmanager
def opened(*staging: str) -> Iterator[Studio]:
    """Start a demonstration of its own, prepared by `staging.py`, and a browser. Raise NoBrowser without one."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        try:
            browser = launch(playwright)
        except Error as error:
            raise NoBrowser(
                "No Chromium starts: python -m tests.journeys.browser installs one."
            ) from error
        site = RunningSite(Path(folder), free_port(), settings={"TRUSTED_PROXY_COUNT": "0"})
        with site.started("web", "worker", "pictures"):
            yield Studio(site, browser, site.run("tests.shots.staging", *staging))
        browser.close()
