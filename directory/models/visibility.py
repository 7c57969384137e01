"""Visibility of cards' fields. All pages, indexes, files and maps must read cards through `visible_fields`."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q

from home.access import Visitor, is_member, is_only_member

ME = "me"
MEMBERS = "members"

#: Fields hidden until their owner shows them. All other optional fields are visible to members by default.
PRIVATE_BY_DEFAULT = frozenset({"phone", "email"})


def visibility_of(card: Any, field: str) -> str:
    return MEMBERS if is_shown(card.visibility, field) else ME


def visible_fields(
    card: Any, viewer: Visitor, *, as_member: bool = False, among: Collection[str] = ()
) -> dict[str, Any]:
    """Return the card's non-empty fields that the viewer may see, by name. Non-members see nothing.

    The owner and staff see all fields, other members those shown to them. `as_member` limits owner and staff to what
    members see. `among` limits the fields that are read.
    """
    if not as_member and reads_everything(card, viewer):
        return filled_fields(card, among)
    if is_member(viewer) or reads_everything(card, viewer):
        return fields_for_members(card, among)
    return {}


def reads_everything(card: Any, viewer: Visitor) -> bool:
    if is_member(viewer) and card.owner_id is not None and card.owner_id == viewer.pk:
        return True
    return manages_cards(viewer)


def manages_cards(viewer: Visitor) -> bool:
    """Return whether the viewer is of the team that reads and corrects all cards."""
    if not viewer.is_authenticated or not viewer.is_active:
        return False
    return not is_only_member(viewer) and viewer.has_perm("directory.change_member")


def reads_cards(viewer: Visitor) -> bool:
    """Return whether the viewer may know which cards exist. Those who only edit the directory's page may not."""
    return is_member(viewer) or manages_cards(viewer)


def shown_to_members(field: str) -> Q:
    """Return `is_shown` as a filter, to filter and count thousands of cards in the database."""
    shown = Q(**{f"visibility__{field}": MEMBERS})
    if field not in PRIVATE_BY_DEFAULT:
        shown |= Q(**{f"visibility__{field}__isnull": True})
    return shown


def is_shown(visibility: dict[str, str], field: str) -> bool:
    """Return whether a card's `visibility` shows the field to members."""
    default = ME if field in PRIVATE_BY_DEFAULT else MEMBERS
    return visibility.get(field, default) == MEMBERS


def fields_for_members(card: Any, among: Collection[str] = ()) -> dict[str, Any]:
    """Return the fields visible to all members, which are also the only ones that the search may index."""
    return {
        name: value
        for name, value in filled_fields(card, among).items()
        if name not in card.optional_fields or is_shown(card.visibility, name)
    }


def filled_fields(card: Any, among: Collection[str] = ()) -> dict[str, Any]:
    values = {name: getattr(card, name) for name in card.read_fields if not among or name in among}
    if "themes" in values:
        # Through the parent row, where `for_card()` has prefetched them.
        values["themes"] = list(card.card.themes.all())
    return {name: value for name, value in values.items() if value}
