"""A visitor follows a recap to its event, finds the next event and registers, without JavaScript."""

import re
from email.message import EmailMessage

from playwright.sync_api import Page, expect

from tests.journeys.conftest import VisitedSite, tab_to

RECAP = "/actualites/arras-une-journee-pour-apprendre-a-cooperer/"
FORUM = "/agenda/forum-regional-ce-que-participer-veut-dire/"
PAST_EVENT = "/agenda/deuxieme-journee-arras/"


def follow(page: Page, address: str) -> None:
    """Click the first link of the content to this URL."""
    page.locator(f'main a[href$="{address}"]').first.click()
    expect(page).to_have_url(re.compile(address))


def calendars(letter: EmailMessage) -> list[str]:
    return [
        part.get_content() if isinstance(part.get_content(), str) else part.get_content().decode()
        for part in letter.walk()
        if part.get_content_type() == "text/calendar"
    ]


def test_a_visitor_follows_a_recap_to_its_event_and_registers_to_the_next(
    without_javascript: Page, site: VisitedSite
) -> None:
    page = without_javascript

    page.goto("/actualites/")
    follow(page, RECAP)
    follow(page, PAST_EVENT)
    expect(page.get_by_text("Cet événement est passé").first).to_be_visible()
    page.get_by_role("link", name="Agenda").first.click()
    follow(page, FORUM)

    page.get_by_role("button", name="S’inscrire").click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    page.get_by_label(re.compile("Prénom et nom")).fill("Ada Essai")
    page.get_by_label(re.compile("Adresse e-mail|E-mail", re.IGNORECASE)).first.fill(
        "ada@example.org"
    )
    answer_required_questions(page)
    page.get_by_role("button", name=re.compile("S’inscrire|Envoyer")).click()

    expect(page.get_by_role("heading", name="Votre inscription est enregistrée")).to_be_visible()
    letter = site.next_letter("ada@example.org")
    assert str(letter["Subject"]).strip().startswith("Inscription confirmée")
    assert [text.splitlines()[0] for text in calendars(letter)] == ["BEGIN:VCALENDAR"]
    body = letter.get_body(("plain",))
    assert body is not None
    assert f"{site.address}{FORUM}" in body.get_content()


def answer_required_questions(page: Page) -> None:
    """Answer the required questions with the first choice or a word."""
    form = page.locator("#inscription form")
    for group in form.locator("fieldset:not(:has(.field-optional))").all():
        group.locator("input").first.check()
    for text in form.locator("input[type=text][required], textarea[required], select").all():
        if text.evaluate("field => field.tagName") == "SELECT":
            text.select_option(index=1)
        elif not text.input_value():
            text.fill("Oui")


def test_a_registration_by_keyboard_keeps_the_answers_and_shows_the_error(page: Page) -> None:
    """registration 69."""
    page.goto(FORUM)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("href", re.compile("^#"))

    tab_to(page, page.get_by_label(re.compile("Prénom et nom")))
    page.keyboard.type("Ada Clavier")
    page.keyboard.press("Enter")

    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.get_by_label(re.compile("Prénom et nom"))).to_have_value("Ada Clavier")
