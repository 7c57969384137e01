"""The message that these tests send."""

from typing import Any

from home import mailing
from home.models import OutgoingEmail


def write(**changes: Any) -> OutgoingEmail:
    values: dict[str, Any] = {
        "kind": "essai",
        "to": "elise@example.org",
        "template": "essai/message",
        "context": {"name": "Élise d’<Arras>", "link": mailing.absolute_url("/x/")},
    }
    return mailing.send(**{**values, **changes})
