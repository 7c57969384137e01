"""Reminders before an event and thanks after it, on the days of `events.models.reminder_timetable`.

The clock runs this often; each message is sent once, thanks to a deduplication key with the person and
the day. Days are counted in Europe/Paris, so that 9:00 stays 9:00 when the clocks change.
"""

import logging
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from events.messages import emails
from events.models import EventPage, Registration, reminder_timetable
from events.models.dates import local
from home.batches import in_slices, one_by_one
from home.mail import outbox
from home.models import OutgoingEmail

logger = logging.getLogger(__name__)

#: Nobody is reminded whose place was confirmed within this time before the reminder.
FRESH = timedelta(hours=24)


def remind(at: datetime) -> None:
    """Queue the reminders and thanks that are due and not queued yet."""
    one_by_one(
        EventPage.objects.to_remind(at),
        lambda event: write_missing(event, due_messages(event, at)),
    )


def due_messages(event: EventPage, at: datetime) -> dict[str, emails.DueReminder]:
    """Return the messages due now to people with a place, by deduplication key."""
    people = event.registrations.seated().reachable().with_seats()
    due = [due_message(event, person, at) for person in people]
    return {message.key: message for message in due if message}


def due_message(
    event: EventPage, registration: Registration, at: datetime
) -> emails.DueReminder | None:
    if not event.is_planned:
        return None
    if event.is_past(at):
        return thanks_due(event, registration, at)
    day = local(first_moment(event, registration)).date()
    for reminder in reminder_timetable.REMINDERS if event.reminders else ():
        sent_at = on(day, -reminder.days, reminder_timetable.REMINDER_HOUR)
        # A late reminder is still true on the same day, but not on the next.
        until = on(day, 1 - reminder.days, time.min)
        if sent_at <= at < until and not is_fresh(registration, sent_at):
            return emails.DueReminder(registration, reminder, day)
    return None


def is_fresh(registration: Registration, sent_at: datetime) -> bool:
    """Whether the place was confirmed so recently that its e-mail makes the reminder redundant."""
    given = [seat.since for seat in registration.seats.all() if seat.is_confirmed]
    return min(given) > sent_at - FRESH


def thanks_due(
    event: EventPage, registration: Registration, at: datetime
) -> emails.DueReminder | None:
    last_day = local(event.ends_at - timedelta(microseconds=1)).date()
    sent_at = on(last_day, -reminder_timetable.THANKS.days, reminder_timetable.THANKS_HOUR)
    if not event.thanks or not sent_at <= at < sent_at + reminder_timetable.THANKS_WINDOW:
        return None
    return emails.DueReminder(registration, reminder_timetable.THANKS, last_day)


def first_moment(event: EventPage, registration: Registration) -> datetime:
    """Return when this person is expected: the start of their first session or, without hours, of the event."""
    sessions = (seat.session for seat in registration.seats.all() if seat.is_confirmed)
    starts = [session.starts_at for session in sessions if session.starts_at]
    return min(starts) if starts and not event.all_day else event.starts_at or event.ends_at


def on(day: date, days: int, hour: time) -> datetime:
    """Return this hour in Europe/Paris, `days` after `day`."""
    paris = timezone.get_default_timezone()
    return datetime.combine(day + timedelta(days=days), hour, tzinfo=paris)


def write_missing(event: EventPage, due: dict[str, emails.DueReminder]) -> None:
    in_slices(sorted(due), lambda keys: write_slice(event, {key: due[key] for key in keys}))


def write_slice(event: EventPage, due: dict[str, emails.DueReminder]) -> None:
    written = OutgoingEmail.objects.filter(dedup_key__in=due).values_list("dedup_key", flat=True)
    missing = [reminder for key, reminder in due.items() if key not in set(written)]
    if not missing:
        return
    # Lock the event and read again: it may have been cancelled meanwhile, or a registration.
    locked = EventPage.objects.select_for_update(of=("self",)).get(pk=event.pk)
    seated = locked.registrations.seated().reachable()
    keys = [reminder.registration.pk for reminder in missing]
    still = {person.pk: person for person in seated.with_seats().filter(pk__in=keys)}
    for reminder in missing:
        person = still.get(reminder.registration.pk)
        if locked.is_planned and person:
            emails.reminder(replace(reminder, registration=person))


def withdraw(at: datetime) -> None:
    """Withdraw queued reminders that are no longer true: cancelled, rescheduled, too late.

    That includes those of another timetable and those whose key cannot be read.
    """
    waiting = OutgoingEmail.objects.waiting().filter(dedup_key__startswith=emails.REMINDER_PREFIX)
    one_by_one(waiting, lambda row: withdraw_untrue(row, at))


def withdraw_untrue(row: OutgoingEmail, at: datetime) -> None:
    registration = registration_of(row)
    due = registration and due_message(registration.event, registration, at)
    if not due or due.key != row.dedup_key:
        outbox.withdraw(row)


def registration_of(row: OutgoingEmail) -> Registration | None:
    uuid = emails.reminded_uuid(str(row.dedup_key))
    if uuid is None:
        logger.warning("Reminder %s has an unreadable key", row.pk)
        return None
    return Registration.objects.seated().reachable().with_seats().filter(uuid=uuid).first()
