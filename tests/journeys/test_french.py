"""Texts that the scripts of the back office write are in French too: menus, choosers, panels."""

from playwright.sync_api import Page, expect

from tests.english_words import english_in
from tests.journeys.conftest import log_in
from tests.journeys.test_editor import number_of_this_page

#: All that is seen or heard.
READ = """() => [
    document.body.innerText,
    ...[...document.querySelectorAll("[aria-label], [title], [placeholder], [alt], input[type=submit], input[type=button]")]
        .filter(one => one.checkVisibility())
        .flatMap(one => ["aria-label", "title", "placeholder", "alt", "value"].map(name =>
            name === "value" && one.type !== "submit" && one.type !== "button" ? "" : one.getAttribute(name) || "")),
].flatMap(text => text.split("\\n")).filter(text => text.trim())"""


def english_on(page: Page) -> dict[str, str]:
    """Return the texts in English on this screen, with the first word of each."""
    return {text: word for text in page.evaluate(READ) if (word := english_in(text))}


def test_menus_and_lists_are_in_french(page: Page) -> None:
    """desk 24, the words that scripts write."""
    log_in(page, "editrice@example.org")
    page.goto("/admin/")
    page.get_by_role("button", name="Pages", exact=True).click()
    expect(page.get_by_role("link", name="Accueil").first).to_be_visible()
    found = english_on(page)
    page.goto("/admin/evenements/")
    page.locator("[data-w-dropdown-target=toggle]:visible").last.click()
    found |= english_on(page)
    page.goto("/admin/images/add/")
    found |= english_on(page)
    page.goto("/admin/reports/site-history/")
    page.get_by_role("button", name="Afficher les filtres").click()
    found |= english_on(page)

    assert found == {}


def test_the_screen_of_a_page_is_in_french(page: Page) -> None:
    log_in(page, "editrice@example.org")
    page.goto("/actualites/trois-facons-d-ouvrir-un-conseil-municipal/")
    page.goto(f"/admin/pages/{number_of_this_page(page)}/edit/")
    found = english_on(page)
    for panel in ("status", "preview", "checks", "comments"):
        page.locator(f"[data-side-panel-toggle={panel}]").click()
        page.wait_for_timeout(1000)
        found |= english_on(page)
    page.get_by_title("Insérer un bloc").first.click()
    page.get_by_role("option", name="Galerie").wait_for()
    found |= english_on(page)
    page.keyboard.press("Escape")
    page.locator("[contenteditable=true]").first.click()
    page.keyboard.type("/")
    page.wait_for_timeout(500)
    found |= english_on(page)

    assert found == {}


def test_choosers_are_in_french(page: Page) -> None:
    log_in(page, "editrice@example.org")
    page.goto("/actualites/")
    page.goto(f"/admin/pages/add/home/newspage/{number_of_this_page(page)}/")
    found: dict[str, str] = {}
    page.get_by_role("button", name="Choisir une image").first.click()
    dialog = page.locator(".modal-dialog")
    expect(dialog.get_by_role("tab").first).to_be_visible(timeout=20_000)
    found |= english_on(page)
    dialog.get_by_role("tab").last.click()
    found |= english_on(page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.locator("[contenteditable=true]").first.click()
    page.keyboard.press("Control+k")
    expect(dialog.get_by_role("textbox").first).to_be_visible(timeout=20_000)
    found |= english_on(page)
    page.keyboard.press("Escape")

    assert found == {}
