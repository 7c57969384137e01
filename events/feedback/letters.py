"""The letter of thanks, sent once to each person present, and the question two months later."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django_tasks import task

from events.feedback import emails
from events.models import EventPage, Registration, Thanks
from events.models.enums import ASKED_AT_ONCE, ReadyQuestion
from events.models.thanks import OPEN_FOR
from events.registration.refusals import Refusal
from home.access import Account
from home.batches import enqueue_once, going_on, in_time, one_by_one
from home.mail import outbox
from home.models.mail import Priority

#: After the event, and not while the first questions are open.
LATER = timedelta(days=60)
#: How late the question may still be asked, for example after an outage.
LATER_WINDOW = timedelta(days=14)


class AlreadyThanked(Refusal):
    sentence = "Ces remerciements sont déjà partis\u00a0: rien n’a été envoyé de plus."


class NobodyCame(Refusal):
    sentence = (
        "Personne n’est noté présent avec une adresse e-mail\u00a0: il n’y a personne à remercier."
    )


class NoRecap(Refusal):
    sentence = "Publiez d’abord le compte rendu\u00a0: la lettre y mène."


def people_of(event: EventPage) -> Any:
    """Return the registrations to thank, by name: the present, where people were checked in, else those with a place."""
    recorded = event.attendance_is_recorded
    people = event.registrations.present() if recorded else event.registrations.seated()
    return people.order_by("name", "pk")


def refusal_to_thank(event: EventPage) -> Refusal | None:
    if Thanks.objects.filter(event=event).exists():
        return AlreadyThanked()
    if emails.recap_of(event) is None:
        return NoRecap()
    return None if people_of(event).reachable().exists() else NobodyCame()


def thank(
    *,
    event: EventPage,
    questions: Sequence[ReadyQuestion],
    word: str,
    asks_again: bool,
    by: Account,
    now: datetime,
) -> Thanks:
    """Save the letter and send it. Raise a `Refusal` if it has left, without recap, or without anybody to thank."""
    with transaction.atomic():
        # Lock the event, so that the second of two simultaneous clicks finds the first one's letter.
        locked = EventPage.objects.select_for_update(of=("self",)).get(pk=event.pk)
        refusal = refusal_to_thank(locked)
        if refusal:
            raise refusal
        letter = Thanks.objects.create(
            event=locked,
            questions=list(questions)[:ASKED_AT_ONCE],
            word=word,
            asks_again=asks_again,
            recipients=people_of(locked).reachable().count(),
            sent_at=now,
            sent_by=by,
        )
        send_thanks.enqueue(letter.pk)
    return letter


@task(priority=Priority.GROUP)
def send_thanks(pk: int) -> None:
    """Send the letter that `thank` saved, for two seconds; another task goes on."""
    letter = Thanks.objects.select_related("event").get(pk=pk)
    with going_on(send_thanks, pk):
        send_to_each(letter, emails.thanks_prefix(letter), emails.thanks)
        Thanks.objects.filter(pk=pk).update(finished=True)


@task(priority=Priority.GROUP)
def send_question(pk: int) -> None:
    """Send the question of two months later, for two seconds; another task goes on."""
    letter = Thanks.objects.select_related("event").get(pk=pk)
    with going_on(send_question, pk):
        send_to_each(letter, emails.question_prefix(letter), emails.question_after)
        Thanks.objects.filter(pk=pk).update(asked_again_finished=True)


def send_to_each(letter: Thanks, prefix: str, write: Any) -> None:
    """Queue e-mails not queued yet. Each has a deduplication key, so nobody gets two. Raise `MoreToDo` if some are left."""

    def send(keys: Sequence[int]) -> None:
        for registration in Registration.objects.filter(pk__in=keys).select_related("event"):
            write(registration, letter)

    written = outbox.written(prefix)
    people = people_of(letter.event).reachable().values_list("pk", "uuid")
    in_time([pk for pk, uuid in people if str(uuid) not in written], send)


def ask_again(at: datetime) -> None:
    """Ask those who were thanked what they have done since, once. Run by the clock."""
    due = Thanks.objects.filter(
        asks_again=True, asked_again_at=None, finished=True, sent_at__lte=at - OPEN_FOR
    )
    one_by_one(due.select_related("event"), lambda letter: ask_of(letter, at))


def ask_of(letter: Thanks, at: datetime) -> None:
    day = max(letter.event.ends_at + LATER, letter.sent_at + OPEN_FOR)
    if not day <= at < day + LATER_WINDOW:
        return
    with transaction.atomic():
        asked = Thanks.objects.filter(pk=letter.pk, asked_again_at=None).update(asked_again_at=at)
        if asked:
            send_question.enqueue(letter.pk)


def finish_letters(at: datetime) -> None:
    """Resume interrupted letters. Run by the clock every minute."""
    for letter in Thanks.objects.filter(finished=False):
        enqueue_once(send_thanks, letter.pk, at=at)
    for letter in Thanks.objects.filter(asked_again_finished=False).exclude(asked_again_at=None):
        enqueue_once(send_question, letter.pk, at=at)
