"""Thanks to those who came, once the recap is published, and what they answer."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models

from events.models.enums import Naming, ReadyQuestion

#: Answers are taken, and are linked to a person, for this long after the letter that asked.
OPEN_FOR = timedelta(days=30)
#: Answers to a question are shown from this many on.
SHOWN_FROM = 5
#: The longest sentence that somebody gives.
LONGEST_SENTENCE = 400


class Thanks(models.Model):
    """The letter of thanks of one event: written once, to the people present."""

    event = models.OneToOneField(
        "events.EventPage",
        on_delete=models.CASCADE,
        related_name="thanks_letter",
        verbose_name="événement",
    )
    #: Keys of `ReadyQuestion`, in the order in which they are asked.
    questions = models.JSONField("questions", default=list)
    word = models.TextField("mot de l’équipe", blank=True)
    asks_again = models.BooleanField("question soixante jours après", default=True)
    recipients = models.PositiveIntegerField("nombre de destinataires", default=0)
    sent_at = models.DateTimeField("envoyé le")
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="envoyé par",
    )
    finished = models.BooleanField("remis à tous", default=False)
    asked_again_at = models.DateTimeField("question posée de nouveau le", null=True, blank=True)
    asked_again_finished = models.BooleanField("question remise à tous", default=False)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = "remerciement"
        verbose_name_plural = "remerciements"

    def __str__(self) -> str:
        return f"Remerciement, {self.event}"

    def open_questions(self, now: datetime) -> list[ReadyQuestion]:
        """Return the questions that may be answered now."""
        first = is_open(self.sent_at, now)
        asked = [ReadyQuestion(key) for key in self.questions] if first else []
        again = self.asked_again_at and is_open(self.asked_again_at, now)
        return [*asked, *([ReadyQuestion.AFTER] if again else [])]

    def takes_remarks(self, now: datetime) -> bool:
        return is_open(self.sent_at, now)


def is_open(asked_at: datetime, now: datetime) -> bool:
    return asked_at <= now < asked_at + OPEN_FOR


class Feedback(models.Model):
    """One answer to a ready question, or a free line. It is linked to a person only while it may be changed."""

    event = models.ForeignKey(
        "events.EventPage",
        on_delete=models.CASCADE,
        related_name="feedback",
        verbose_name="événement",
    )
    registration = models.ForeignKey(
        "events.Registration",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="feedback",
        verbose_name="inscription",
    )
    #: A `ReadyQuestion`, or empty for a free line.
    question = models.CharField("question", max_length=20, choices=ReadyQuestion, blank=True)
    answer = models.CharField("réponse", max_length=20, blank=True)
    text = models.TextField("texte", blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = "retour"
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "question"], name="feedback_once_per_question"
            )
        ]

    def __str__(self) -> str:
        return self.text or f"{self.get_question_display()} {self.answer}"


class TestimonyQuerySet(models.QuerySet):
    def standing(self) -> "TestimonyQuerySet":
        """Those that nobody has withdrawn."""
        return self.filter(withdrawn_at=None)


class Testimony(models.Model):
    """A sentence that somebody lets the network quote, named as they say: « Ce que je retiens ».

    A recap that quotes it has a block whose identifier is `uuid`.
    """

    Naming = Naming

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    registration = models.OneToOneField(
        "events.Registration",
        on_delete=models.CASCADE,
        related_name="testimony",
        verbose_name="inscription",
    )
    text = models.CharField("phrase", max_length=LONGEST_SENTENCE)
    naming = models.CharField("signature", max_length=10, choices=Naming)
    name = models.CharField("nom", max_length=120, blank=True)
    role = models.CharField("fonction", max_length=160, blank=True)
    #: The words agreed to, as they were shown.
    consent = models.TextField("accord")
    given_at = models.DateTimeField("donnée le")
    #: As the recap quotes it; empty while it does not.
    quoted = models.TextField("telle que citée", blank=True)
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)

    wagtail_reference_index_ignore = True

    objects = TestimonyQuerySet.as_manager()

    class Meta:
        ordering = ["given_at", "pk"]
        verbose_name = "témoignage"

    def __str__(self) -> str:
        return self.text

    @property
    def signature(self) -> tuple[str, str]:
        """Name and function as the person wants to be quoted: each may be empty."""
        return (
            self.name if self.naming == Naming.FULL else "",
            self.role if self.naming != Naming.ANONYMOUS else "",
        )

    def has_been_changed(self) -> bool:
        """Whether the recap quotes other words than the person wrote."""
        return bool(self.quoted) and self.quoted != self.text


def testimony_of(registration: Any) -> Testimony | None:
    """Return the sentence that stands, if the person gave one."""
    return Testimony.objects.standing().filter(registration=registration).first()
