"""Someone applies for membership, confirms, is admitted by staff and logs in by code, without JavaScript."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.conftest import (
    VisitedSite,
    enter_by_code,
    log_in,
    press,
    text_of,
    write,
)

EMAIL = "nouvelle@example.org"


def test_a_newcomer_applies_confirms_is_admitted_and_logs_in(
    site: VisitedSite, without_javascript: Page, open_browser: Callable[..., Page]
) -> None:
    """members 25, 26, 27 and 28."""
    newcomer = without_javascript

    ask_to_join(newcomer)
    confirm(newcomer, text_of(site.next_letter(EMAIL)), site)
    admit(open_browser())
    welcome = text_of(site.next_letter(EMAIL, after=1))

    entrance = re.search(rf"{site.address}(/compte/connexion/\S*)", welcome)
    assert entrance, welcome
    newcomer.goto(entrance[1])
    enter_by_code(newcomer, site, EMAIL)
    newcomer.goto("/membres/ma-fiche/")
    expect(newcomer.get_by_label("Prénom")).to_have_value("Nour")


def ask_to_join(page: Page) -> None:
    page.goto("/rejoindre/")
    write(page, "Prénom", "Nour")
    write(page, "^Nom", "Arrivant")
    write(page, "Adresse e-mail", EMAIL)
    write(page, "Pourquoi", "Apprendre des autres")
    press(page, "checkbox", "charte", "Space")
    press(page, "button", "Envoyer ma demande")
    expect(page).to_have_url(re.compile("/rejoindre/envoyee/"))


def confirm(page: Page, letter: str, site: VisitedSite) -> None:
    link = re.search(rf"{site.address}(/rejoindre/confirmer/\S+)", letter)
    assert link, letter
    page.goto(link[1])
    press(page, "button", "Confirmer ma demande")
    expect(page.get_by_role("heading", level=1)).to_contain_text("votre demande est confirmée")


def admit(staff: Page) -> None:
    log_in(staff, "admin@example.org")
    staff.goto("/admin/directory/joinrequest/?q=Arrivant")
    press(staff, "link", "Admettre")
    expect(staff.locator("body")).to_contain_text("Nour")  # the letter as it will leave
    press(staff, "button", "Admettre")
    expect(staff.locator("body")).to_contain_text("Nour Arrivant est membre du réseau")
