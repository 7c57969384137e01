"""Benchmark of growth: what a request costs with 10, 100, 1,000 and 10,000 articles, then with 300 events.

Each page is asked with Django's test client in a new process: queries with empty caches, then processor time, warm.
Articles are copies of a few that are published properly, because publishing 10,000 takes longer than measuring.
"""

import copy
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import django
from django.db import connection, transaction
from django.utils import timezone

from tests.bench.chart import lines
from tests.bench.client import ask_as, count_queries, in_a_new_process, visitor
from tests.bench.directory import THEMES
from tests.bench.document import Section, Table
from tests.bench.running_site import BASE_DIR

#: Articles and events of each step.
STEPS = ((10, 10), (100, 10), (1_000, 10), (10_000, 10), (10_000, 300))
ROUNDS = 12
WORDS = ("participation", "coopération", "démocratie", "mairie", "atelier", "rencontre", "budget")
#: Times that a page may cost with most pages what it costs with fewest.
ALLOWED = 1.5
Cost = tuple[int, float]


def run() -> Section:
    with tempfile.TemporaryDirectory(prefix="site-cms-bench-") as folder:
        own = os.environ | {"DATABASE_URL": "", "DATA_DIR": folder}
        for command in (["manage.py", "migrate"], ["manage.py", "collectstatic", "--noinput"]):
            subprocess.run(
                [sys.executable, *command, "--verbosity=0"], cwd=BASE_DIR, env=own, check=True
            )
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.growth"],
            cwd=BASE_DIR,
            env=own,
            check=True,
            stdout=subprocess.PIPE,
        )
    return report(json.loads(done.stdout))


def report(costs: Mapping[str, Sequence[Cost]]) -> Section:
    head = ("page", *(f"{pages:,} + {events}" for pages, events in STEPS))
    growth = {name: found[-1][1] / found[0][1] for name, found in costs.items()}
    over = {name for name, factor in growth.items() if factor > ALLOWED}
    return Section(
        "Growth",
        [
            (
                "Articles + events in the site; the cost of one request without the shelf, on SQLite, in a new process. Search finds"
                " a word that every article has, or a word of one."
            ),
            Table(
                head, [(name, *(str(cost[0]) for cost in found)) for name, found in costs.items()]
            ),
            "SQL queries, with empty caches.",
            Table(
                (*head, "last to first"),
                [
                    (
                        name,
                        *(f"{cost[1]:.1f}" for cost in found),
                        f"{growth[name]:.2f}{' over' if name in over else ''}",
                    )
                    for name, found in costs.items()
                ],
            ),
            f"Milliseconds of processor, median of {ROUNDS}. Allowed: {ALLOWED} times the cost with ten articles.",
        ],
        over=len(over),
        charts={
            "benchmark-growth.svg": lines(
                "Milliseconds of processor per request, by number of articles",
                [pages for pages, events in STEPS if events == STEPS[0][1]],
                {name: [cost[1] for cost in found[:-1]] for name, found in costs.items()},
            )
        },
    )


# In the subprocess


def measure() -> dict[str, list[Cost]]:
    addresses = in_a_new_process(prepare)
    costs: dict[str, list[Cost]] = {name: [] for name in addresses}
    for articles, events in STEPS:
        in_a_new_process(fill, articles, events)
        for name, address in addresses.items():
            in_a_new_process(
                ask_once, address
            )  # what the first visitor ever writes, like files of the cache
            queries = in_a_new_process(count_queries, address)
            costs[name].append((queries, in_a_new_process(time_requests, address)))
    return costs


def ask_once(address: str) -> None:
    ask_as(visitor(), address)


def time_requests(address: str) -> float:
    """Return the median milliseconds of processor of a request, after two that fill caches."""
    client = visitor()
    spent = []
    for _ in range(ROUNDS + 2):
        started = time.process_time()
        ask_as(client, address)
        spent.append(time.process_time() - started)
    return statistics.median(spent[2:]) * 1000


def prepare() -> dict[str, str]:
    """Publish an article of each theme and an event. Return the addresses by name."""
    from events.models import EventIndexPage  # noqa: PLC0415 -- app ready
    from home.french import slugify_fr  # noqa: PLC0415 -- app ready
    from home.models import NewsIndexPage, NewsPage, Theme  # noqa: PLC0415 -- app ready
    from tests.bench.content import prepare as prepare_event  # noqa: PLC0415 -- app ready

    event = prepare_event({"Journée": "40"})
    parent = NewsIndexPage.objects.get()
    for word in THEMES:
        theme, _ = Theme.objects.get_or_create(slug=slugify_fr(word), defaults={"name": word})
        article = NewsPage(
            title=f"Premier article : {word}", lead=f"<p>Une rencontre : {word}.</p>"
        )
        article.body = [("text", f"<p>{'La participation des habitants. ' * 30}</p>")]
        parent.add_child(instance=article)
        article.page_themes.create(theme=theme)
        article.save_revision().publish()
    agenda = EventIndexPage.objects.get()
    return {
        "article": article.url,
        "event with its form": event["path"],
        "list of articles": parent.url,
        "list of articles, by theme": f"{parent.url}?theme={theme.slug}",
        "agenda": agenda.url,
        "home": "/",
        "search, all articles": "/recherche/?q=rencontre",
        "search, one article": "/recherche/?q=quartzite",
    }


def fill(articles: int, events: int) -> None:
    """Copy articles and events until there are as many as asked."""
    from events.models import EventPage  # noqa: PLC0415 -- app ready
    from home.models import NewsPage  # noqa: PLC0415 -- app ready

    with transaction.atomic():
        originals = list(NewsPage.objects.order_by("path")[: len(THEMES)])
        missing = articles - NewsPage.objects.count()
        for place, original in enumerate(originals):
            copy_page(original, missing // len(originals), place)
        copy_page(EventPage.objects.earliest("path"), events - EventPage.objects.count(), 0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def copy_page(original: Any, count: int, place: int) -> None:
    """Add copies of a page after its last sibling: row of the page, of its type, of its index entry, children."""
    from wagtail.models import Page  # noqa: PLC0415 -- app ready

    from home.models import SearchEntry  # noqa: PLC0415 -- app ready
    from home.models.themes import PageTheme  # noqa: PLC0415 -- app ready

    if count <= 0:
        return
    parent = original.get_parent()
    first = Page._str2int(parent.get_last_child().path[-Page.steplen :]) + 1
    bases = [base_of(original, parent, first + number, place) for number in range(count)]
    Page.objects.bulk_create(bases)
    for base in bases:
        row_of(original, base).save_base(raw=True, force_insert=True)
    Page.objects.filter(pk=parent.pk).update(numchild=parent.numchild + count)
    themes = list(original.page_themes.all())
    PageTheme.objects.bulk_create(
        PageTheme(page_id=base.pk, theme_id=one.theme_id) for base in bases for one in themes
    )
    entry = original.search_entry
    SearchEntry.objects.bulk_create(
        SearchEntry(
            page_id=base.pk,
            title=f" {base.title.lower()} ",
            lead=entry.lead,
            body=entry.body,
            text=entry.text,
        )
        for base in bases
    )
    copy_sessions(original, bases)


def base_of(original: Any, parent: Any, step: int, place: int) -> Any:
    from wagtail.models import Page  # noqa: PLC0415 -- app ready

    base = copy.copy(original.page_ptr)
    base._state = copy.copy(base._state)
    base._state.adding, base.pk, base.id = True, None, None
    base.path = Page._get_path(parent.path, parent.depth + 1, step)
    base.slug = f"copie-{step}"
    base.url_path = f"{parent.url_path}{base.slug}/"
    rare = "quartzite " if step == 9 and place == 0 else ""
    base.title = base.draft_title = f"{rare}{WORDS[step % len(WORDS)]} numéro {step}"
    base.translation_key = uuid.uuid4()
    base.first_published_at = timezone.now() - timedelta(hours=7 * step)
    base.latest_revision = base.live_revision = None
    return base


def row_of(original: Any, base: Any) -> Any:
    """Return the row of the page's own type for a base. Copies of an event lie around today, one each day."""
    row = copy.copy(original)
    row._state = copy.copy(row._state)
    row.__dict__.update(
        {field.attname: getattr(base, field.attname) for field in base._meta.concrete_fields}
    )
    row._state.adding, row.page_ptr_id = True, base.pk
    if hasattr(row, "starts_at"):
        row.calendar_uid = uuid.uuid4()
        days = base.pk % 300 - 150
        row.starts_at, row.ends_at = (
            moment + timedelta(days=days - 30) for moment in (original.starts_at, original.ends_at)
        )
    return row


def copy_sessions(original: Any, bases: Sequence[Any]) -> None:
    """Copy the sessions of an event; other pages have none."""
    if not hasattr(original, "sessions"):
        return
    from events.models import Session  # noqa: PLC0415 -- app ready

    session = original.sessions.get()
    copies = []
    for base in bases:
        one = copy.copy(session)
        one._state = copy.copy(one._state)
        one._state.adding, one.pk, one.id = True, None, None
        one.event_id, one.uuid = base.pk, uuid.uuid4()
        copies.append(one)
    Session.objects.bulk_create(copies)


if __name__ == "__main__":
    django.setup()
    json.dump(measure(), sys.stdout)
