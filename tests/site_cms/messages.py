"""One message of each kind that the site writes, to check their links."""

from typing import Any
from uuid import UUID

from django.utils import timezone

from directory import emails as directory_emails
from directory.models import ColleagueInvitation, Departure, JoinRequest, Member, User
from events.agenda.availability import Places
from events.certificates import emails as certificate_emails
from events.feedback import emails as feedback_emails
from events.messages import emails as event_emails
from events.models import (
    CatererNotice,
    Certificate,
    EventChange,
    EventPage,
    GroupMessage,
    Question,
    Registration,
    RegistrationLogEntry,
    Testimony,
    Thanks,
)
from events.models.reminder_timetable import REMINDERS, THANKS
from events.registration import emails as registration_emails
from events.sheets import emails as sheet_emails
from home.mail import alerts
from home.models import Subscriber
from home.newsletter import emails as letter_emails
from tests import builders


def write_every_message(*, member: Member, event: EventPage | None) -> None:
    """Those of an event need one, and somebody registered for it."""
    write_about_joining(member)
    write_to_members(member)
    write_letters()
    if event is not None:
        write_to_registrants(event.registrations.first())
        write_about_an_event(event.registrations.first())


def write_about_joining(member: Member) -> None:
    request = JoinRequest.objects.create(
        first_name="Candide", last_name="Loin", email="candide@example.org", charter_version="1"
    )
    invitation = ColleagueInvitation.objects.create(
        by=member.user, first_name="Léa", email="lea@example.org", sent_at=builders.NOW
    )
    directory_emails.join_to_confirm(request)
    directory_emails.join_already_member(member.user.email)
    directory_emails.join_already_asked(request)
    directory_emails.requests_to_decide([request], member.user, day=builders.NOW.date())
    directory_emails.monday(member.user, [], words="", key="lundi")
    directory_emails.request_is_late(request, member.user)
    directory_emails.request_still_waits(request)
    directory_emails.colleague_invited(invitation, host=member, word="Venez !")
    directory_emails.welcome(member, member.user.email)
    directory_emails.invited(member, member.user.email)
    directory_emails.join_refused(request)


def write_to_members(member: Member) -> None:
    author = builders.make_member(first_name="Autrice")
    message = builders.make_message(sender=author.user, recipient=member.user)
    directory_emails.member_message(message, author=author, addressee=member)
    directory_emails.message_passed(message, author=author)
    message = builders.make_message(sender=author.user, recipient=member.user)
    directory_emails.message_refused(message, author=author)
    directory_emails.still_true(member, member.user.email, at=timezone.now())
    directory_emails.own_copy(member.user)
    sleeper = User.objects.create_user("dort@example.org", active_at=builders.NOW)
    directory_emails.asleep(sleeper)
    departure = Departure(user=sleeper, left_at=timezone.now())
    directory_emails.left(departure, "jeton")
    directory_emails.join_after_leaving(departure, "jeton")


def write_letters() -> None:
    subscriber = Subscriber.objects.create(email="lettre@example.org")
    consent = subscriber.consents.create(given_at=builders.NOW)
    letter_emails.letter_confirmation(consent)
    letter_emails.letter_already(subscriber)
    letter_emails.letter_welcome(consent)
    letter_emails.letter_left(consent)
    admin = User.objects.create_superuser("previent@example.org")
    alerts.large_export("Membres", count=300, reason="Bilan", by=admin)
    alerts.flood("rejoindre", 40, hour=1)
    alerts.erasure_held("inscriptions (65 sur 100)", day=timezone.now().date())


def write_to_registrants(registration: Registration) -> None:
    now = timezone.now()
    action = RegistrationLogEntry.Action.CHANGED
    entries = [registration.note(action, by=None, now=now) for _number in range(3)]
    sessions = [seat.session for seat in registration.seats.all()]
    registration_emails.registration_confirmed(registration)
    registration_emails.registration_refused(
        registration.event, name="Élise", email="elise@example.org", reason="C’est complet."
    )
    registration_emails.already_registered(registration, now)
    registration_emails.registered_together(
        registration.event, registration.email, [registration], now
    )
    registration_emails.registration_changed(registration, entries[0])
    registration_emails.registration_corrected(registration, entries[1])
    registration_emails.address_to_confirm(registration, "neuve@example.org", "jeton", now)
    registration_emails.registration_cancelled(registration)
    registration_emails.registration_reinstated(registration, entries[0])
    registration_emails.place_given(registration, sessions, entries[2])
    registration_emails.place_to_tell(registration, sessions, entries[2])
    certificate = Certificate.objects.create(
        registration=registration, name=registration.name, duration="3\u00a0h", issued_at=now
    )
    certificate_emails.certificate_ready(registration, certificate)
    queue = [(Places(sessions[0], capacity=10, taken=3, queued=1), [registration])]
    registration_emails.places_to_give(registration.event, queue)


def write_about_an_event(registration: Registration) -> None:
    event, today = registration.event, timezone.localdate()
    sheet_emails.caterer_numbers(notice_of(event), Question(label="Votre repas"))
    for reminder in (*REMINDERS, THANKS):
        event_emails.reminder(event_emails.DueReminder(registration, reminder, today))
    for status in ("planned", "cancelled"):
        event_emails.event_changed(registration, change_of(event, status=status))
    message = GroupMessage.objects.create(
        event=event, audience="active", subject="Salle", text="Au fond.", written_at=timezone.now()
    )
    event_emails.group_message(registration, message)
    write_after_an_event(registration)


def write_after_an_event(registration: Registration) -> None:
    letter = Thanks.objects.create(
        event=registration.event, questions=["utile", "idee", "revenir"], sent_at=timezone.now()
    )
    testimony = Testimony.objects.create(
        registration=registration, text="Une phrase longue.", quoted="Une phrase.", naming="full",
        name="Camille", role="élue", given_at=timezone.now(),
    )  # fmt: skip
    feedback_emails.thanks(registration, letter)
    feedback_emails.question_after(registration, letter)
    feedback_emails.testimony_quoted(testimony)
    feedback_emails.testimony_withdrawn(testimony)


def notice_of(event: EventPage) -> CatererNotice:
    return CatererNotice(
        event=event,
        question=UUID(int=7),
        day=builders.NOW.date(),
        recipient="traiteur@example.org",
        expected=45,
        answered=41,
        counts=[["Poisson", 23], ["Végétarien", 18]],
    )


def change_of(event: EventPage, **after: Any) -> EventChange:
    facts = event.facts()
    EventChange.objects.all().delete()  # one waits at a time
    return EventChange.objects.create(
        event=event, before=facts, after=facts | after, published_at=builders.NOW
    )
