"""Invariants 1 to 7 and 9 of the acceptance list, after any sequence of registrations, changes and cancellations.

Hypothesis generates the sequences. Each starts with an empty event of two sessions and ends by cancelling
everything.
"""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from events.models import EventPage, Registration, RegistrationLogEntry, Seat, Session
from events.registration import modification, signup
from events.registration import waiting_list as waiting
from events.registration.answers import Answers
from events.registration.erasure import erase_person
from events.registration.refusals import Refusal
from events.registration.signup import Application
from home.mail import outbox
from home.models import OutgoingEmail
from tests.builders import NOW, make_event, make_session

NOBODY = AnonymousUser()
#: Five people with three addresses: 0 and 3 are colleagues, so are 1 and 4.
PEOPLE = st.integers(0, 4)
CHOICES = st.sets(st.integers(0, 1), min_size=1)
CAPACITIES = st.sampled_from([1, 1, 2, None])
NOT_DUE_FOR_A_CHANGE = {"déjà inscrit·e", "places à donner"}

Person = tuple[str, list[tuple[int, str]]]


class Registrations(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        mail.outbox.clear()
        self.clock = time_machine.travel(NOW, tick=False)
        self.traveller = self.clock.start()
        event = make_event(
            capacity=2, sessions=[make_session(), make_session(title="Soir", capacity=1)]
        )
        self.key, self.now, self.spelt = event.pk, NOW, 0
        self.ceilings = dict.fromkeys(self.sessions(), 2)

    def teardown(self) -> None:
        self.clock.stop()
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    @property
    def event(self) -> EventPage:
        return EventPage.objects.get(pk=self.key)

    def sessions(self) -> list[int]:
        keys = Session.objects.filter(event=self.key).order_by("pk")
        return list(keys.values_list("pk", flat=True))

    def uuids(self, chosen: set[int]) -> list[Any]:
        sessions = Session.objects.filter(event=self.key).order_by("pk")
        return [session.uuid for place, session in enumerate(sessions) if place in chosen]

    def registration(self, person: int) -> Registration | None:
        """The person's active registration or, without one, their last."""
        found = Registration.objects.filter(name__iexact=f"P{person} Exemple").order_by("pk")
        return found.last()

    @initialize()
    def fill(self) -> None:
        """Fill the event, so that there is a waiting list from the first step on."""
        for person in range(3):
            self.register(person=person, chosen={0, 1})

    # Actions of people and staff

    @rule(person=PEOPLE, chosen=CHOICES)
    def register(self, person: int, chosen: set[int]) -> None:
        name = self.spell(f"P{person} Exemple")
        answers = Answers(name, f" P{person % 3}@Example.ORG ".strip())
        application = Application(answers, self.uuids(chosen))
        self.act(
            lambda: signup.register(
                event=self.event, application=application, by=NOBODY, now=self.now
            )
        )

    def spell(self, name: str) -> str:
        """Write the name in another way each time."""
        self.spelt += 1
        return name.upper() if self.spelt % 2 else name

    @rule(person=PEOPLE)
    def erase_account(self, person: int) -> None:
        """Erase what an account of this person has: nothing of anybody else."""
        name, email = f"P{person}", f"p{person % 3}@example.org"
        user = get_user_model()(email=email, first_name=name, last_name="Exemple")
        user.save()
        others = self.identities(but=person)
        seen = Registration.objects.of_person(user)

        assert {one.name.upper() for one in seen} <= {f"P{person} EXEMPLE"}
        erase_person(user=user, now=self.now)

        assert self.identities(but=person) == others
        assert not Registration.objects.filter(name__iexact=f"P{person} Exemple").exists()
        user.delete()

    def identities(self, *, but: int) -> dict[int, tuple[str, str, str]]:
        people = Registration.objects.exclude(name="").exclude(name__iexact=f"P{but} Exemple")
        return {one.pk: (one.name, one.email, one.state) for one in people}

    @rule(person=PEOPLE)
    def cancel(self, person: int) -> None:
        registration = self.registration(person)
        if registration:
            self.act(lambda: signup.cancel(registration=registration, by=NOBODY, now=self.now))

    @rule(person=PEOPLE, place=st.integers(0, 1))
    def leave(self, person: int, place: int) -> None:
        registration, [uuid] = self.registration(person), self.uuids({place})
        if registration:
            self.act(
                lambda: modification.leave(
                    registration=registration, session=uuid, by=NOBODY, now=self.now
                )
            )

    @rule(person=PEOPLE, chosen=CHOICES)
    def change(self, person: int, chosen: set[int]) -> None:
        registration = self.registration(person)
        if registration:
            application = Application(Answers.of(registration), self.uuids(chosen))
            self.act(
                lambda: modification.change(
                    registration=registration, application=application, by=NOBODY, now=self.now
                )
            )

    @rule(capacity=CAPACITIES, place=st.integers(0, 1))
    def resize(self, capacity: int | None, place: int) -> None:
        def publish() -> None:
            page = self.event
            sessions = list(page.sessions.all())
            sessions[place].capacity = capacity
            page.sessions = sessions
            page.save_revision().publish()

        self.act(publish)

    @rule(status=st.sampled_from([*["planned"] * 4, "cancelled", "postponed"]))
    def announce(self, status: str) -> None:
        self.act(lambda: self.publish(status=status))

    @rule(waiting_list=st.booleans())
    def allow_waiting(self, waiting_list: bool) -> None:
        self.act(lambda: self.publish(waiting_list=waiting_list))

    def publish(self, **fields: Any) -> None:
        page = self.event
        for name, value in fields.items():
            setattr(page, name, value)
        page.save_revision().publish()

    @rule(hours=st.sampled_from([1, 2, 3, 110]))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.traveller.move_to(self.now)

    @rule(broken=st.booleans())
    def break_the_mail_server(self, broken: bool) -> None:
        refusing = "tests.events.registration.test_invariants.Refusing"
        working = "django.core.mail.backends.locmem.EmailBackend"
        outbox.settings.DELIVERY["backend"] = refusing if broken else working

    # Invariants

    def act(self, verb: Callable[[], Any]) -> None:
        """Run an action, then compare what changed with the log and messages about it."""
        before, queues = self.people(), self.queues()
        log, letters = self.log(), self.letters()
        try:
            verb()
        except Refusal:
            assert (self.people(), self.log(), self.letters()) == (before, log, letters)
        changed = Counter(
            {key: 1 for key, person in self.people().items() if person != before.get(key)}
        )
        assert self.log() - log == changed
        assert self.letters() - letters == changed
        self.check_places()
        self.check_order(queues, before)

    def people(self) -> dict[int, Person]:
        """State and seats of each registration."""
        return {
            one.pk: (
                one.state,
                sorted((seat.session_id, seat.state) for seat in one.seats.all()),
            )
            for one in Registration.objects.prefetch_related("seats")
        }

    def log(self) -> Counter[int]:
        return Counter(RegistrationLogEntry.objects.values_list("registration", flat=True))

    def letters(self) -> Counter[int]:
        """Number of messages about changes, by registration."""
        keys = {str(one.uuid): one.pk for one in Registration.objects.all()}
        rows = OutgoingEmail.objects.exclude(kind__in=NOT_DUE_FOR_A_CHANGE)
        return Counter(keys[str(row.dedup_key).split(":")[1]] for row in rows)

    def queues(self) -> dict[int, list[int]]:
        """Registrations on the waiting list of each session, in order."""
        return {
            session: list(
                Seat.objects.waiting()
                .filter(session=session)
                .values_list("registration", flat=True)
            )
            for session in self.sessions()
        }

    def check_places(self) -> None:
        event, queues = self.event, self.queues()
        gives = event.status == "planned" and self.now < event.starts_at - waiting.BY_HAND
        for session in Session.objects.of([event]):
            capacity = session.capacity or event.capacity
            assert session.taken <= max(capacity, self.ceilings[session.pk])
            self.ceilings[session.pk] = max(capacity, session.taken)
            assert not (gives and session.taken < capacity and queues[session.pk])
        active = [(one.email, one.name.upper()) for one in Registration.objects.active()]
        assert len(active) == len(set(active))

    def check_order(self, before: dict[int, list[int]], people: dict[int, Person]) -> None:
        """Nobody is promoted before someone still waiting who has waited longer for the same session."""
        after, now_in = self.queues(), self.people()
        for session, queue in before.items():
            still = [queue.index(one) for one in queue if one in after[session]]
            given = [
                queue.index(one) if one in queue else len(queue)
                for one, (state, seats) in now_in.items()
                if state == "active"
                and (session, "confirmed") in seats
                and (session, "confirmed") not in people.get(one, ("", []))[1]
            ]
            assert not still or not given or max(given) < min(still)


class Refusing(BaseEmailBackend):
    """A mail server that is down."""

    def send_messages(self, email_messages: Any) -> int:
        raise ConnectionRefusedError


@pytest.fixture
def delivery(settings: Any) -> None:
    settings.DELIVERY = {**settings.DELIVERY}


@pytest.mark.usefixtures("delivery")
def test_no_sequence_overbooks_jumps_the_queue_or_forgets_to_tell(db):
    run_state_machine_as_test(
        Registrations,
        settings=settings(
            max_examples=8,
            stateful_step_count=20,
            deadline=None,
            phases=[Phase.generate],  # failing sequences are short enough without shrinking
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
