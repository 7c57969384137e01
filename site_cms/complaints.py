"""Log lines about what fails at each request: one a minute."""

import logging
import time

logger = logging.getLogger(__name__)

MINUTE = 60.0


class Complaint:
    """A line of the log, written at most once a minute by each process."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.quiet_until = float("-inf")

    def say(self, reason: object) -> None:
        now = time.monotonic()
        if now >= self.quiet_until:
            self.quiet_until = now + MINUTE
            logger.error("%s: %s", self.text, reason)
