"""The report of past events that have no recap."""

from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.tables import Column, TitleColumn

from events.models import EventPage
from events.models.querysets import EventQuerySet
from home.access import Visitor
from home.admin.reports.base import PageColumn, SiteReport, editor_of, pages_of
from home.french import long_date


def events_without_recap(user: Visitor) -> EventQuerySet:
    """Return the past events to tell, of those on which the user works, latest first."""
    events = EventPage.objects.to_tell(timezone.now()).filter(pk__in=pages_of(user))
    return events.order_by("-ends_at", "-pk")


def count_events_without_recap(user: Visitor) -> int:
    return events_without_recap(user).count()


def day_of(event: EventPage) -> str:
    return long_date(timezone.localtime(event.starts_at).date())


def event_draft(event: EventPage) -> bool:
    return getattr(event, "recap", None) is not None


class RecapReport(SiteReport):
    name = "comptes-rendus"
    page_title = "Comptes rendus à écrire"
    header_icon = "edit"
    order = 120
    explanation = (
        "Les rencontres des douze derniers mois qui n’ont pas encore de compte rendu publié."
    )
    empty = "Chaque rencontre des douze derniers mois a son compte rendu."
    columns = [
        PageColumn("event", label="Événement", accessor=lambda event: event),
        Column("day", label="Date", accessor=day_of),
        TitleColumn(
            "recap",
            label="Compte rendu",
            accessor=lambda event: "Reprendre le brouillon" if event_draft(event) else "Écrire",
            get_url=lambda event: reverse("events_draft_recap", args=[event.pk]),
        ),
        Column("editor", label="Personne", accessor=editor_of),
    ]
    exported = {
        "Événement": lambda event: event.title,
        "Date": lambda event: timezone.localtime(event.starts_at).date(),
        "Compte rendu": lambda event: "brouillon" if event_draft(event) else "à écrire",
        "Personne": editor_of,
    }

    def get_queryset(self) -> EventQuerySet:
        return events_without_recap(self.request.user).select_related("recap", "owner")
