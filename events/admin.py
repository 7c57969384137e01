"""The back office of registrations."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from events.models import EventPage, Registration, Session
from events.registering import cancel
from home.admin import (
    ActionRefused,
    HardenedModelAdmin,
    ReadOnlyPermissionHelper,
    RowAction,
    readable_in_page,
)
from home.french import long_date

#: Digits of a primary key; more than these is no key, and a number that a database refuses.
LONGEST_KEY = 15


class KnownValueFilter(SimpleListFilter):
    """A filter by key that ignores what is not among its choices."""

    lookup = ""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = {key for key, _title in self.lookup_choices}
        return queryset.filter(**{self.lookup: self.value()}) if self.value() in known else queryset


class EventFilter(KnownValueFilter):
    """By event, the latest first; those that nobody joined are not proposed."""

    title = "événement"
    parameter_name = "evenement"
    lookup = "event"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        joined = EventPage.objects.filter(registrations__isnull=False).distinct()
        events = joined.order_by("-starts_at").only("title", "starts_at", "pk")
        return [(str(event.pk), titled(event)) for event in events]


class SessionFilter(KnownValueFilter):
    """By session, once an event is chosen."""

    title = "session"
    parameter_name = "session"
    lookup = "seats__session"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        event = request.GET.get(EventFilter.parameter_name, "")
        if not event.isascii() or not event.isdecimal() or len(event) > LONGEST_KEY:
            return []
        return [(str(one.pk), str(one)) for one in Session.objects.filter(event=int(event))]


def titled(event: EventPage) -> str:
    day = f" ({long_date(event.starts_at, weekday=False)})" if event.starts_at else ""
    return event.title + day


class RegistrationAdmin(HardenedModelAdmin):
    model = Registration
    menu_label = "Inscriptions"
    menu_icon = "list-ul"
    menu_order = 210
    list_display = ("name", "email", "organisation", "event", "sessions", "state", "registered_at")
    list_filter = (EventFilter, SessionFilter, "state")
    search_fields = ("name", "email", "organisation")
    list_export = (
        "name", "email", "organisation", "event", "event_day", "sessions", "state",
        "registered_at", "cancelled_at",
    )  # fmt: skip
    inspect_view_fields = (
        "name", "email", "organisation", "event", "sessions", "state", "registered_at",
        "cancelled_at", "given_answers", "history",
    )  # fmt: skip
    row_actions = (
        RowAction(
            "annuler", "Annuler l’inscription", run="cancel", shown=lambda row: row.is_active
        ),
    )
    permission_helper_class = ReadOnlyPermissionHelper

    def get_queryset(self, request: HttpRequest) -> QuerySet[Registration]:
        return super().get_queryset(request).with_seats()

    def sessions(self, registration: Registration) -> str:
        return ", ".join(str(seat) for seat in registration.seats.all())

    sessions.short_description = "sessions"  # type: ignore[attr-defined]

    def event_day(self, registration: Registration) -> str:
        starts_at = registration.event.starts_at
        return long_date(starts_at, weekday=False) if starts_at else ""

    event_day.short_description = "date"  # type: ignore[attr-defined]

    def given_answers(self, registration: Registration) -> SafeString:
        answers = registration.answers.values()
        lines = ((one["label"], as_words(one["value"])) for one in answers)
        return format_html_join("", "<p><strong>{}</strong> : {}</p>", lines)

    given_answers.short_description = "réponses"  # type: ignore[attr-defined]

    def history(self, registration: Registration) -> SafeString:
        entries = registration.log.select_related("by")
        lines = (
            (
                timezone.localtime(entry.at).strftime("%d/%m/%Y %H:%M"),
                entry.get_action_display(),
                entry.by or "en ligne",
            )
            for entry in entries
        )
        return format_html_join("", "<p>{} – {} ({})</p>", lines)

    history.short_description = "historique"  # type: ignore[attr-defined]

    def cancel(self, request: HttpRequest, registration: Registration) -> str:
        if not cancel(registration=registration, by=request.user, now=timezone.now()):
            raise ActionRefused("Cette inscription est déjà annulée.")
        return f"L’inscription de {registration.name} est annulée ; un message lui part."

    def export_table(
        self, objects: Iterable[Registration]
    ) -> tuple[list[str], Iterable[list[Any]]]:
        """One column per question after the usual ones: found by its identifier, whatever became of its label."""
        registrations = list(objects)
        headings, rows = super().export_table(registrations)
        questions: dict[str, str] = {}
        for registration in registrations:
            for key, answer in registration.answers.items():
                questions.setdefault(key, answer["label"])
        return [*headings, *questions.values()], (
            [*row, *(answer_to(registration, key) for key in questions)]
            for row, registration in zip(rows, registrations, strict=True)
        )


def answer_to(registration: Registration, question: str) -> Any:
    answer = registration.answers.get(question)
    return answer["value"] if answer else ""


def as_words(value: Any) -> Any:
    return ", ".join(value) if isinstance(value, list) else readable_in_page(value)
