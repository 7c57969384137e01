"""Scheduled erasure of personal data: short-lived answers first, then other answers, then identities.

Totals are kept. The delays are site settings. Runs are idempotent.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from events.models import EventPage, Question, Registration
from events.models.dates import local
from events.registration.answer_files import drop_unanswered
from events.registration.erasure import forget_identity
from events.registration.event_lock import lock_event
from home.batches import in_slices, one_by_one
from home.figures.statement import close_before_erasure
from home.models import OutgoingEmail, SiteSettings
from home.periods import months_before


def forget_registrations(at: datetime) -> None:
    """Run the purge. Called by the clock every hour."""
    Purge(at).run()


class Purge:
    """One run of the purge. With `dry_run`, only count."""

    def __init__(self, at: datetime, *, dry_run: bool = False) -> None:
        self.at = at
        self.dry_run = dry_run
        self.limits = limits_at(at)
        self.counts: Counter[str] = Counter()

    def run(self) -> "Purge":
        one_by_one(
            EventPage.objects.with_people_before(max(self.limits.values())), self.forget_event
        )
        return self

    def forget_event(self, event: EventPage) -> None:
        expired = {name for name, limit in self.limits.items() if event.ends_at <= limit}
        whole = Question.Retention.IDENTITY in expired
        if whole and event.starts_at and not self.dry_run:
            close_before_erasure(year=local(event.starts_at).year, now=self.at)
        self.each(event, None if whole else expired)

    def each(self, event: EventPage, expired: set[str] | None) -> None:
        retentions = {str(one.uuid): one.retention for one in event.questions.all()}

        def work(keys: Sequence[int]) -> None:
            # The same lock as registration: nobody edits what is being erased.
            lock_event(event.pk)
            done: Counter[str] = Counter()  # of this batch only: a failed one is rolled back
            for person in Registration.objects.filter(pk__in=keys):
                if expired is None:
                    done += self.forget_person(person)
                else:
                    done += self.forget_answers(person, retentions, expired)
            self.counts += done

        people = event.registrations.remembered().order_by("pk")
        in_slices(list(people.values_list("pk", flat=True)), work)

    def forget_answers(
        self, person: Registration, retentions: dict[str, str], expired: set[str]
    ) -> Counter[str]:
        """Erase answers by the question's current retention or, if it was deleted, the one at the time."""
        kept = {
            key: answer
            for key, answer in person.answers.items()
            if retentions.get(key, answer["retention"]) not in expired
        }
        messages = messages_to(person)
        if len(kept) == len(person.answers) or messages.waiting().exists():
            return Counter()
        said = messages.filter(blanked_at__isnull=True)
        counts = Counter(answers=1, messages=said.count())
        if not self.dry_run:
            Registration.objects.filter(pk=person.pk).update(answers=kept)
            person.answers = kept
            drop_unanswered(person)
            said.erase_bodies(self.at)
        return counts

    def forget_person(self, person: Registration) -> Counter[str]:
        """Erase identity, answers and e-mails. State and seats are kept."""
        messages = messages_to(person)
        if messages.waiting().exists():
            return Counter()
        counts = Counter(identities=1, messages=messages.count())
        if not self.dry_run:
            forget_identity(person, now=self.at)
        return counts


def limits_at(at: datetime) -> dict[str, datetime]:
    """Return, by retention, the time before which an event must have ended. Identities go with the last one."""
    settings = SiteSettings.of_network()
    return {
        Question.Retention.SHORT: at - timedelta(days=settings.needs_kept_days),
        Question.Retention.NORMAL: months_before(at, settings.answers_kept_months),
        Question.Retention.IDENTITY: months_before(at, settings.identity_kept_months),
    }


def messages_to(person: Registration) -> Any:
    """Return the e-mails about this registration, whose keys contain its UUID."""
    written: QuerySet[OutgoingEmail] = OutgoingEmail.objects.filter(recipient=person.email)
    return written.filter(dedup_key__contains=str(person.uuid))
