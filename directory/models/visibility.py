"""Who reads which field of a card. Every page, index, file and map reads cards through `visible_fields`, and only so."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q

from home.access import Visitor, is_member, is_only_member

ME = "me"
MEMBERS = "members"

#: What is for its owner alone until they say otherwise. Every other optional field is for members.
PRIVATE_BY_DEFAULT = frozenset({"phone", "email"})


def visibility_of(card: Any, field: str) -> str:
    return MEMBERS if is_shown(card.visibility, field) else ME


def visible_fields(
    card: Any, viewer: Visitor, *, as_member: bool = False, among: Collection[str] = ()
) -> dict[str, Any]:
    """The fields of this card that the viewer may read, by name; nothing at all for who is not a member.

    The card's owner and the team read everything, other members what is left to them. Empty fields are absent.
    `as_member` shows to the first two what any member sees. `among`: no field but these is read at all.
    """
    if not as_member and reads_everything(card, viewer):
        return filled_fields(card, among)
    if is_member(viewer) or reads_everything(card, viewer):
        return fields_for_members(card, among)
    return {}


def reads_everything(card: Any, viewer: Visitor) -> bool:
    if not viewer.is_authenticated or not viewer.is_active:
        return False
    if is_member(viewer) and card.owner_id is not None and card.owner_id == viewer.pk:
        return True
    return not is_only_member(viewer) and viewer.has_perm("directory.change_member")


def shown_to_members(field: str) -> Q:
    """`is_shown`, asked of the database: the directory filters and counts thousands of cards by it."""
    shown = Q(**{f"visibility__{field}": MEMBERS})
    if field not in PRIVATE_BY_DEFAULT:
        shown |= Q(**{f"visibility__{field}__isnull": True})
    return shown


def is_shown(visibility: dict[str, str], field: str) -> bool:
    """Whether members see this field of a card, from its column alone."""
    default = ME if field in PRIVATE_BY_DEFAULT else MEMBERS
    return visibility.get(field, default) == MEMBERS


def fields_for_members(card: Any, among: Collection[str] = ()) -> dict[str, Any]:
    """What the least privileged reader of the directory sees, and all that its index may hold."""
    return {
        name: value
        for name, value in filled_fields(card, among).items()
        if name not in card.optional_fields or is_shown(card.visibility, name)
    }


def filled_fields(card: Any, among: Collection[str] = ()) -> dict[str, Any]:
    values = {name: getattr(card, name) for name in card.read_fields if not among or name in among}
    if "themes" in values:
        # Through the row that people and organisations share, where `for_card()` has fetched them.
        values["themes"] = list(card.card.themes.all())
    return {name: value for name, value in values.items() if value}
