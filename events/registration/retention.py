"""What registrations forget, and when: needs first, then the other answers, then who it was. Totals stay for ever.

The times are settings of the site that staff can change. Everything may run as often as one likes.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from events.models import EventPage, Question, Registration
from events.registration.answer_files import drop_unanswered
from events.registration.erasure import forget_identity
from home.batches import in_slices
from home.models import OutgoingEmail, SiteSettings
from home.periods import months_before


def forget_registrations(at: datetime) -> None:
    """What the clock does each hour."""
    Purge(at).run()


class Purge:
    """One purge. With `dry_run` it counts and erases nothing."""

    def __init__(self, at: datetime, *, dry_run: bool = False) -> None:
        self.at = at
        self.dry_run = dry_run
        self.limits = limits_at(at)
        self.answers = self.identities = self.messages = 0

    def run(self) -> "Purge":
        for event in EventPage.objects.with_people_before(max(self.limits.values())):
            expired = {name for name, limit in self.limits.items() if event.ends_at <= limit}
            whole = Question.Retention.IDENTITY in expired
            self.each(event, None if whole else expired)
        return self

    def each(self, event: EventPage, expired: set[str] | None) -> None:
        retentions = {str(one.uuid): one.retention for one in event.questions.all()}

        def work(keys: Sequence[int]) -> None:
            # The lock of registering: nobody edits what is being erased.
            EventPage.objects.select_for_update(of=("self",)).get(pk=event.pk)
            for person in Registration.objects.filter(pk__in=keys):
                if expired is None:
                    self.forget_person(person)
                else:
                    self.forget_answers(person, retentions, expired)

        people = event.registrations.remembered().order_by("pk")
        in_slices(list(people.values_list("pk", flat=True)), work)

    def forget_answers(
        self, person: Registration, retentions: dict[str, str], expired: set[str]
    ) -> None:
        """Those whose time is over: the question's own, as it is set today, else as it was when they answered."""
        kept = {
            key: answer
            for key, answer in person.answers.items()
            if retentions.get(key, answer["retention"]) not in expired
        }
        messages = messages_to(person)
        if len(kept) == len(person.answers) or messages.waiting().exists():
            return
        self.answers += 1
        said = messages.filter(blanked_at__isnull=True)
        self.messages += said.count()
        if not self.dry_run:
            Registration.objects.filter(pk=person.pk).update(answers=kept)
            person.answers = kept
            drop_unanswered(person)
            said.erase_bodies(self.at)

    def forget_person(self, person: Registration) -> None:
        """All that says who it was, what they answered and what was written to them. State and seats remain."""
        messages = messages_to(person)
        if messages.waiting().exists():
            return
        self.identities += 1
        self.messages += messages.count()
        if not self.dry_run:
            forget_identity(person, now=self.at)


def limits_at(at: datetime) -> dict[str, datetime]:
    """By retention: answers to an event that was over by then are forgotten; with the last kind, the name too."""
    settings = SiteSettings.of_network()
    return {
        Question.Retention.SHORT: at - timedelta(days=settings.needs_kept_days),
        Question.Retention.NORMAL: months_before(at, settings.answers_kept_months),
        Question.Retention.IDENTITY: months_before(at, settings.identity_kept_months),
    }


def messages_to(person: Registration) -> Any:
    """What was written to them about this registration: the keys of these messages hold its UUID."""
    written: QuerySet[OutgoingEmail] = OutgoingEmail.objects.filter(recipient=person.email)
    return written.filter(dedup_key__contains=str(person.uuid))
