"""Event pages in each state, and the pages after their form: no axe violation, no horizontal scrolling."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator

from playwright.sync_api import Page, expect

from tests.journeys.conftest import ROOT, VisitedSite, faults, misfits, sideways, violations

EMAIL = "lecture@example.org"


def test_events_in_every_state_and_the_pages_after_their_form_are_accessible(
    site: VisitedSite, open_browser: Callable[..., Page]
) -> None:
    """registration 69, registration 70."""
    addresses = make_states(site)
    phone = open_browser(width=320)
    screen = open_browser(width=1280, color_scheme="dark")

    found = faults(phone, addresses) + faults(screen, addresses)
    own = []
    for step in follow_the_form(screen, site, addresses[0]):
        found += violations(screen)
        screen.set_viewport_size({"width": 320, "height": 700})
        found += sideways(screen)
        screen.set_viewport_size({"width": 1280, "height": 900})
        if step.startswith("own page"):
            own.append(screen.url)
    found += misfits(phone, addresses + own)

    assert len(own) == 5
    assert len(addresses) == 13
    assert found == []


def make_states(site: VisitedSite) -> list[str]:
    made = subprocess.run(
        [sys.executable, "-m", "tests.journeys.states"],
        cwd=ROOT,
        env=site.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return made.stdout.split()


def follow_the_form(page: Page, site: VisitedSite, address: str) -> Iterator[str]:
    """Register step by step, and yield at each page so that the caller can check it."""
    page.goto(address)
    page.get_by_label("Nom").first.fill("Camille Exemple")
    page.get_by_label("Adresse e-mail").first.fill("a@b")
    page.get_by_role("button", name="S’inscrire").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    yield "form with an error"

    page.get_by_label("Adresse e-mail").first.fill(EMAIL)
    page.get_by_role("button", name=re.compile("S’inscrire|Envoyer")).first.click()
    expect(page.get_by_role("heading", name="Votre inscription est enregistrée")).to_be_visible()
    yield "thanks"

    page.get_by_role("link", name="Corriger").click()
    yield "correction of the address"

    body = site.next_letter(EMAIL).get_body(("plain",))
    link = re.search(rf"{site.address}(/inscriptions/\S+)", str(body and body.get_content()))
    assert link
    for way in ("", "modifier/", "annuler/", "effacer/", "adresse/"):
        page.goto(f"{link[1]}{way}")
        yield f"own page {way}"
