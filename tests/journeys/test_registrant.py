"""Someone registers, changes a session and cancels, by keyboard and without JavaScript; the next person moves up."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.conftest import VisitedSite, log_in, press, text_of

WORKSHOP = "/agenda/atelier-des-membres-dunkerque/"
MEETING, TABLES = "Rencontre du réseau", "Atelier de codéveloppement"
FIRST, SECOND = "membre@example.org", "autre-membre@example.org"


def choose(page: Page, *sessions: str) -> None:
    for session in sessions:
        press(page, "checkbox", session, "Space")


def test_a_seat_is_taken_changed_and_passed_on_to_the_waiting_list(
    site: VisitedSite, open_browser: Callable[..., Page]
) -> None:
    """registration 9."""
    first, second = (open_browser(java_script_enabled=False) for _person in range(2))
    log_in(first, FIRST)
    log_in(second, SECOND)
    read = {email: len(site.letters(email)) for email in (FIRST, SECOND)}

    correct_an_error_and_register(first)
    enter_the_waiting_list(second)
    waits = site.next_letter(SECOND, after=read[SECOND])
    assert "vous êtes sur la liste d’attente" in text_of(waits)

    confirmed = text_of(site.next_letter(FIRST, after=read[FIRST]))
    link = re.search(rf"{site.address}(/inscriptions/\S+)", confirmed)
    assert link
    first.goto(link[1])
    leave_the_tables(first)
    given = site.next_letter(SECOND, after=read[SECOND] + 1)
    assert str(given["Subject"]).strip().startswith("Vous avez une place")
    assert TABLES in text_of(given)

    press(first, "link", "Annuler mon inscription")
    press(first, "button", "Annuler mon inscription")
    expect(first.get_by_role("status")).to_contain_text("Votre inscription est annulée.")
    changed, cancelled = (site.next_letter(FIRST, after=read[FIRST] + n) for n in (1, 2))
    assert str(changed["Subject"]).strip().startswith("Inscription modifiée")
    assert str(cancelled["Subject"]).strip().startswith("Inscription annulée")


def correct_an_error_and_register(page: Page) -> None:
    page.goto(WORKSHOP)
    press(page, "button", "S’inscrire")
    expect(page.locator("[data-error-summary]")).to_contain_text("Choisissez au moins une session")
    choose(page, MEETING, TABLES)
    press(page, "button", "S’inscrire|Envoyer")
    expect(page.get_by_role("heading", name="Votre inscription est enregistrée")).to_be_visible()


def enter_the_waiting_list(page: Page) -> None:
    page.goto(WORKSHOP)
    choose(page, MEETING, f"{TABLES}, 14h–16h30 – complet, liste d’attente")
    press(page, "button", "S’inscrire")
    expect(page.locator("#inscription")).to_contain_text("liste d’attente, car c’est complet")


def leave_the_tables(page: Page) -> None:
    press(page, "link", "Modifier mes réponses")
    choose(page, TABLES)
    press(page, "button", "Enregistrer")
    expect(page.get_by_role("status")).to_contain_text("C’est enregistré.")
    expect(page.locator("main")).not_to_contain_text(TABLES)
