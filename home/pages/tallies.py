"""Counts kept in the memory of a process until they are written: a page view and a search cost no write.

Nothing of a visitor is kept: neither address, cookie, account nor moment.
"""

import re
from functools import lru_cache

from home.french import fold

#: Different keys between two writes, beyond which new ones are left out.
MOST = 5_000
LONGEST_WORDS, MOST_DIGITS = 80, 4
ROBOT = re.compile(
    r"bot\b|bots?[/;) ]|crawl|spider|slurp|archive|http|curl|wget|python|java/|go-|okhttp|monitor|check|preview|scan"
    r"|headless|lighthouse|verification",
    re.IGNORECASE,
)


class Tally:
    """A count by key. Adding is one change of a dictionary; a reader takes all and begins another one."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    def add(self, key: str, number: int = 1) -> None:
        counts = self.counts
        if key in counts or len(counts) < MOST:
            counts[key] = counts.get(key, 0) + number

    def take(self) -> dict[str, int]:
        taken, self.counts = self.counts, {}
        return dict(taken)


#: Paths of pages that were read, and words for which nothing was found, since they were last written.
VISITS, SEARCHES = Tally(), Tally()


@lru_cache(maxsize=2048)
def is_robot(user_agent: str) -> bool:
    """Return whether a User-Agent is that of a program. Browsers name themselves, and give no address."""
    return not user_agent.startswith("Mozilla/") or ROBOT.search(user_agent) is not None


def note_search(text: str) -> None:
    """Count a search that found nothing, unless its words may be about somebody: an address, a number."""
    words = " ".join(fold(text).split())
    digits = sum(map(str.isdigit, words))
    if words and "@" not in text and digits <= MOST_DIGITS and len(words) <= LONGEST_WORDS:
        SEARCHES.add(words)
