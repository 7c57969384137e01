"""Sign-in sheets as they were printed, and photos of the signed ones."""

from pathlib import PurePath
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models, transaction

from events.models.answer_file import LONGEST_PATH
from home.files import private_storage


def path_of_photo(_photo: Any, name: str) -> str:
    return f"emargements/{uuid4().hex}{PurePath(name).suffix.lower()[:5]}"


class SignInSheet(models.Model):
    """The numbering of a printed sheet. People who register or cancel afterwards move no number.

    It contains no name: those erased since leave an empty line.
    """

    session = models.ForeignKey(
        "events.Session", on_delete=models.CASCADE, related_name="sheets", verbose_name="session"
    )
    #: Keys of the registrations, in the order of their numbers, which begin at 1.
    people = models.JSONField("personnes", default=list)
    #: Lines at the end for those who come without having registered; they go on with the numbers.
    blank_lines = models.PositiveSmallIntegerField("lignes libres")
    printed_at = models.DateTimeField("imprimée le")

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["-printed_at", "-pk"]
        verbose_name = "feuille d’émargement"
        verbose_name_plural = "feuilles d’émargement"

    def __str__(self) -> str:
        return f"Feuille n°\u00a0{self.pk}"


class SheetPhoto(models.Model):
    """A photo or a scan of a signed sheet. Private, and kept as long as those who fund the network ask."""

    event = models.ForeignKey(
        "events.EventPage",
        on_delete=models.CASCADE,
        related_name="sheet_photos",
        verbose_name="événement",
    )
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    #: As its sender named it.
    name = models.CharField("nom", max_length=120)
    file = models.FileField(
        "fichier", upload_to=path_of_photo, storage=private_storage, max_length=LONGEST_PATH
    )
    added_at = models.DateTimeField("ajoutée le")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="ajoutée par",
    )

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["added_at", "pk"]
        verbose_name = "photo d’une feuille signée"
        verbose_name_plural = "photos des feuilles signées"

    def __str__(self) -> str:
        return self.name

    def erase(self) -> None:
        """Delete the row now and the file on commit."""
        storage, path = self.file.storage, str(self.file.name)
        self.delete()
        transaction.on_commit(lambda: storage.delete(path))


class CatererNotice(models.Model):
    """The numbers that a caterer was given of a question, once for each day of the event. It contains no name."""

    event = models.ForeignKey(
        "events.EventPage",
        on_delete=models.CASCADE,
        related_name="caterer_notices",
        verbose_name="événement",
    )
    #: A UUID and not a foreign key: it says what was sent even when the question is gone.
    question = models.UUIDField("question")
    #: First day of the event: one that is moved has another meal.
    day = models.DateField("jour")
    at = models.DateTimeField("le")
    recipient = models.EmailField("à", max_length=320)
    expected = models.PositiveIntegerField("personnes attendues")
    answered = models.PositiveIntegerField("réponses")
    #: Pairs of a choice and its number. Without answers there are none, and no message left.
    counts = models.JSONField("nombres", default=list)

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = "nombres donnés au traiteur"
        constraints = [
            models.UniqueConstraint(fields=["question", "day"], name="caterer_told_once")
        ]

    def __str__(self) -> str:
        return f"{self.answered} réponses ({self.day:%Y-%m-%d})"
