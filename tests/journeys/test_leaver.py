"""A member writes to someone, bookmarks a page, downloads an invitation, leaves and comes back, by keyboard only."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import VisitedSite, enter_by_code, press, text_of, write

EMAIL = "membre-5@example.org"
FOUND, FOUND_EMAIL = "Camille Delattre-Roy", "membre@example.org"
RECAP = "/actualites/arras-une-journee-pour-apprendre-a-cooperer/"


def test_a_member_writes_bookmarks_downloads_leaves_and_comes_back(
    page: Page, site: VisitedSite
) -> None:
    page.goto("/membres/")
    enter_by_code(page, site, EMAIL)

    write_to_someone(page, site)
    keep_a_page(page)
    download_an_invitation(page)
    read = len(site.letters(EMAIL))
    leave(page)
    come_back(page, site, text_of(site.next_letter(EMAIL, after=read)))


def write_to_someone(page: Page, site: VisitedSite) -> None:
    read = len(site.letters(FOUND_EMAIL))
    page.goto("/membres/annuaire/")
    write(page, "Nom, fonction", "delattre")
    page.keyboard.press("Enter")
    press(page, "link", FOUND)
    press(page, "link", "crire")
    write(page, "Sujet|Objet", "Une question")
    write(page, "Message|Texte", "Comment avez-vous trouvé la salle\u202f?")
    press(page, "button", "Envoyer le message")
    expect(page.get_by_role("status")).to_contain_text("Votre message part.")
    letter = text_of(site.next_letter(FOUND_EMAIL, after=read))
    assert "Comment avez-vous trouvé la salle" in letter
    assert EMAIL not in letter


def keep_a_page(page: Page) -> None:
    page.goto(RECAP)
    title = page.get_by_role("heading", level=1).inner_text()
    press(page, "button", "Enregistrer dans mon espace")
    expect(page).to_have_url(re.compile("/membres/enregistrements/$"))
    expect(page.get_by_role("link", name=title)).to_be_visible()


def download_an_invitation(page: Page) -> None:
    page.goto("/membres/invitations/")
    link = page.locator("main a[href*='telecharger']").first.get_attribute("href") or ""
    answer = page.context.request.get(link)
    assert (answer.status, answer.body()[:5]) == (200, b"%PDF-")


def leave(page: Page) -> None:
    page.goto("/membres/mes-donnees/")
    press(page, "link", "Quitter le réseau")
    press(page, "button", "Quitter le réseau")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Vous avez quitté le réseau")
    page.goto("/membres/annuaire/")
    expect(page).to_have_url(re.compile("/compte/connexion/"))


def come_back(page: Page, site: VisitedSite, farewell: str) -> None:
    link = re.search(rf"{site.address}(/rejoindre/revenir/\S+)", farewell)
    assert link, farewell
    page.goto(link[1])
    press(page, "button", "Revenir dans le réseau")
    expect(page.get_by_role("heading", level=1)).to_contain_text("de nouveau membre")
