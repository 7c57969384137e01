"""The site without the lock of the event's row, for the negative control: what the crowd's test must notice.

Served in the place of `site_cms.wsgi` by the test beside; no switch of the site does this. Between the look at the
places and the taking it pauses, as a busy machine does: whether two people meet there must not hang on luck.
"""

import time
from typing import Any

from django.apps import apps

from site_cms.wsgi import application

__all__ = ["application"]

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


take_the_lock_away()
