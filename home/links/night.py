"""The night's work on links: all pages are read again, then the addresses of other sites are asked."""

import asyncio
import logging
import unicodedata
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks import task
from wagtail.models import Page

from home.batches import LONG, SLICE
from home.links import exchange
from home.links.exchange import Reply
from home.links.findings import NO_ANSWER, NO_NAME, TOO_SLOW, Finding, note
from home.links.rounds import AT_ONCE, Ask, Round
from home.models.lacks import index_lacks
from home.models.links import ExternalAddress, index_links
from home.models.settings import SiteSettings

logger = logging.getLogger(__name__)

#: How often the title of a page that answers is read.
READ_AGAIN = timedelta(days=7)
#: From as many addresses on, a night on which no site answers says that our own line was cut.
ENOUGH = 5
NOBODY = {NO_ANSWER, NO_NAME, TOO_SLOW}


@task(queue_name=LONG)
def check_links() -> None:
    """Enqueued by the clock, once a night."""
    read_all_pages()
    check_addresses(timezone.now())


def read_all_pages() -> None:
    """Write the links and lacks of all pages again: of those saved by an older version, and of addresses that have changed hands."""
    keys = list(Page.objects.live().filter(depth__gt=1).values_list("pk", flat=True))
    for start in range(0, len(keys), SLICE):
        for page in Page.objects.filter(pk__in=keys[start : start + SLICE]).specific():
            index_links(page)
            index_lacks(page)
    ExternalAddress.objects.filter(links=None).delete()


def check_addresses(at: datetime, ask: Ask | None = None) -> int:
    """Ask for the addresses, those first that have waited longest. Return the number of those that were reached."""
    day = timezone.localdate(at)
    rows = {row.address: row for row in ExternalAddress.objects.order_by("checked_at", "pk")}
    due = {text for text, row in rows.items() if not row.read_on or day - row.read_on >= READ_AGAIN}
    found = asyncio.run(run_round(list(rows), due, our_name(), ask))
    if len(found) >= ENOUGH and all(finding.reason in NOBODY for finding in found.values()):
        logger.error("No other site answers: links are not judged tonight")
        return 0
    keep(rows, found, at)
    return len(found)


async def run_round(
    addresses: list[str], due: set[str], user_agent: str, ask: Ask | None
) -> dict[str, Finding]:
    if ask is not None:
        return await Round(ask, user_agent, due).run(addresses)
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="links") as threads:
        work = asyncio.get_running_loop().run_in_executor

        async def ask_in_thread(method: str, address: str) -> Reply:
            return await work(threads, partial(exchange.ask, method, address, user_agent))

        return await Round(ask_in_thread, user_agent, due).run(addresses)


def keep(rows: dict[str, ExternalAddress], found: dict[str, Finding], at: datetime) -> None:
    """Write the findings in short transactions."""
    changed = []
    for address, finding in found.items():
        row = rows[address]
        note(row, finding, on=timezone.localdate(at))
        row.checked_at = at
        changed.append(row)
    fields = [
        "state",
        "reason",
        "new_address",
        "days",
        "first_day",
        "last_day",
        "read_on",
        "checked_at",
    ]
    for part in slices(changed):
        with transaction.atomic():
            ExternalAddress.objects.bulk_update(part, fields)


def our_name() -> str:
    """Return the User-Agent: who asks, why, and a contact. ASCII, as headers are."""
    network = SiteSettings.of_network()
    text = f"{network.name} verification de liens ({network.contact_email or settings.BASE_URL})"
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(plain.split())


def slices(rows: list[ExternalAddress]) -> Iterable[list[ExternalAddress]]:
    return (rows[start : start + 10 * SLICE] for start in range(0, len(rows), 10 * SLICE))
