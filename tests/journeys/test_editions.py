"""An editor moves an event and makes last year's event again, in few gestures; nothing of last time is published."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from home.french import long_date
from tests.journeys.conftest import VisitedSite, log_in, press, sideways, text_of, violations
from tests.journeys.test_editor import Gestures
from tests.journeys.test_registrant import FIRST

#: Wagtail's own: its editors of text without names, its map of the page, targets below its fixed bars.
THEIRS = ("aria-input-field-name", "scrollable-region-focusable", "target-size")


def import_forum(site: VisitedSite, folder: Path, title: str, day: date) -> None:
    """Import a forum of one day with two sessions, speakers, a deadline, and its date in its texts."""
    file = folder / "forum.md"
    file.write_text(
        f"""---
type: event
title: {title} {day.year}
start: {day}T09:30
end: {day}T17:00
lead: Le {long_date(day)}, une journée à Douai.
registration: {{deadline: {day - timedelta(days=7)}, capacity: 40}}
sessions:
  - {{title: Ateliers, start: "09:30", end: "12:00"}}
  - {{title: Visites, start: "14:00", end: "16:30"}}
speakers:
  - {{name: Camille Roux, role: maire}}
  - {{name: Élie Marchand, role: animateur}}
---

Inscription jusqu’au {long_date(day - timedelta(days=7), weekday=False)}.

Le forum {day.year} se tient dans la grande salle.
"""
    )
    site.manage("import_pages", str(file))


def assert_well_made(page: Page) -> None:
    """Run axe, and look for what does not fit on a telephone."""
    assert [one for one in violations(page) if not any(rule in one for rule in THEIRS)] == []
    page.set_viewport_size({"width": 360, "height": 800})
    assert sideways(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})


def test_last_years_event_again_takes_few_gestures_and_publishes_nothing_of_last_time(
    page: Page, site: VisitedSite, open_browser: Callable[..., Page], tmp_path: Path
) -> None:
    """desk 7, registration 49. Measured before: 20 gestures, three stale facts published; at most 10 are promised."""
    last = datetime.now(UTC).date() - timedelta(days=300)
    day = last + timedelta(days=364)
    import_forum(site, tmp_path, "Forum des lisières", last)
    log_in(page, "editrice@example.org")
    page.goto("/admin/evenements/")
    editor = Gestures(page)
    row = page.get_by_role("row").filter(has_text="Forum des lisières")
    editor.click(
        row.get_by_role("button", name="Plus d’options")
        .or_(row.locator("button[aria-label]"))
        .first
    )
    editor.click(page.get_by_role("link", name="Comme la dernière fois"))
    editor.fill(page.get_by_label("Premier jour de la nouvelle édition"), long_date(day))
    editor.click(page.get_by_role("button", name="Préparer la nouvelle édition"))
    expect(page.get_by_role("row").filter(has_text="Début").first).to_contain_text(long_date(day))
    assert_well_made(page)
    editor.click(page.get_by_role("button", name="Reprendre tout le monde"))
    editor.click(page.get_by_role("button", name="Écrire toutes les nouvelles dates"))
    expect(page.get_by_text("Il ne reste rien à regarder.")).to_be_visible()
    editor.click(page.get_by_role("link", name="Ouvrir le brouillon"))
    editor.click(page.get_by_role("button", name="Plus d'actions"))
    editor.click(page.get_by_role("button", name="Publier"))

    expect(page.locator(".messages")).to_contain_text("publié")
    assert editor.number <= 10
    visitor = open_browser()
    # The first links lead to what the checklist found.
    public = page.locator(".messages a:not([href*='/admin/'])").first
    visitor.goto(public.get_attribute("href") or "")
    told = visitor.locator("main").inner_text().replace("\u00a0", " ").replace("\u202f", " ")
    for words in (long_date(day), "Camille Roux", f"forum {day.year}", "9h30", "16h30"):
        assert words in told
    stale = {long_date(last - timedelta(days=days), weekday=False) for days in (0, 7)}
    stale |= {f"forum {last.year}"} if day.year != last.year else set()
    assert [words for words in stale if words in told] == []


def register(page: Page, address: str) -> None:
    log_in(page, FIRST)
    page.goto(address)
    press(page, "checkbox", "Ateliers", "Space")
    press(page, "button", "S’inscrire")


def test_an_event_with_two_sessions_is_moved_and_people_are_told_in_few_gestures(
    page: Page, site: VisitedSite, open_browser: Callable[..., Page], tmp_path: Path
) -> None:
    """registration 33; at most 8 gestures are promised."""
    was = datetime.now(UTC).date() + timedelta(days=40)
    day = was + timedelta(days=14)
    import_forum(site, tmp_path, "Forum des bassins", was)
    address = f"/agenda/forum-des-bassins-{was.year}/"
    read = len(site.letters(FIRST)) + 1
    register(open_browser(java_script_enabled=False), address)
    site.next_letter(FIRST, after=read - 1)
    log_in(page, "editrice@example.org")
    page.goto("/admin/evenements/")
    editor = Gestures(page)
    row = page.get_by_role("row").filter(has_text="Forum des bassins")
    editor.click(row.locator("button[aria-label]").first)
    editor.click(page.get_by_role("link", name="Déplacer à une autre date"))
    editor.fill(page.get_by_label("Nouveau premier jour"), f"{day:%d/%m/%Y}")
    editor.fill(page.get_by_label("Nouvelle heure de début"), "10h")
    editor.click(page.get_by_role("button", name="Voir ce qui change"))
    expect(page.locator("pre.message")).to_contain_text(long_date(day))
    assert_well_made(page)
    editor.click(page.get_by_role("button", name=re.compile("Déplacer et prévenir 1")))

    expect(page.locator(".messages")).to_contain_text("L’événement est déplacé")
    assert editor.number <= 8
    letter = text_of(site.next_letter(FIRST, after=read))
    assert long_date(was) in letter
    assert f"{long_date(day)}, de 10h à 17h30" in letter
    visitor = open_browser()
    visitor.goto(address)
    told = visitor.locator("main").inner_text()
    assert long_date(day) in told
    assert long_date(day - timedelta(days=7), weekday=False) in told.replace("\u00a0", " ")
