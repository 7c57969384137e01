"""What a visitor does on the page of an event: read its registration section, fill its form."""

import re
from typing import Any

from django.test import Client

from events.models import EventPage


def fill(client: Client, event: EventPage, clock: Any, **answers: Any) -> dict[str, Any]:
    """What a browser would send: the form's own hidden fields and these answers, ten seconds later."""
    html = client.get(event.url).content.decode()
    begin = html.index('<form class="form"')
    form = html[begin : html.index("</form>", begin)]
    data: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'(\w[\w-]*)="([^"]*)"', tag))
        if attributes.get("type") in ("hidden", "text", "email"):
            data[attributes["name"]] = attributes.get("value", "")
    clock.shift(10)
    return data | {"name": "Élise Exemple", "email": "elise@exemple.fr"} | answers


def section_of(response: Any) -> str:
    html = response.content.decode()
    section = html[html.index('id="inscription"') :]
    return " ".join(re.sub(r"<[^>]+>", " ", section[: section.index("</section>")]).split())
