"""The ledger of the end: registrations told, rows kept and messages arrived are the same people."""

import time
from collections import Counter
from dataclasses import dataclass

from tests.faults.outages import Stage
from tests.faults.traffic import Traffic
from tests.running.site import Database

ROWS = "SELECT email FROM events_registration WHERE event_id = {event.key} AND state = 'active'"
OUTGOING = (
    "SELECT recipient, message_id, state FROM home_outgoingemail"
    " WHERE recipient LIKE '%@{event.domain}'"
)
#: Seconds until the last message has left.
PATIENCE = 90.0
#: Seconds without a change that show an idle worker.
STILL = 4.0


@dataclass(frozen=True)
class Ledger:
    registrations: int
    rows: int
    mails: int
    #: Messages that arrived twice, because a worker was killed or cut off after the server had taken them.
    repeated: int
    faults: list[str]


def close_ledger(stage: Stage, traffic: Traffic) -> Ledger:
    outgoing = wait_for_mail(stage, traffic)
    with Database(stage.site) as database:
        kept = Counter(email for (email,) in database.rows(ROWS.format(event=traffic.event)))
    told = traffic.registered
    arrived = Counter(str(message["Message-ID"]) for message in list(stage.smtp.accepted))
    written_to = {recipient for recipient, key, _state in outgoing if arrived[key]}
    faults = [
        *(f"lost: {email} was told yes, and there is no row" for email in told - set(kept)),
        *(f"unasked: {email} has a row, and was never told" for email in set(kept) - told),
        *(f"doubled: {email}" for email, number in kept.items() if number > 1),
        *(f"without a message: {email}" for email in set(kept) - written_to),
        *(f"{state}: {recipient}" for recipient, _key, state in outgoing if state != "sent"),
        *(f"given up: {email}" for email in traffic.given_up),
    ]
    repeated = sum(number - 1 for number in arrived.values())
    return Ledger(len(told), sum(kept.values()), len(written_to), repeated, sorted(faults))


def wait_for_mail(stage: Stage, traffic: Traffic) -> list[tuple[str, str, str]]:
    """Return the messages, once all are sent. What was refused is due again, as the clock has it in some minutes."""
    deadline = time.monotonic() + PATIENCE
    query = OUTGOING.format(event=traffic.event)
    former = None
    with Database(stage.site) as database:
        while True:
            rows = sorted(database.rows(query))
            if all(row[2] == "sent" for row in rows) or time.monotonic() > deadline:
                return rows
            if rows == former:  # the worker is idle: nothing that it is sending is sent again
                stage.site.run("tests.running.letters", "recover")
            former = rows
            time.sleep(STILL)
