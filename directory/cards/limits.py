"""How many cards, files and lists an account may ask for: more than a person reads, less than a script that copies.

Counted in the shared cache per account, staff included. What a member opens is also counted per day, for the team
(`CardOpenings`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render

from directory.models import DirectoryPage
from home.access import AccountRequest, is_watcher
from home.forms.rate_limits import HOUR, MINUTE, over
from home.responses import private

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class ReadingLimit:
    name: str
    per_minute: int
    per_hour: int

    def wait(self, account: int) -> int:
        """Count one. Return for how many seconds there are no more, 0 if there are."""
        subject = f"{self.name}:{account}"
        if over(f"hour:{subject}", self.per_hour, HOUR):
            return HOUR
        return MINUTE if over(subject, self.per_minute) else 0


#: A card and its vCard. A page of results opened in tabs at once is 24.
CARDS = ReadingLimit("cards", per_minute=60, per_hour=300)
LISTS = ReadingLimit("lists of cards", per_minute=90, per_hour=900)
#: A page of results shows 24 photos.
PHOTOS = ReadingLimit("photos of cards", per_minute=1000, per_hour=10_000)


def limited(limit: ReadingLimit) -> Callable[[View], View]:
    """Decorate a view of the directory, which answers 429 over the limit. The nightly check's accounts are not counted."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(
            request: AccountRequest, page: DirectoryPage, *args: Any, **kwargs: Any
        ) -> HttpResponseBase:
            wait = 0 if is_watcher(request.user) else limit.wait(request.user.pk)
            return refuse(request, wait) if wait else view(request, page, *args, **kwargs)

        return answer

    return decorate


def refuse(request: AccountRequest, wait: int) -> HttpResponseBase:
    words = "une heure" if wait == HOUR else "une minute"
    response = render(request, "directory/too_many_cards.html", {"wait": words}, status=429)
    response["Retry-After"] = str(wait)
    return private(response)
