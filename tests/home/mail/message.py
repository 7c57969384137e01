"""The message sent by the mail tests."""

from typing import Any

from home.mail import outbox
from home.models import OutgoingEmail


def write(**changes: Any) -> OutgoingEmail:
    values: dict[str, Any] = {
        "kind": "essai",
        "to": "elise@example.org",
        "template": "essai/message",
        "context": {"name": "Élise d’<Arras>", "link": outbox.absolute_url("/x/")},
    }
    return outbox.send(**{**values, **changes})
