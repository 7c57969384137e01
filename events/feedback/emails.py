"""E-mails about what those who came think of an event."""

from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from events.calendar.entries import event_url, organizer
from events.feedback.links import feedback_url
from events.models import EventPage, RecapPage, Registration, Testimony, Thanks
from events.models.enums import ReadyQuestion
from events.registration.emails import PreviewRecipient, facts_for, send
from home.mail import outbox
from home.models.mail import Priority

THANKS_TEMPLATE = "recap_published"


def thanks(registration: Registration, letter: Thanks) -> None:
    """Tell somebody who came that the recap is published, and ask three questions and a sentence."""
    send(
        registration,
        kind="compte rendu et questions",
        template=THANKS_TEMPLATE,
        dedup_key=f"{thanks_prefix(letter)}{registration.uuid}",
        more=words_of(letter, feedback_url(registration)),
        priority=Priority.GROUP,
    )


def thanks_prefix(letter: Thanks) -> str:
    return f"thanks:{letter.event_id}:"


def recap_of(event: EventPage) -> RecapPage | None:
    """Return the recap that readers find, or None."""
    return RecapPage.objects.live().filter(event=event).first()


def words_of(letter: Thanks, url: str) -> dict[str, Any]:
    recap = recap_of(letter.event)
    return {
        "recap_url": outbox.absolute_url(recap.url) if recap else "",
        "word": letter.word,
        "has_certificate": letter.event.attendance_is_recorded,
        "questions": [with_links(ReadyQuestion(key), url) for key in letter.questions],
        "feedback_url": url,
    }


def with_links(question: ReadyQuestion, url: str) -> dict[str, Any]:
    """Return the question with a link for each answer. A link only opens the page with this answer chosen."""
    choices = [
        (words, f"{url}?{urlencode({question.value: key})}") for key, words in question.answers
    ]
    return {"label": question.label, "choices": choices}


def thanks_preview(letter: Thanks) -> outbox.Bodies:
    """Return the letter as recipients will read it, without a name and with links that open nothing."""
    someone = PreviewRecipient(letter.event, online_address="")
    context = facts_for(someone, [], contact=organizer().email)
    return outbox.preview(
        f"events/emails/{THANKS_TEMPLATE}", context | words_of(letter, "(lien personnel)")
    )


def question_after(registration: Registration, letter: Thanks) -> None:
    """Ask what somebody has done since the event."""
    send(
        registration,
        kind="question deux mois après",
        template="question_after",
        dedup_key=f"{question_prefix(letter)}{registration.uuid}",
        more={"question": with_links(ReadyQuestion.AFTER, feedback_url(registration))},
        priority=Priority.GROUP,
    )


def question_prefix(letter: Thanks) -> str:
    return f"question-after:{letter.event_id}:"


def testimony_quoted(testimony: Testimony) -> None:
    """Show their sentence, shortened by the team, to its author, with the way to withdraw it."""
    registration = testimony.registration
    send(
        registration,
        kind="phrase citée",
        template="testimony_quoted",
        dedup_key=f"testimony-quoted:{registration.uuid}:{hash_of(testimony.quoted)}",
        more={
            "text": testimony.text,
            "quoted": testimony.quoted,
            "signature": ", ".join(filter(None, testimony.signature)),
            "feedback_url": feedback_url(registration),
        },
        priority=Priority.ORDINARY,
    )


def testimony_withdrawn(testimony: Testimony) -> None:
    """Tell the team that a quotation has left its pages."""
    staff, event = organizer(), testimony.registration.event
    outbox.send(
        kind="phrase retirée",
        to=staff.email,
        template="events/emails/testimony_withdrawn",
        context={"event": event, "event_url": event_url(event)},
        dedup_key=f"testimony-withdrawn:{testimony.uuid}",
        priority=Priority.ORDINARY,
    )


def hash_of(words: str) -> str:
    return sha256(words.encode()).hexdigest()[:16]
