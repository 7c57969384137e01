"""docs/faults.md: the table of a rehearsal, written by `make faults`."""

import os
import platform
from collections import Counter
from datetime import UTC, datetime

from tests.faults.rehearsal import RECOVERY, Request, Spell, Story

HEAD = """\
# What visitors see while something fails

Written by `{command}` on {date}, on {machine}. Do not edit: run it again.

Two web processes, a worker and a clock; two readers, a member and two registrants at a time, each in no haste, while one
thing after the other fails in earnest. Services are cut off by a proxy that this site alone goes through. A fault's row
counts requests from its beginning until all was well again: processes, a page made by Django, a member's page, a hit of
the shelf, a registration and its message. Each recovery must take {recovery:g} seconds at most from the end of the fault.

{services}

| Fault | Requests | Answers | Worst wait | Well again after | What visitors saw |
|---|---|---|---|---|---|
{rows}

## In the end

{ledger}

## What was done

{faults}
"""


def write_table(story: Story, *, command: str, services: str) -> str:
    """Return the page, in Markdown."""
    return HEAD.format(
        command=command,
        date=f"{datetime.now(UTC):%d %B %Y}",
        machine=f"{platform.system()} {platform.machine()} with {os.cpu_count()} processors",
        recovery=RECOVERY,
        services=services,
        rows="\n".join([*map(row, story.spells), quiet_row(story.quiet)]),
        ledger=said(story),
        faults="\n".join(f"- *{one.outage.name}:* {one.outage.what}" for one in story.spells),
    )


def row(spell: Spell) -> str:
    cells = [
        spell.outage.name,
        str(len(spell.requests)),
        answers(spell.requests),
        worst(spell.requests),
        f"{spell.recovery:.1f} s ({spell.last})",
        seen(spell.requests),
    ]
    return f"| {' | '.join(cells)} |"


def quiet_row(requests: list[Request]) -> str:
    cells = ["none", str(len(requests)), answers(requests), worst(requests), "", seen(requests)]
    return f"| {' | '.join(cells)} |"


def answers(requests: list[Request]) -> str:
    counted = Counter(one.cause for one in requests)
    return ", ".join(f"{number} × {cause}" for cause, number in counted.most_common())


def worst(requests: list[Request]) -> str:
    return f"{max((one.seconds for one in requests), default=0):.1f} s"


def seen(requests: list[Request]) -> str:
    bad = Counter(
        (one.who, f"« {one.heading} »" if one.heading else one.cause)
        for one in requests
        if not one.is_good
    )
    if not bad:
        return "nothing"
    return "; ".join(f"{who}s: {what} ({number})" for (who, what), number in bad.most_common(6))


def said(story: Story) -> str:
    ledger = story.ledger
    sentence = (
        f"{ledger.registrations} people were told that they are registered, {ledger.rows} rows are kept, "
        f"{ledger.mails} people were written to; {ledger.repeated} messages arrived a second time, because"
        " their worker was stopped between the server's yes and its note."
    )
    faults = [f"- {fault}" for fault in ledger.faults] or ["None was lost and none is doubled."]
    return "\n".join([sentence, "", *faults])
