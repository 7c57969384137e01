"""The answers of one person: ready questions, a free line, a sentence to quote. Cut from the person after thirty days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from events.feedback import emails
from events.models import Feedback, Registration, Testimony, Thanks
from events.models.enums import Naming, ReadyQuestion
from events.models.thanks import OPEN_FOR, testimony_of
from events.recaps import testimonies
from events.registration.refusals import Refusal
from home.periods import months_before

#: How long free lines are kept after the letter of thanks. They may name people.
REMARKS_KEPT_MONTHS = 12


class NotThanked(Refusal):
    sentence = "Aucune question n’est posée sur cet événement."


class AlreadyQuoted(Refusal):
    sentence = "Votre phrase est déjà citée dans le compte rendu. Pour en changer, retirez-la ou écrivez à l’équipe."


@dataclass(frozen=True)
class Sentence:
    """A sentence to quote, and how its author wants to be named."""

    text: str
    naming: Naming
    role: str
    #: The words agreed to, as they were shown.
    consent: str


def letter_of(registration: Registration) -> Thanks | None:
    return Thanks.objects.filter(event=registration.event_id).first()


@transaction.atomic
def record(
    *,
    registration: Registration,
    answers: Mapping[ReadyQuestion, str],
    remark: str | None,
    sentence: Sentence | None,
    drops_sentence: bool = False,
    now: datetime,
) -> None:
    """Keep what somebody sent. A second answer to a question replaces the first; an emptied line or sentence goes.

    A remark of None was not asked for. Questions that are not open any more are left out: the form says so before.

    Raise a `Refusal` if nothing is asked, or if the sentence can be changed no more.
    """
    # The same lock for two clicks of one person: without it, both might find no answer.
    person = Registration.objects.select_for_update(of=("self",)).get(pk=registration.pk)
    letter = letter_of(person)
    if letter is None or person.erased_at:
        raise NotThanked
    if sentence:
        give(person, sentence, now)
    elif drops_sentence and (given := testimony_of(person)) and not given.quoted:
        testimonies.withdraw(testimony=given, now=now)
    for question in letter.open_questions(now):
        if answers.get(question):
            keep(person, question.value, answer=answers[question])
    if letter.takes_remarks(now) and remark:
        keep(person, "", text=remark)
    elif letter.takes_remarks(now) and remark is not None:
        person.feedback.filter(question="").delete()


def keep(registration: Registration, question: str, *, answer: str = "", text: str = "") -> None:
    Feedback.objects.update_or_create(
        registration=registration,
        question=question,
        defaults={"event_id": registration.event_id, "answer": answer, "text": text},
    )


def give(registration: Registration, sentence: Sentence, now: datetime) -> None:
    before = Testimony.objects.filter(registration=registration).first()
    if before and before.quoted:
        raise AlreadyQuoted
    Testimony.objects.update_or_create(
        registration=registration,
        defaults={
            "text": sentence.text,
            "naming": sentence.naming,
            "name": registration.name,
            "role": sentence.role,
            "consent": sentence.consent,
            "given_at": now,
            "withdrawn_at": None,
        },
    )


@transaction.atomic
def take_back(*, registration: Registration, now: datetime) -> bool:
    """Withdraw the sentence everywhere, and tell the team if it was quoted. Return False if there is none."""
    testimony = testimony_of(registration)
    if testimony is None:
        return False
    was_quoted = bool(testimony.quoted)
    testimonies.withdraw(testimony=testimony, now=now)
    if was_quoted:
        emails.testimony_withdrawn(testimony)
    return True


def given_by(registration: Registration) -> dict[str, str]:
    """Return the answers and the free line (under "") that are still linked to this person."""
    rows = registration.feedback.values_list("question", "answer", "text")
    return {question: answer or text for question, answer, text in rows}


def cut_links(at: datetime) -> None:
    """Cut answers from people once they can be changed no more, and forget free lines in time. Run by the clock."""
    linked = Feedback.objects.exclude(registration=None)
    first = Thanks.objects.filter(sent_at__lte=at - OPEN_FOR)
    linked.exclude(question=ReadyQuestion.AFTER).filter(event__in=first.values("event")).update(
        registration=None
    )
    again = Thanks.objects.filter(asked_again_at__lte=at - OPEN_FOR)
    linked.filter(question=ReadyQuestion.AFTER, event__in=again.values("event")).update(
        registration=None
    )
    old = Thanks.objects.filter(sent_at__lte=months_before(at, REMARKS_KEPT_MONTHS))
    Feedback.objects.filter(question="", event__in=old.values("event")).delete()
