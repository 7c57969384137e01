"""Response times for known and unknown e-mail addresses, as a ratio within one run (A16).

There is no budget, because a run is noisy; a person judges. A ratio far from 1 reveals who has an account.
"""

import statistics
import time
from collections.abc import Mapping

from django.core.cache import cache

from tests.bench.client import in_a_new_process, visitor
from tests.bench.document import Section, Table

ROUNDS = 20
KNOWN = "membre@example.org"
PERSON = {"first_name": "Ada", "last_name": "Exemple", "reason": "Apprendre", "charter": "on"}
#: Forms with an e-mail address: path, name of its field, other fields.
DOORS: dict[str, tuple[str, str, Mapping[str, str]]] = {
    "log-in by password": ("/compte/connexion/", "login", {"password": "faux"}),
    "log-in by code": ("/compte/connexion/code/", "email", {}),
    "forgotten password": ("/compte/mot-de-passe/oublie/", "email", {}),
    "asking to join": ("/rejoindre/", "email", PERSON),
    "the letter": ("/lettre/", "email", {"consent": "on"}),
}


def run() -> Section:
    rows = [
        (door, f"{known:.1f}", f"{unknown:.1f}", f"{known / unknown:.2f}")
        for door, (known, unknown) in in_a_new_process(time_doors).items()
    ]
    return Section(
        "Known and unknown addresses",
        [
            (
                f"Milliseconds until the answer to a form, medians of {ROUNDS} in turns. A ratio far from 1 would reveal who has an"
                " account."
            ),
            Table(("an address is posted to", "known", "unknown", "ratio"), rows),
        ],
    )


def time_doors() -> dict[str, tuple[float, float]]:
    """Return each form's median milliseconds for the known address and for new ones, measured alternately."""
    found = {}
    for door in DOORS:
        times: dict[bool, list[float]] = {True: [], False: []}
        for number in range(ROUNDS + 1):
            for is_known in (True, False):
                address = KNOWN if is_known else f"inconnue-{number}@example.org"
                times[is_known].append(time_post(door, address))
        known, unknown = (statistics.median(times[is_known][1:]) for is_known in (True, False))
        found[door] = (
            known * 1000,
            unknown * 1000,
        )  # without the first of each, with cold caches
    return found


def time_post(door: str, address: str) -> float:
    from home.models import OutgoingEmail  # noqa: PLC0415 -- app ready

    path, field, others = DOORS[door]
    cache.clear()  # resets the rate limits
    OutgoingEmail.objects.all().delete()
    client = visitor()
    started = time.perf_counter()
    answer = client.post(path, {field: address, **others})
    seconds = time.perf_counter() - started
    if answer.status_code not in {200, 302, 303}:
        raise RuntimeError(f"{path} answers {answer.status_code}.")
    return seconds
