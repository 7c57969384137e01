"""The site without the lock of the event's row, for the negative control: what the crowd's test must notice.

Served in the place of `site_cms.wsgi` by the test beside; no switch of the site does this.
"""

from typing import Any

from django.apps import apps

from site_cms.wsgi import application

__all__ = ["application"]


def unlocked(events: Any, **kwargs: Any) -> Any:
    return events


type(apps.get_model("events.EventPage").objects.all()).select_for_update = unlocked
