"""The door of an event on telephones: without network, closed and opened again, two at once, and gone the next day."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.journeys.conftest import VisitedSite, log_in, sideways, violations

NAMES = [
    "Adèle Marchand", "Baptiste Noël", "Chloé Vasseur", "Denis Lefèvre", "Élise Fontaine", "Farid Amrani",
    "Gaëlle Petit", "Hugo Œuvrard", "Inès Carlier", "Jules Rémy", "Karim Benali", "Léa Dumont",
]  # fmt: skip
TITLE = "Rencontre d’aujourd’hui"
#: In the site's own shell: people who registered, and what the server holds.
REGISTER = """
from events.models import EventPage, Registration, Seat
event = EventPage.objects.get(title={title!r})
for name in {names!r}:
    person = Registration.objects.create(event=event, name=name, email=name.split()[0].lower() + "@example.org", organisation="Ville d’Arras")
    Seat.objects.create(registration=person, session=event.sessions.get())
print(event.pk)
"""
COUNT = """
import json
from events.models import CheckIn, Registration
event = Registration.objects.filter(event__title={title!r})
print(json.dumps([event.present().filter(on_site=False).count(), event.present().filter(on_site=True).count(), event.count(), CheckIn.objects.filter(registration__event__title={title!r}).count()]))
"""
YESTERDAY = """
from datetime import timedelta
from events.models import EventPage
event = EventPage.objects.get(title={title!r})
EventPage.objects.filter(pk=event.pk).update(starts_at=event.starts_at - timedelta(days=1), ends_at=event.ends_at - timedelta(days=1))
"""
#: All that a telephone keeps, as text: databases with their buffers as Latin letters, and the kept pages.
KEPT = """async () => {
  const found = [];
  const plain = (value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value)
    ? String.fromCharCode(...new Uint8Array(value.buffer ?? value)) : value;
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((done) => { const asked = indexedDB.open(name); asked.onsuccess = () => done(asked.result); });
    for (const store of database.objectStoreNames) {
      const rows = await new Promise((done) => { const asked = database.transaction(store).objectStore(store).getAll(); asked.onsuccess = () => done(asked.result); });
      for (const row of rows) found.push(JSON.stringify(row, (key, value) => plain(value)), `key can be read: ${row.extractable}`);
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    const shelf = await caches.open(name);
    for (const request of await shelf.keys()) found.push(request.url, await (await shelf.match(request)).text());
  }
  return found.join("\\n");
}"""
#: Answers 500 to what takes a presence back.
FAIL = """() => {
  window.untouched = window.fetch;
  window.fetch = (address, options) => options?.body?.includes("undone")
    ? Promise.resolve(new Response("", { status: 500 })) : window.untouched(address, options);
}"""
LEFT = "async () => [(await indexedDB.databases()).length, (await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length]"


def make_day(site: VisitedSite, folder: Path) -> int:
    today = datetime.now(ZoneInfo("Europe/Paris")).date()
    file = folder / "rencontre.md"
    file.write_text(
        f"""---
type: event
title: {TITLE}
start: {today}T00:05
end: {today}T23:55
registration: {{capacity: 12}}
sessions:
  - {{title: Journée, start: "00:05", end: "23:55"}}
---

Une rencontre.
"""
    )
    site.manage("import_pages", str(file))
    return int(in_shell(site, REGISTER, names=NAMES).split()[-1])


def in_shell(site: VisitedSite, code: str, **values: object) -> str:
    return site.manage("shell", "--no-imports", "-c", code.format(title=TITLE, **values))


def counts(site: VisitedSite) -> list[int]:
    """Return how many are present, of them on the spot, all registrations, and all entries of the log."""
    return json.loads(in_shell(site, COUNT).splitlines()[-1])


def open_door(page: Page, event: int) -> str:
    log_in(page, "admin@example.org")
    page.goto(f"/admin/evenements/{event}/accueil/")
    page.get_by_role("button", name="Ouvrir l’accueil").click()
    return page.locator("a[href*='/accueil/'][href^='http']").inner_text()


def open_telephone(open_browser: Callable[..., Page], link: str) -> Page:
    telephone = open_browser(width=390, height=844)
    telephone.goto(link)
    expect(telephone.locator("[data-sent]")).to_have_text("Tout est envoyé.")
    telephone.evaluate("navigator.serviceWorker.ready.then(() => null)")
    return telephone


def tick(telephone: Page, name: str) -> None:
    telephone.get_by_label("Nom, structure ou code").fill(name.split()[0].lower())
    telephone.get_by_role("button", name=f"Pointer {name}").click()
    row = telephone.locator(".door-person", has_text=name)
    expect(row).to_contain_text("déjà pointée à")


def add(telephone: Page, name: str, email: str) -> None:
    telephone.get_by_text("Quelqu’un qui n’est pas inscrit").click()
    form = telephone.locator("[data-walk-in]")
    form.get_by_label("Prénom et nom").fill(name)
    form.get_by_label("Adresse e-mail").fill(email)
    form.get_by_role("button", name="Ajouter et pointer").click()
    expect(form.get_by_role("alert")).to_contain_text("Demandez à la personne")
    form.get_by_role("checkbox").check()
    form.get_by_role("button", name="Ajouter et pointer").click()
    expect(telephone.locator(".door-person", has_text=name)).to_contain_text("sur place")


def test_the_door_works_without_network_and_is_gone_the_next_day(
    page: Page, site: VisitedSite, open_browser: Callable[..., Page], tmp_path: Path
) -> None:
    """desk 8, 9, 10, 11, 12, 14."""
    link = open_door(page, make_day(site, tmp_path))
    first = open_telephone(open_browser, link)
    assert violations(first) == []

    tick_with_and_without_network(first)
    first, queue = reopen_and_send(first, link)
    assert counts(site) == [11, 2, 14, 15]
    send_again(first, link, queue)
    assert counts(site) == [11, 2, 14, 15]

    second = open_telephone(open_browser, link)
    tick_one_person_twice(first, second)
    assert counts(site)[:2] == [12, 2]
    read_wrong_codes(second)
    meet_an_error_of_the_server(second)
    assert counts(site)[:2] == [11, 3]
    second.set_viewport_size({"width": 320, "height": 700})
    assert sideways(second) == []

    in_shell(site, YESTERDAY)
    for telephone in (first, second):
        find_the_door_gone(telephone, link)


def tick_with_and_without_network(telephone: Page) -> None:
    for name in NAMES[:9]:
        tick(telephone, name)
    expect(telephone.locator("[data-sent]")).to_have_text("Tout est envoyé.")
    telephone.context.set_offline(True)
    for name in NAMES[9:]:
        tick(telephone, name)
    telephone.get_by_role("button", name=f"Annuler la présence de {NAMES[0]}").press("Enter")
    add(telephone, "Maïa Sur-Place", "maia@example.org")
    add(telephone, "Nora Arrivée", "")
    expect(telephone.locator("[data-sent]")).to_contain_text("6 à envoyer")
    kept = telephone.evaluate(KEPT)
    words = ("@example", "Adèle", "Maïa", "Arras", "read: true")
    assert [word for word in words if word in kept] == []
    assert "key can be read: false" in kept


def reopen_and_send(telephone: Page, link: str) -> tuple[Page, str]:
    """Close the page and open it without network; return it and the body that sent its queue once there was one."""
    context = telephone.context
    telephone.close()
    telephone = context.new_page()
    sent: list[str] = []
    telephone.on("request", lambda asked: sent.append(asked.post_data or ""))
    telephone.goto(link)
    expect(telephone.locator("[data-sent]")).to_contain_text("6 à envoyer")
    expect(telephone.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(telephone.locator("[data-present]")).to_have_text("13 personnes présentes")
    assert violations(telephone) == []
    context.set_offline(False)
    expect(telephone.locator("[data-sent]")).to_have_text("Tout est envoyé.")
    return telephone, next(body for body in reversed(sent) if "walk_in" in body)


def send_again(telephone: Page, link: str, queue: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = telephone.context.request.post(f"{link}liste/", data=queue, headers=headers)
    assert [sorted(one) for one in answer.json()["answers"]] == [["uuid"]] * 6


def tick_one_person_twice(first: Page, second: Page) -> None:
    """The second telephone has no network while the first ticks the same person."""
    second.context.set_offline(True)
    tick(first, NAMES[0])
    expect(first.locator("[data-sent]")).to_have_text("Tout est envoyé.")
    tick(second, NAMES[0])
    second.context.set_offline(False)
    expect(second.locator("[data-sent]")).to_have_text("Tout est envoyé.")
    expect(second.locator("[data-trouble]")).to_contain_text("(téléphone A)")
    second.get_by_role("button", name="C’est vu").click()
    expect(second.locator("[data-trouble]")).to_be_hidden()


def read_wrong_codes(telephone: Page) -> None:
    search = telephone.get_by_label("Nom, structure ou code")
    for typed, sentence in {
        "ACCUEIL:999999:ABCDEFG1": "celui d’un autre événement",
        "https://example.org/inscriptions/secret/": "lien personnel",
        "ABCD-EFG1": "n’est pas celui d’une inscription",
    }.items():
        search.fill(typed)
        expect(telephone.locator("[data-said]")).to_contain_text(sentence)
        expect(telephone.locator(".door-person")).to_have_count(0)
    search.fill("")


def meet_an_error_of_the_server(telephone: Page) -> None:
    """One entry that the server cannot take stays, and is named; the others go. It goes when the server is well."""
    telephone.evaluate(FAIL)
    telephone.context.set_offline(True)
    telephone.get_by_role("button", name=f"Annuler la présence de {NAMES[1]}").click()
    add(telephone, "Otis Tardif", "")
    telephone.context.set_offline(False)
    expect(telephone.locator("[data-sent]")).to_contain_text("1 à envoyer")
    expect(telephone.locator("[data-trouble]")).to_contain_text(f"{NAMES[1]}\u00a0: le serveur")
    telephone.evaluate("window.fetch = window.untouched; window.dispatchEvent(new Event('online'))")
    expect(telephone.locator("[data-sent]")).to_have_text("Tout est envoyé.")


def find_the_door_gone(telephone: Page, link: str) -> None:
    """The next day: the page erases what it holds, and then is not found."""
    telephone.goto(link)
    expect(telephone.get_by_role("heading", level=1)).not_to_have_text(TITLE)
    expect(telephone.locator("[data-door]")).to_have_count(0)
    assert telephone.evaluate(LEFT) == [0, 0, 0]


def test_other_pages_register_no_worker(page: Page) -> None:
    """desk 12."""
    page.goto("/agenda/")
    assert page.evaluate(LEFT) == [0, 0, 0]
