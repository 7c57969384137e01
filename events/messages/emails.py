"""E-mails to many people about one event: changes, reminders, thanks, messages from staff."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from events.agenda.labels import differences
from events.calendar.entries import organizer
from events.models import EventChange, EventPage, GroupMessage, Registration
from events.models.reminder_timetable import Reminder
from events.registration.emails import PreviewRecipient, facts_for, preview, send
from home.mail import outbox
from home.models.mail import Priority

KINDS_OF_CHANGE: dict[str, str] = {
    EventPage.Status.CANCELLED: "événement annulé",
    EventPage.Status.POSTPONED: "événement reporté",
}
REMINDER_PREFIX = "reminder:"
GROUP_MESSAGE, GROUP_TEMPLATE = "message groupé", "group_message"


@dataclass(frozen=True)
class DueReminder:
    """A reminder or thanks that is due: its recipient, timetable entry and day."""

    registration: Registration
    reminder: Reminder
    day: date

    @property
    def key(self) -> str:
        """Deduplication key: one message per person, day and timetable entry, so a rescheduled event gets new ones."""
        return f"{REMINDER_PREFIX}{self.reminder.days}:{self.registration.uuid}:{self.day}"


def event_changed(registration: Registration, change: EventChange) -> None:
    """Send the old and new dates and place, or the cancellation."""
    send(
        registration,
        kind=KINDS_OF_CHANGE.get(change.after["status"], "événement modifié"),
        template=template_of_change(change),
        dedup_key=event_changed_key(registration, change),
        more=words_of_change(change),
        priority=Priority.ORDINARY,
    )


def event_changed_key(registration: Registration, change: EventChange) -> str:
    return f"{event_changed_prefix(change)}{registration.uuid}"


def event_changed_prefix(change: EventChange) -> str:
    return f"event-changed:{change.uuid}:"


def template_of_change(change: EventChange) -> str:
    return "event_cancelled" if change.is_cancellation else "event_moved"


def words_of_change(change: EventChange) -> dict[str, Any]:
    return {"differences": differences(change), "note": change.note}


def reminder(due: DueReminder) -> None:
    send(
        due.registration,
        kind=due.reminder.kind,
        template=due.reminder.template,
        dedup_key=due.key,
        more={"reminder": due.reminder},
        priority=Priority.ORDINARY,
    )


def reminded_uuid(key: str) -> UUID | None:
    """Return the registration's UUID from a reminder's key, or None if `DueReminder` did not write that key."""
    try:
        return UUID(key.split(":")[2])
    except (IndexError, ValueError):
        return None


def group_message(registration: Registration, message: GroupMessage) -> None:
    send(
        registration,
        kind=GROUP_MESSAGE,
        template=GROUP_TEMPLATE,
        dedup_key=f"{group_message_prefix(message)}{registration.uuid}",
        more={"message": message, "trial": False},
        priority=Priority.GROUP,
    )


def group_message_prefix(message: GroupMessage) -> str:
    return f"group-message:{message.uuid}:"


def group_message_trial(message: GroupMessage, *, to: str) -> None:
    contact = organizer().email
    someone = PreviewRecipient(message.event, online_address="")
    outbox.send(
        kind=f"{GROUP_MESSAGE}, essai",
        to=to,
        template=f"events/emails/{GROUP_TEMPLATE}",
        context=facts_for(someone, [], contact=contact) | {"message": message, "trial": True},
        reply_to=contact,
    )


def group_message_preview(message: GroupMessage) -> outbox.Bodies:
    return preview(message.event, GROUP_TEMPLATE, {"message": message, "trial": False})


def event_changed_preview(change: EventChange) -> outbox.Bodies:
    """Return the e-mail as recipients will read it, without a name."""
    return preview(change.event, template_of_change(change), words_of_change(change))
