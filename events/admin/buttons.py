"""Page header buttons that events add to the back office."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from wagtail.admin.widgets import Button
from wagtail.models import Page

from events.admin.people import people_url
from events.models import EventPage, RecapPage
from home.access import Account

#: Attribute of the user object, which lives as long as the request: by path of a parent, whether they may add there.
ADDS_BELOW = "_events_adds_below"


def people_buttons(
    page: Page, user: Account, next_url: str | None = None, view_name: str = ""
) -> Iterator[Button]:
    """Yield links to the people and to the group message of an event, as far as the rights of the user go."""
    address = people_url(user, page) if page.specific_class is EventPage else ""
    if not address:
        return
    yield Button("Inscriptions", address, icon_name="list-ul", priority=50)
    yield Button(
        "Le jour même", reverse("events_day", args=[page.pk]), icon_name="date", priority=52
    )
    if not user.has_perm("events.change_registration"):
        return
    address = reverse("events_write_to_group", args=[page.pk])
    yield Button("Écrire aux personnes inscrites", address, icon_name="mail", priority=55)


def edition_button(
    page: Page, user: Account, next_url: str | None = None, view_name: str = ""
) -> Iterator[Button]:
    """Yield a link to the next edition of a past event, which somebody begins who may add pages beside it."""
    if page.specific_class is EventPage and is_over(page.specific) and may_add_beside(page, user):
        address = reverse("events_new_edition", args=[page.pk])
        yield Button("Comme la dernière fois", address, icon_name="copy", priority=45)


def changes_button(
    page: Page, user: Account, next_url: str | None = None, view_name: str = ""
) -> Iterator[Button]:
    """Yield a link to what has changed since the last edition, until the first publication."""
    event = page.specific if page.specific_class is EventPage else None
    if event and event.previous_edition_id and event.last_published_at is None:
        address = reverse("events_edition_changes", args=[event.pk])
        yield Button("Ce qui a changé", address, icon_name="date", priority=5)


def move_button(
    page: Page, user: Account, next_url: str | None = None, view_name: str = ""
) -> Iterator[Button]:
    """Yield a link that moves an event to another date, as long as it is to come."""
    event = page.specific if page.specific_class is EventPage else None
    if event is None or event.starts_at is None or event.is_cancelled or is_over(event):
        return
    if event.permissions_for_user(user).can_edit():
        address = reverse("events_move", args=[event.pk])
        yield Button("Déplacer à une autre date", address, icon_name="date", priority=46)


def is_over(event: EventPage) -> bool:
    return event.starts_at is not None and event.is_past(timezone.now())


def may_add_beside(page: Page, user: Account) -> bool:
    """Return whether the user may add pages beside this one. Lists ask it for each row: one query per parent."""
    answers: dict[str, bool] = vars(user).setdefault(ADDS_BELOW, {})
    parent = page.path[: -page.steplen]
    if parent not in answers:
        rights = page.get_parent().permissions_for_user(user)
        answers[parent] = rights.can_add_subpage()
    return answers[parent]


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


def thanks_button(
    page: Page, user: Account, next_url: str | None = None, view_name: str = ""
) -> Iterator[Button]:
    """Yield a link to the letter of thanks of a past event, for those who may write to registrants."""
    event = page.specific if page.specific_class is EventPage else None
    if event and is_over(event) and user.has_perm("events.change_registration"):
        address = reverse("events_thanks", args=[event.pk])
        yield Button("Remercier", address, icon_name="mail", priority=61)


def quotations_button(
    page: Page, user: Account, next_url: str | None = None, view_name: str = ""
) -> Iterator[Button]:
    """Yield a link to the sentences that a recap may quote."""
    if page.specific_class is RecapPage and page.permissions_for_user(user).can_edit():
        address = reverse("events_quotations", args=[page.pk])
        yield Button("Citer les participant·es", address, icon_name="openquote", priority=61)
