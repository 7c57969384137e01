"""Text by which the directory's search finds a card: fields visible to members, and no others."""

from typing import Any

from directory.models.visibility import fields_for_members
from home.french import index_text

SEARCHED = ("name", "role", "workplace", "city", "territory", "presentation", "offers", "seeks")


def searched_text(card: Any) -> str:
    """Return the folded text of the card's searched fields and themes."""
    seen = fields_for_members(card)
    words = [str(seen[name]) for name in SEARCHED if name in seen]
    return index_text(" ".join([*words, *(str(theme) for theme in seen.get("themes", []))]))
