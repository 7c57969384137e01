"""Announcing: telling registered people what a publication changed, once staff have read the message and said yes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from events.messages import emails
from events.models import EventChange, EventPage, Registration, RegistrationLogEntry, Seat
from events.models.enums import ChangeState
from home.access import Account
from home.batches import in_slices, one_by_one
from home.models import OutgoingEmail


def announce(*, change: EventChange, note: str, by: Account, now: datetime) -> bool:
    """Begin to tell people. False, and nothing done, when that is decided already or another change followed."""
    with transaction.atomic():
        decided = decide(change, EventChange.State.SENDING, by=by, now=now, note=note)
        if decided:
            tell_change.enqueue(change.pk)
    return decided


def dismiss(*, change: EventChange, by: Account, now: datetime) -> bool:
    """Tell nobody. False when that is decided already."""
    with transaction.atomic():
        return decide(change, EventChange.State.DISMISSED, by=by, now=now)


def decide(
    change: EventChange, state: ChangeState, *, by: Account, now: datetime, note: str = ""
) -> bool:
    # Lock the event: a publication at this moment would add to what is being decided.
    EventPage.objects.select_for_update(of=("self",)).get(pk=change.event_id)
    proposed = EventChange.objects.proposed().filter(pk=change.pk, published_at=change.published_at)
    return bool(proposed.update(state=state, decided_at=now, decided_by=by, note=note))


@task()
def tell_change(pk: int) -> None:
    """What `announce` enqueues."""
    tell(change=EventChange.objects.get(pk=pk), now=timezone.now())


def concerned(change: EventChange) -> Any:
    """Who was registered before the change was public: later ones have read the new date."""
    people = change.event.registrations.active()
    if change.is_cancellation:
        return people
    people = people.filter(registered_at__lt=change.published_at)
    if change.concerns_everyone:
        return people
    seated = Q(seats__session__uuid__in=change.moved_sessions)
    if change.concerns_seats:
        seated |= Q(seats__state=Seat.State.CONFIRMED)
    return people.filter(seated).distinct()


def tell(*, change: EventChange, now: datetime) -> None:
    """Write the messages that are not written yet; whoever was stopped in the middle may begin again."""
    keys = list(concerned(change).order_by("pk").values_list("pk", flat=True))
    in_slices(keys, lambda keys: tell_slice(change, keys, now))
    EventChange.objects.unfinished().filter(pk=change.pk).update(state=EventChange.State.SENT)


def tell_slice(change: EventChange, keys: Sequence[int], now: datetime) -> None:
    EventPage.objects.select_for_update(of=("self",)).get(pk=change.event_id)
    people = Registration.objects.active().filter(pk__in=keys).select_related("event")
    for registration in people:
        if already_told(registration, change):
            continue
        if change.is_cancellation:
            close(registration, by=change.decided_by, now=now)
        emails.event_changed(registration, change)


def already_told(registration: Registration, change: EventChange) -> bool:
    key = emails.event_changed_key(registration, change)
    return OutgoingEmail.objects.filter(dedup_key=key).exists()


def close(registration: Registration, *, by: Account | None, now: datetime) -> None:
    """The event does not take place: nobody is asked to cancel."""
    registration.state = Registration.State.CANCELLED_BY_ORGANISER
    registration.cancelled_at = now
    registration.save(update_fields=["state", "cancelled_at", "changed_at"])
    RegistrationLogEntry.objects.create(
        registration=registration, action=RegistrationLogEntry.Action.EVENT_CANCELLED, by=by, at=now
    )


def finish_announcements(at: datetime) -> None:
    """What the clock does each minute: go on where a killed worker stopped."""
    one_by_one(EventChange.objects.unfinished(), lambda change: tell(change=change, now=at))
