"""Acts that a page refuses: the site would break without some, and registered people would lose an event's page.

A page type answers `refusal_of(act)`: a French sentence, empty if the act is allowed. The buttons of the back office,
its bulk actions and its API ask `PageTester`; `delete`, `unpublish`, `move` and copies raise `ActRefused`.
"""

from enum import StrEnum, auto

from django.core.exceptions import PermissionDenied
from wagtail.models import Page, PagePermissionTester

from home.access import Visitor


class Act(StrEnum):
    DELETE = auto()
    UNPUBLISH = auto()
    EXPIRE = auto()
    MOVE = auto()
    COPY = auto()
    SET_PRIVACY = auto()


#: Why an act on a page that the site needs is refused, and what to do instead.
NEEDED = {
    Act.DELETE: "elle ne peut pas être supprimée. Modifiez son texte, ou retirez-la des menus.",
    Act.UNPUBLISH: "elle reste publiée. Modifiez son texte, ou retirez-la des menus.",
    Act.EXPIRE: "elle ne peut pas expirer. Effacez la date d’expiration.",
    Act.MOVE: "elle garde sa place dans l’arborescence. Vous pouvez changer son titre, son adresse et son rang.",
    Act.COPY: "il n’y en a qu’une. Créez une page ordinaire et reprenez-y le texte.",
    Act.SET_PRIVACY: "son accès ne change pas. Pour réserver un contenu aux membres, placez-le dans une page de "
    "l’espace membres ; pour le montrer à tout le monde, dans une page publique.",
}


class ActRefused(PermissionDenied):
    """A page does not allow this act; the message says why and what to do instead."""


def refusal_for_needed_page(page: Page, act: Act) -> str:
    return f"«\u00a0{page.title}\u00a0» est nécessaire au site\u00a0: {NEEDED[act]}"


def refusal_of(page: Page, act: Act, user: Visitor | None = None) -> str:
    """Ask the page's own type; Wagtail's root page has no guard of ours."""
    asked = getattr(page.specific_deferred, "refusal_of", None)
    return asked(act, user) if asked else ""


def require(page: Page, act: Act) -> None:
    """Raise `ActRefused` if the page does not allow the act."""
    if sentence := refusal_of(page, act):
        raise ActRefused(sentence)


class PageTester(PagePermissionTester):
    """Wagtail's permissions on a page, superusers' too, without the acts that the page refuses."""

    def allows(self, act: Act) -> bool:
        return not refusal_of(self.page, act, self.user)

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return super().can_delete(ignore_bulk) and self.allows(Act.DELETE)

    def can_unpublish(self) -> bool:
        return super().can_unpublish() and self.allows(Act.UNPUBLISH)

    def can_move(self) -> bool:
        # Wagtail's rule, for which a move is a deletion, without our guard of deletions.
        return super().can_delete(ignore_bulk=True) and self.allows(Act.MOVE)

    def can_move_to(self, destination: Page) -> bool:
        if self.page.is_child_of(destination):  # another rank below the same parent
            return PagePermissionTester(self.user, self.page).can_move_to(destination)
        return super().can_move_to(destination) and self.allows(Act.MOVE)

    def can_copy(self) -> bool:
        return super().can_copy() and self.allows(Act.COPY)

    def can_set_view_restrictions(self) -> bool:
        return super().can_set_view_restrictions() and self.allows(Act.SET_PRIVACY)
