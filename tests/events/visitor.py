"""A visitor on an event's page: reads the registration section and fills in its form."""

import re
from typing import Any

from django.test import Client

from events.models import EventPage


def fill(client: Client, event: EventPage, clock: Any, **answers: Any) -> dict[str, Any]:
    """Return what a browser would post: the form's hidden fields and these answers."""
    html = client.get(event.url).content.decode()
    begin = html.index('<form class="form"')
    form = html[begin : html.index("</form>", begin)]
    data: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'(\w[\w-]*)="([^"]*)"', tag))
        if attributes.get("type") in ("hidden", "text", "email"):
            data[attributes["name"]] = attributes.get("value", "")
    return data | {"name": "Élise Exemple", "email": "elise@exemple.fr"} | answers


def section_of(response: Any) -> str:
    html = response.content.decode()
    section = html[html.index('id="inscription"') :]
    return " ".join(re.sub(r"<[^>]+>", " ", section[: section.index("</section>")]).split())
