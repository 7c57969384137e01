"""An editor publishes a recap with a gallery in the back office, and the public sees it."""

import re
from collections.abc import Callable

from playwright.sync_api import APIResponse, Locator, Page, Route, expect

from tests.journeys.conftest import log_in

TITLE = "Une journée d’essai à Douai"


def test_an_editor_publishes_a_recap_with_a_gallery_that_the_public_sees(
    page: Page, open_browser: Callable[..., Page]
) -> None:
    log_in(page, "editrice@example.org")
    page.goto("/actualites/")
    page.goto(f"/admin/pages/{number_of_this_page(page)}/add_subpage/")
    page.get_by_role("link", name="Compte rendu", exact=True).click()

    page.locator("#id_title").press_sequentially(TITLE)
    page.keyboard.press("Tab")
    page.get_by_title("Insérer un bloc").first.click()
    page.get_by_role("option", name="Galerie").click()
    gallery = page.locator("[data-streamfield-child]").first
    choose_picture(page, gallery.get_by_role("button", name="Choisir une image").first, 0)
    gallery.get_by_title("Ajouter").last.click()
    choose_picture(page, gallery.get_by_role("button", name="Choisir une image").last, 1)
    page.get_by_role("button", name="Plus d'actions").click()
    page.get_by_role("button", name="Publier").click()
    expect(page.locator(".messages")).to_contain_text(re.compile(f"{TITLE}.*publié"))

    visitor = open_browser()
    visitor.goto("/actualites/")
    visitor.get_by_role("link", name=TITLE).first.click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text(TITLE)
    pictures = visitor.locator(".gallery img")
    expect(pictures).to_have_count(2)
    for picture in pictures.all():
        picture.scroll_into_view_if_needed()
        assert (picture.get_attribute("alt") or "").strip()
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("image => image.naturalWidth") > 0


def test_publishing_while_the_draft_is_being_saved_creates_one_page(page: Page) -> None:
    log_in(page, "editrice@example.org")
    page.goto("/actualites/")
    page.goto(f"/admin/pages/add/events/recappage/{number_of_this_page(page)}/")
    held: list[tuple[Route, APIResponse]] = []

    def hold_the_answer(route: Route) -> None:
        if route.request.method == "POST" and route.request.resource_type == "fetch" and not held:
            held.append((route, route.fetch()))
        else:
            route.continue_()

    page.route("**/admin/pages/**", hold_the_answer)
    page.locator("#id_title").press_sequentially("Publié trop vite")
    for _try in range(20):  # Wagtail notices changes only once its script has started
        page.locator("#id_title").press_sequentially("!")
        page.wait_for_timeout(1000)
        if held:
            break
    assert held, "the draft was not saved by itself"
    page.get_by_role("button", name="Plus d'actions").click()
    page.get_by_role("button", name="Publier").click(no_wait_after=True)
    page.wait_for_timeout(500)
    held[0][0].fulfill(response=held[0][1])

    expect(page.locator(".messages")).to_contain_text(re.compile("Publié trop vite.*publié"))


def number_of_this_page(page: Page) -> str:
    """Return the current page's key, from the links of the userbar."""
    links = page.locator("wagtail-userbar a[href*='/edit/']").first.get_attribute("href")
    found = re.search(r"/pages/(\d+)/edit/", links or "")
    assert found
    return found[1]


def choose_picture(page: Page, button: Locator, number: int) -> None:
    button.click()
    choices = page.locator(".modal [data-chooser-modal-choice]")
    choices.nth(number).click()
    page.locator(".modal").wait_for(state="hidden")
    expect(button).to_be_hidden()
