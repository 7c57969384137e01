"""Announce a publication's changes to registered people, once staff have confirmed."""

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
from home.batches import enqueue_once, going_on, in_time
from home.mail import outbox
from home.models import OutgoingEmail


def announce(*, change: EventChange, note: str, by: Account, now: datetime) -> bool:
    """Start sending the announcement. Return False, and do nothing, if already decided or published again since."""
    with transaction.atomic():
        decided = decide(change, EventChange.State.SENDING, by=by, now=now, note=note)
        if decided:
            tell_change.enqueue(change.pk)
    return decided


def dismiss(*, change: EventChange, by: Account, now: datetime) -> bool:
    """Close the change without telling anyone. Return False, and do nothing, if already decided."""
    with transaction.atomic():
        return decide(change, EventChange.State.DISMISSED, by=by, now=now)


def decide(
    change: EventChange, state: ChangeState, *, by: Account, now: datetime, note: str = ""
) -> bool:
    # Lock the event: a concurrent publication would be merged into the change being decided.
    EventPage.objects.select_for_update(of=("self",)).get(pk=change.event_id)
    proposed = EventChange.objects.proposed().filter(pk=change.pk, published_at=change.published_at)
    return bool(proposed.update(state=state, decided_at=now, decided_by=by, note=note))


@task()
def tell_change(pk: int) -> None:
    """Send the announcement that `announce` started, for two seconds; another task goes on."""
    change = EventChange.objects.get(pk=pk)
    with going_on(tell_change, pk):
        tell(change=change, now=timezone.now())


def concerned(change: EventChange) -> Any:
    """Return the registrations to tell: active, made before the publication, and affected by the change.

    A cancellation concerns every active registration, whatever its date.
    """
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
    """Queue e-mails not queued yet. An interrupted run can be repeated. Raise `MoreToDo` if some are left."""
    told = outbox.written(emails.event_changed_prefix(change))
    people = concerned(change).order_by("pk").values_list("pk", "uuid")
    untold = [pk for pk, uuid in people if str(uuid) not in told]
    in_time(untold, lambda keys: tell_slice(change, keys, now))
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
    """Cancel the registration on the organiser's behalf, since the event does not take place."""
    registration.state = Registration.State.CANCELLED_BY_ORGANISER
    registration.cancelled_at = now
    registration.save(update_fields=["state", "cancelled_at", "changed_at"])
    RegistrationLogEntry.objects.create(
        registration=registration, action=RegistrationLogEntry.Action.EVENT_CANCELLED, by=by, at=now
    )


def finish_announcements(at: datetime) -> None:
    """Resume interrupted announcements. Run by the clock every minute."""
    for change in EventChange.objects.unfinished():
        enqueue_once(tell_change, change.pk, at=at)
