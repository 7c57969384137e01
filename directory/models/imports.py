"""Imports of members from a spreadsheet."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from home.files import private_storage


def import_path(row: "MemberImport", filename: str) -> str:
    """Return a path without the file's original name, which is in `name`."""
    return f"imports/{row.uuid}"


class MemberImport(models.Model):
    """An import by staff. The file is in private storage until it is imported or discarded; the row and its results remain."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("nom du fichier", max_length=255)
    file = models.FileField("fichier", upload_to=import_path, storage=private_storage, blank=True)
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="déposé par",
    )
    brought_at = models.DateTimeField("déposé le", default=timezone.now)
    invite = models.BooleanField("message d’invitation", default=False)
    confirmed_at = models.DateTimeField("confirmé le", null=True, blank=True)
    done_at = models.DateTimeField("terminé le", null=True, blank=True)
    added = models.PositiveIntegerField("personnes ajoutées", default=0)
    refused = models.PositiveIntegerField("lignes refusées", default=0)

    class Meta:
        ordering = ["-brought_at"]
        verbose_name = "import de membres"
        verbose_name_plural = "imports de membres"

    def __str__(self) -> str:
        return self.name

    @property
    def content(self) -> bytes:
        with self.file.open("rb") as file:
            return file.read()

    def forget_file(self) -> None:
        """Clear the field, then delete the file after the commit."""
        name, storage = str(self.file.name), self.file.storage
        self.file = ""
        self.save()
        transaction.on_commit(lambda: storage.delete(name))

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        if self.file:
            self.forget_file()
        return super().delete(*args, **kwargs)
