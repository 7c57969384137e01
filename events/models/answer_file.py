"""Documents uploaded with a registration. They are private, and deleted with the answer they belong to."""

from pathlib import PurePath
from typing import Any
from uuid import uuid4

from django.db import models, transaction

from home.files import private_storage

#: Maximum length of a file's path (random name and extension) in the private storage.
LONGEST_PATH = 80


def random_path(_answer: Any, name: str) -> str:
    """Return a random path. Only the extension, already validated, comes from the uploaded name."""
    return f"inscriptions/{uuid4().hex}{PurePath(name).suffix.lower()[:5]}"


class AnswerFile(models.Model):
    """The file of one answer. The answer itself (in `Registration.answers`) holds the file's name."""

    registration = models.ForeignKey(
        "events.Registration",
        on_delete=models.PROTECT,
        related_name="files",
        verbose_name="inscription",
    )
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    #: The UUID of the question, as in `Registration.answers`.
    question = models.UUIDField("question", editable=False)
    file = models.FileField(
        "document", upload_to=random_path, storage=private_storage, max_length=LONGEST_PATH
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = "document d’une inscription"
        verbose_name_plural = "documents des inscriptions"
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "question"], name="answer_file_once_per_question"
            )
        ]

    def __str__(self) -> str:
        return self.name or "Document"

    @property
    def name(self) -> str:
        """The file's original name."""
        answer = self.registration.answers.get(str(self.question))
        return str(answer["value"]) if answer else ""

    def erase(self) -> None:
        """Delete the row now and the file on commit."""
        storage, path = self.file.storage, str(self.file.name)
        self.delete()
        transaction.on_commit(lambda: storage.delete(path))
