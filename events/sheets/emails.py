"""The message to a caterer."""

from events.agenda.labels import when_within
from events.calendar.entries import organizer
from events.models import CatererNotice, Question
from home.mail import outbox


def caterer_numbers(notice: CatererNotice, question: Question) -> None:
    """Send the numbers by choice. Nobody is named, and answers come back to the network's address."""
    outbox.send(
        kind="nombres pour le traiteur",
        to=notice.recipient,
        template="events/emails/caterer_numbers",
        context={
            "event": notice.event,
            "when": when_within(notice.event),
            "question": question.label,
            "expected": notice.expected,
            "answered": notice.answered,
            "silent": notice.expected - notice.answered,
            "counts": notice.counts,
        },
        dedup_key=key_of_notice(notice),
        reply_to=organizer().email,
    )


def key_of_notice(notice: CatererNotice) -> str:
    return f"caterer:{notice.question}:{notice.day}"
