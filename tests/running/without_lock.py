"""A web process without the lock on the event's row, for the negative control of the crowd test.

Started instead of `site_cms.web` by test_crowd.py; the site has no setting for this. It pauses between reading the free
seats and taking one, so that the race occurs reliably.
"""

import time
from typing import Any

from django.apps import apps

from site_cms.web import load_site, run_server

PAUSE = 0.05  # seconds


def unlocked(events: Any, **kwargs: Any) -> Any:
    return events


def looking_first(look: Any) -> Any:
    def look_and_pause(*words: Any, **named: Any) -> Any:
        places = look(*words, **named)
        time.sleep(PAUSE)
        return places

    return look_and_pause


def take_the_lock_away() -> None:
    from events.registration import signup  # noqa: PLC0415 -- app ready

    type(apps.get_model("events.EventPage").objects.all()).select_for_update = unlocked
    signup.places_to_take = looking_first(signup.places_to_take)


def load_unlocked_site() -> Any:
    application = load_site()
    take_the_lock_away()
    return application


if __name__ == "__main__":
    run_server(load_unlocked_site)
