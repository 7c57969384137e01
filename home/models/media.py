"""Custom image and document models, present from the first migration because they cannot be swapped later."""

import uuid
from functools import partial
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import (
    AbstractImage,
    AbstractRendition,
    Image,
    WagtailImageField,
    get_upload_to,
)

from home.files import private_storage
from home.media.uploads import check_document, without_location


class ReplaceableFile(models.Model):
    """A model with a file: keeps its size and hash up to date, and deletes the replaced file from storage."""

    file: Any  # declared by the concrete model

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        is_new_file = self.has_new_file
        former = self.former_file_name() if is_new_file else ""
        if is_new_file:
            self.prepare_file()
        super().save(*args, **kwargs)
        if former and former != self.file.name:
            self.forget_former_file()
            transaction.on_commit(partial(self.file.storage.delete, former))

    @property
    def has_new_file(self) -> bool:
        return bool(self.file) and not self.file._committed

    def former_file_name(self) -> str:
        rows = type(self)._default_manager.filter(pk=self.pk) if self.pk else []
        return next((row.file.name for row in rows), "")

    def prepare_file(self) -> None:
        """Hook called before a new file is stored."""

    def forget_former_file(self) -> None:
        """Hook called once a new file has replaced another."""


class SiteImage(ReplaceableFile, AbstractImage):
    """An image. The original is private; only renditions have URLs."""

    ALWAYS_PUBLIC = "Une image est toujours publique : choisissez une collection qui l’est."

    file = WagtailImageField(
        "fichier",
        upload_to=get_upload_to,
        storage=private_storage,
        width_field="width",
        height_field="height",
    )
    credit = models.CharField("crédit", max_length=255, blank=True)

    admin_form_fields = (*Image.admin_form_fields, "credit")

    class Meta(AbstractImage.Meta):
        verbose_name = "image"
        verbose_name_plural = "images"

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse a private collection: renditions are public anyway, so it would not protect the image."""
        super().clean()
        if self.collection_id and self.collection.get_view_restrictions():
            raise ValidationError({"collection": self.ALWAYS_PUBLIC})

    def get_upload_to(self, filename: str) -> str:
        """Return a unique file name, since browsers cache renditions forever under names derived from it."""
        path = PurePath(super().get_upload_to(filename))
        return str(path.with_name(f"{path.stem[:60]}-{uuid.uuid4().hex[:8]}{path.suffix}"))

    def prepare_file(self) -> None:
        self.file = without_location(self.file.file)
        self._set_image_file_metadata()

    def forget_former_file(self) -> None:
        self.renditions.all().delete()


class SiteRendition(AbstractRendition):
    image = models.ForeignKey(
        SiteImage, on_delete=models.CASCADE, related_name="renditions", verbose_name="image"
    )

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)


class SiteDocument(ReplaceableFile, AbstractDocument):
    """A document to download. Its URL contains a UUID and the file name only."""

    uuid = models.UUIDField("identifiant public", default=uuid.uuid4, unique=True, editable=False)
    file = models.FileField("fichier", upload_to="documents", storage=private_storage)

    admin_form_fields = Document.admin_form_fields

    class Meta(AbstractDocument.Meta):
        verbose_name = "document"
        verbose_name_plural = "documents"

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        if self.has_new_file:
            try:
                check_document(self.file.file)
            except ValidationError as refusal:
                raise ValidationError({"file": refusal.messages}) from refusal

    def prepare_file(self) -> None:
        self._set_document_file_metadata()

    @property
    def url(self) -> str:
        return reverse("document", args=[self.uuid, self.filename])

    @property
    def format_label(self) -> str:
        """Return the file extension in upper case: « PDF », « DOCX »."""
        return self.file_extension.upper()
