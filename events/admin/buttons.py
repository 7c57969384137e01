"""Page header buttons that events add to the back office."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from wagtail.admin.widgets import Button
from wagtail.models import Page

from events.admin.people import people_url
from events.models import EventPage, RecapPage
from home.access import Account


def people_buttons(
    page: Page, user: Account, next_url: str | None = None, view_name: str = ""
) -> Iterator[Button]:
    """Yield links to the people and to the group message of an event, as far as the rights of the user go."""
    address = people_url(user, page) if page.specific_class is EventPage else ""
    if not address:
        return
    yield Button("Inscriptions", address, icon_name="list-ul", priority=50)
    if not user.has_perm("events.change_registration"):
        return
    address = reverse("events_write_to_group", args=[page.pk])
    yield Button("Écrire aux personnes inscrites", address, icon_name="mail", priority=55)


def recap_button(
    page: Page, user: Account, next_url: str | None = None, view_name: str = ""
) -> Iterator[Button]:
    """Yield a link to the recap of a past event."""
    event = page.specific if page.specific_class is EventPage else None
    if event and event.is_past(timezone.now()) and event.permissions_for_user(user).can_edit():
        address = reverse("events_draft_recap", args=[event.pk])
        yield Button("Rédiger le compte rendu", address, icon_name="doc-full", priority=60)


def notes_button(
    page: Page, user: Account, next_url: str | None = None, view_name: str = ""
) -> Iterator[Button]:
    """Yield a link to the screen that puts notes in a recap's draft."""
    if page.specific_class is RecapPage and page.permissions_for_user(user).can_edit():
        address = reverse("events_recap_notes", args=[page.pk])
        yield Button("Coller des notes", address, icon_name="clipboard-list", priority=60)
