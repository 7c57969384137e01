"""Reminding who has a place, a week before and the day before, and thanking who came.

The clock asks often; a message is written once, whatever happens: its key holds the person and the day. Everything is
counted in days of the network's clock, so that nine o'clock stays nine o'clock when the hour changes.
"""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from events.messages import emails
from events.models import EventPage, Registration
from events.models.dates import local
from home.batches import in_slices
from home.mail import outbox
from home.models import OutgoingEmail

REMINDER_HOUR = time(9)
THANKS_HOUR = time(10)
WEEK, EVE = 7, 1
#: Whose place was given in the hours before has just read the same.
FRESH = timedelta(hours=24)
#: How long after the event thanks still make sense, when the site was down.
THANKS_WINDOW = timedelta(days=3)


def remind(at: datetime) -> None:
    """Write the reminders and thanks that are due and not written yet."""
    for event in EventPage.objects.to_remind(at):
        write_missing(event, due_messages(event, at))


def due_messages(event: EventPage, at: datetime) -> dict[str, emails.Reminder]:
    """By key of the message: what each person who has a place should have by now."""
    people = event.registrations.seated().with_seats()
    due = {person: due_message(event, person, at) for person in people}
    return {emails.reminder_key(person, what): what for person, what in due.items() if what}


def due_message(
    event: EventPage, registration: Registration, at: datetime
) -> emails.Reminder | None:
    if not event.is_planned:
        return None
    if event.is_past(at):
        return thanks_due(event, registration, at)
    day = local(first_moment(event, registration)).date()
    for days_before in (WEEK, EVE):
        sent_at = on(day, -days_before, REMINDER_HOUR)
        until = on(day, 1 - days_before, time.min)  # later that day it is still true, not the next
        if event.reminders and sent_at <= at < until and not is_fresh(registration, sent_at):
            return emails.Reminder(registration, days_before, day)
    return None


def is_fresh(registration: Registration, sent_at: datetime) -> bool:
    """Whether the place was given so lately that the same has just been read."""
    given = [seat.since for seat in registration.seats.all() if seat.is_confirmed]
    return min(given) > sent_at - FRESH


def thanks_due(
    event: EventPage, registration: Registration, at: datetime
) -> emails.Reminder | None:
    last_day = local(event.ends_at - timedelta(microseconds=1)).date()
    sent_at = on(last_day, 1, THANKS_HOUR)
    if not event.thanks or not sent_at <= at < sent_at + THANKS_WINDOW:
        return None
    return emails.Reminder(registration, emails.THANKS, last_day)


def first_moment(event: EventPage, registration: Registration) -> datetime:
    """When this person is expected: at the first of their sessions, else at the event's start."""
    sessions = (seat.session for seat in registration.seats.all() if seat.is_confirmed)
    starts = [session.starts_at for session in sessions if session.starts_at]
    return min(starts) if starts and not event.all_day else event.starts_at or event.ends_at


def on(day: date, days: int, hour: time) -> datetime:
    """This hour on the network's clock, so many days after that day."""
    paris = timezone.get_default_timezone()
    return datetime.combine(day + timedelta(days=days), hour, tzinfo=paris)


def write_missing(event: EventPage, due: dict[str, emails.Reminder]) -> None:
    in_slices(sorted(due), lambda keys: write_slice(event, {key: due[key] for key in keys}))


def write_slice(event: EventPage, due: dict[str, emails.Reminder]) -> None:
    written = OutgoingEmail.objects.filter(dedup_key__in=due).values_list("dedup_key", flat=True)
    missing = [reminder for key, reminder in due.items() if key not in set(written)]
    if not missing:
        return
    # Lock the event: it may be cancelled, or a place given back, at this very moment.
    locked = EventPage.objects.select_for_update(of=("self",)).get(pk=event.pk)
    seated = locked.registrations.seated()
    keys = [reminder.registration.pk for reminder in missing]
    still = set(seated.filter(pk__in=keys).values_list("pk", flat=True))
    for reminder in missing:
        if locked.is_planned and reminder.registration.pk in still:
            emails.reminder(reminder)


def withdraw(at: datetime) -> None:
    """Take back the reminders that wait in the outbox and are no longer true: cancelled, moved, too late."""
    waiting = OutgoingEmail.objects.waiting().filter(dedup_key__startswith=emails.REMINDER_PREFIX)
    for row in waiting:
        registration = registration_of(row)
        due = registration and due_message(registration.event, registration, at)
        if not due or emails.reminder_key(due.registration, due) != row.dedup_key:
            outbox.withdraw(row)


def registration_of(row: OutgoingEmail) -> Registration | None:
    uuid = emails.reminded_uuid(str(row.dedup_key))
    return Registration.objects.seated().with_seats().filter(uuid=uuid).first()
