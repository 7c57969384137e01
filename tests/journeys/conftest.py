"""Fixtures of the journeys: the site as started by `make run`, with its own data, and Chromium.

The journeys do not import Django, so that they see only what a person sees.
"""

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, sync_playwright

from tests.bench.running_site import RunningSite, free_port
from tests.journeys.browser import launch
from tests.journeys.typesetting import TYPESETTINGS, Typesetting, typeset

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "demonstration"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# The journeys run a whole site with its own SQLite database, so they are left out on PostgreSQL.
if os.environ.get("DATABASE_URL", "").startswith("postgres"):
    collect_ignore_glob = ["test_*.py"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Tell the fixture that takes screenshots whether the journey failed."""
    outcome = yield
    report = outcome.get_result()
    if report.when == "call":
        item.failed = report.failed


@dataclass(frozen=True)
class VisitedSite(RunningSite):
    """The running site and its sent e-mails."""

    def letters(self, recipient: str) -> list[EmailMessage]:
        """Return the messages sent to this address, oldest first."""
        found = []
        # File names end with the row's key. One that starts with a dot is still being written.
        finished = (self.folder / "mail").glob("[!.]*.eml")
        for path in sorted(finished, key=lambda one: int(one.stem.rpartition("-")[2])):
            message = message_from_bytes(path.read_bytes(), policy=policy.default)
            assert isinstance(message, EmailMessage)
            if recipient in {address.addr_spec for address in message["To"].addresses}:
                found.append(message)
        return found

    def next_letter(self, recipient: str, after: int = 0) -> EmailMessage:
        """Wait up to 30 s for the message after the first `after` ones."""
        deadline = time.monotonic() + 30
        while len(self.letters(recipient)) <= after:
            assert time.monotonic() < deadline, f"no message for {recipient}"
            time.sleep(0.2)
        return self.letters(recipient)[after]


@pytest.fixture(scope="package")
def site(
    template: str, tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> Iterator[VisitedSite]:
    """The demonstration site with its web, worker, pictures and clock processes, as with `make run`.

    Its database begins as a copy of the migrated one. `template` comes before the browser, whose event loop closes databases.
    """
    as_run = {"TRUSTED_PROXY_COUNT": "0"}
    visited = VisitedSite(tmp_path_factory.mktemp("site"), free_port(), settings=as_run)
    if template:
        shutil.copy(template, visited.folder / "site.sqlite3")
    with visited.started("web", "worker", "pictures", "clock"):
        yield visited


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium. Without it, the journeys are skipped."""
    # Closed after the package: while Playwright's event loop runs, Django refuses database access to other tests.
    with sync_playwright() as playwright:
        try:
            chromium = launch(playwright)
        except Error:
            pytest.skip("no Chromium starts")
        yield chromium
        chromium.close()


@pytest.fixture
def open_browser(
    browser: Browser, site: VisitedSite, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[..., Page]]:
    """A function that opens a page in a new browser context: no cookies, French, 1280 px wide by default.

    The journey fails on an error in the console, a request refused by the Content-Security-Policy, or a request to
    another site.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_one(*, width: int = 1280, height: int = 900, **options: object) -> Page:
        context = browser.new_context(
            base_url=site.address,
            locale="fr-FR",
            timezone_id="Europe/Paris",
            viewport={"width": width, "height": height},
            **options,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "pageerror",
            lambda error: (
                faults.append(f"{page.url}: {error}")
                # The next page was requested during a transition.
                if not re.search("ViewTransition|Transition was aborted", str(error))
                else None
            ),
        )
        page.on(
            "console",
            lambda message: (
                faults.append(f"{page.url}: {message.text}")
                if message.type == "error" and "Failed to load resource" not in message.text
                else None
            ),
        )
        page.on(
            "request",
            lambda asked: (
                faults.append(f"{page.url} asks {asked.url}")
                if not asked.url.startswith((site.address, "data:", "blob:", "about:"))
                else None
            ),
        )
        return page

    yield open_one
    if getattr(request.node, "failed", False):
        for number, context in enumerate(contexts):
            for page in context.pages:
                picture = tmp_path / f"failed-{number}.png"
                page.screenshot(path=picture, full_page=True)
                print(f"{page.url} when it failed: {picture}")
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def page(open_browser: Callable[..., Page]) -> Page:
    return open_browser()


@pytest.fixture
def without_javascript(open_browser: Callable[..., Page]) -> Page:
    return open_browser(java_script_enabled=False)


def violations(page: Page) -> list[str]:
    """Return axe's violations on the current page: one line per rule, with the first failing element."""
    found = Axe().run(page, options={"runOnly": STANDARDS}).response["violations"]
    return [
        f"{page.url} {rule['id']}: {rule['help']} {rule['nodes'][0]['html'][:200]}"
        f" {rule['nodes'][0].get('failureSummary', '')}"
        for rule in found
    ]


def faults(page: Page, addresses: list[str]) -> list[str]:
    """Return the `violations` and `sideways` faults of these pages."""
    found = []
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status < 500, address
        found += violations(page)
        found += sideways(page)
    return found


def sideways(page: Page) -> list[str]:
    """Return the first elements wider than the window, if the page scrolls horizontally."""
    return page.evaluate(
        """() => {
            const width = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= width) return [];
            return [...document.querySelectorAll("body *")]
                .filter(element => element.getBoundingClientRect().right > width + 1)
                .slice(0, 3)
                .map(element => `${location.pathname} wider than ${width}: ${element.outerHTML.slice(0, 160)}`);
        }"""
    )


def misfits(
    page: Page, addresses: list[str], typesettings: Sequence[Typesetting] = TYPESETTINGS
) -> list[str]:
    """Return the `sideways` and `cut_off` faults of these pages in each typesetting."""
    found = []
    for address in addresses:
        page.goto(address)
        page.evaluate(
            "document.querySelectorAll('details').forEach(details => { details.open = true })"
        )
        for typesetting in typeset(page, typesettings):
            found += [f"{typesetting.name}: {fault}" for fault in sideways(page) + cut_off(page)]
    return found


def cut_off(page: Page) -> list[str]:
    """Return the first texts outside the window, even if they are clipped and the page does not scroll.

    Content of scrollable elements, such as tables, is ignored.
    """
    return page.evaluate(
        """() => {
            const width = document.documentElement.clientWidth;
            const scrolls = element => element && (
                ["auto", "scroll"].includes(getComputedStyle(element).overflowX) || scrolls(element.parentElement)
            );
            const unread = element =>
                element.closest("svg, option, .visually-hidden") || !element.checkVisibility() || scrolls(element);
            const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            const range = document.createRange();
            const found = [];
            while (texts.nextNode() && found.length < 3) {
                const element = texts.currentNode.parentElement;
                range.selectNodeContents(texts.currentNode);
                const out = [...range.getClientRects()].some(box => box.left < -1 || box.right > width + 1);
                if (out && !unread(element))
                    found.push(`${location.pathname} cut off at ${width}: ${element.outerHTML.slice(0, 160)}`);
            }
            return found;
        }"""
    )


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def press(page: Page, role: str, name: str, key: str = "Enter") -> None:
    """Focus the element with Tab, then press a key."""
    tab_to(page, page.get_by_role(role, name=re.compile(name)).first)  # type: ignore[arg-type]
    page.keyboard.press(key)


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the element has the focus. Fail if it cannot be reached."""
    for _step in range(150):
        if target.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {target}")


def write(page: Page, label: str, text: str) -> None:
    """Focus the field with this label with Tab, and type."""
    tab_to(page, page.locator("main").get_by_label(re.compile(label)).first)
    page.keyboard.type(text)


def code_in(letter: EmailMessage) -> str:
    found = re.search(r"^\s*([A-Z0-9]{3,6}-?[A-Z0-9]{3,6})\s*$", text_of(letter), re.MULTILINE)
    assert found, text_of(letter)
    return found[1]


def enter_by_code(page: Page, site: VisitedSite, email: str) -> None:
    """Request a log-in code on the current log-in page, and enter the code of the message."""
    read = len(site.letters(email))
    tab_to(page, page.locator("#code-email"))
    page.keyboard.type(email)
    page.keyboard.press("Enter")
    tab_to(page, page.locator("input[name=code]"))
    page.keyboard.type(code_in(site.next_letter(email, after=read)))
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/compte/connexion/" not in address)


def log_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Log in by password."""
    page.goto("/compte/connexion/")
    form = page.locator("form:has(input[name=password])")
    form.locator("input[name=login]").fill(email)
    form.locator("input[name=password]").fill(password)
    form.get_by_role("button", name="Se connecter").first.click()
    page.wait_for_url(lambda address: "/compte/connexion/" not in address)
