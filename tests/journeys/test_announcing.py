"""An editor announces a whole event, with its sessions and its form, in few gestures."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from tests.journeys.conftest import log_in
from tests.journeys.test_editor import Gestures

DAY = f"{datetime.now(UTC).date() + timedelta(days=60):%d/%m/%Y}"
DEADLINE = f"{datetime.now(UTC).date() + timedelta(days=53):%d/%m/%Y}"
SESSIONS = [
    ("Récits de communes", f"{DAY} 9h30", f"{DAY} 12h", "40"),
    ("Ateliers", f"{DAY} 14h", f"{DAY} 16h30", "24"),
]
QUESTIONS = [
    ("D’où venez-vous ?", "", ""),
    ("Que mangez-vous ?", "radio", "de tout\nvégétarien"),
]


def test_an_event_with_its_sessions_and_its_form_takes_an_editor_few_gestures(
    page: Page, open_browser: Callable[..., Page]
) -> None:
    """Measured before: 66 gestures; at most 45 are promised."""
    log_in(page, "editrice@example.org")
    page.goto("/admin/")
    editor = Gestures(page)
    editor.click(page.get_by_role("link", name="Événement", exact=True))
    page.wait_for_load_state("networkidle")
    announce(editor)
    editor.click(page.get_by_role("tab", name="Pratique"))
    tell_the_place(editor)
    editor.click(page.get_by_role("tab", name="Programme"))
    for number, session in enumerate(SESSIONS):
        add_session(editor, number, *session)
    add_speaker(editor, "Camille Roux", "maire de Lewarde")
    editor.click(page.get_by_role("tab", name="Inscription"))
    ask(editor)
    editor.click(page.get_by_role("button", name="Plus d'actions"))
    editor.click(page.get_by_role("button", name="Publier"))

    expect(page.locator(".messages")).to_contain_text("publié")
    assert editor.number <= 45
    visitor = open_browser()
    visitor.goto("/agenda/forum-des-rives/")
    told = visitor.locator("main")
    for words in (
        "Récits de communes",
        "14h",
        "Camille Roux",
        "végétarien",
        "Salle des fêtes",
        "Une journée pour décider",
        "Que mangez-vous",
    ):
        expect(told).to_contain_text(words)
    expect(told.get_by_role("button", name="S’inscrire")).to_be_visible()


def announce(editor: Gestures) -> None:
    page = editor.page
    editor.fill(page.locator("#id_title"), "Forum des rives")
    editor.fill(page.locator("#id_starts_at"), f"{DAY} 9h30")
    editor.fill(page.locator("#id_announced_end"), f"{DAY} 16h30")
    editor.rewrite(
        page.locator("[contenteditable=true]").first, "Une journée pour décider ensemble."
    )
    choose_picture(editor)
    editor.fill(page.locator("#id_main_image_alt"), "Des personnes autour d’une table")
    editor.click(page.locator("[name=themes]").first)
    editor.click(page.locator("[data-contentpath=body]").get_by_title("Insérer un bloc").first)
    editor.click(page.get_by_role("option", name="Paragraphe"))
    body = page.locator("[data-contentpath=body] [contenteditable=true]")
    editor.rewrite(body.first, "Le matin, des récits courts ; l’après-midi, des ateliers.")


def choose_picture(editor: Gestures) -> None:
    editor.click(editor.page.get_by_role("button", name="Choisir une image").first)
    editor.click(editor.page.locator(".modal-dialog a.image-choice").first)
    expect(editor.page.locator(".modal-dialog")).to_be_hidden()


def tell_the_place(editor: Gestures) -> None:
    for name, words in {
        "venue_name": "Salle des fêtes",
        "venue_street": "1 place de la Mairie",
        "venue_postcode": "59500",
        "venue_town": "Douai",
        "price": "Gratuit",
    }.items():
        editor.fill(editor.page.locator(f"#id_{name}"), words)


def add_session(
    editor: Gestures, number: int, title: str, start: str, end: str, places: str
) -> None:
    page = editor.page
    editor.click(page.locator("#id_sessions-ADD"))
    for name, words in {
        "title": title,
        "starts_at": start,
        "ends_at": end,
        "capacity": places,
    }.items():
        editor.fill(page.locator(f"#id_sessions-{number}-{name}"), words)


def add_speaker(editor: Gestures, name: str, role: str) -> None:
    speakers = editor.page.locator("[data-contentpath=speakers]")
    editor.click(speakers.get_by_title("Insérer un bloc").first)
    editor.fill(speakers.locator("[name$='-value-name']"), name)
    editor.fill(speakers.locator("[name$='-value-role']"), role)


def ask(editor: Gestures) -> None:
    page = editor.page
    editor.fill(page.locator("#id_registration_deadline"), DEADLINE)
    editor.fill(page.locator("#id_capacity"), "60")
    for number, (label, kind, choices) in enumerate(QUESTIONS):
        editor.click(page.locator("#id_questions-ADD"))
        question = page.locator(f"[id='inline_child_questions-{number}']")
        editor.fill(question.locator("[name$='-label']"), label)
        if kind:
            editor.choose(question.locator("[name$='-field_type']"), kind)
            editor.fill(question.locator("[name$='-choices']"), choices)
