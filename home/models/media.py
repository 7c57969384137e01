"""Custom image and document models, present from the first migration because they cannot be swapped later."""

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db import models, transaction
from django.urls import reverse
from django_tasks import task
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.exceptions import InvalidFilterSpecError
from wagtail.images.models import (
    AbstractImage,
    AbstractRendition,
    Filter,
    Image,
    SourceImageIOError,
    WagtailImageField,
    WagtailImageFieldFile,
    get_rendition_storage,
    get_rendition_upload_to,
    get_upload_to,
)
from wagtail.images.rect import Rect

from home.batches import LONG
from home.files import private_storage
from home.media.documents import check_document
from home.media.image_sizes import plan_renditions
from home.media.pictures import PreparedPicture, prepare_picture, size_of
from home.media.renditions import filter_of

logger = logging.getLogger(__name__)


@contextmanager
def refused_at(field: str) -> Iterator[None]:
    """Show a refusal beside the field that it is about."""
    try:
        yield
    except ValidationError as refusal:
        raise ValidationError({field: refusal.messages}) from refusal


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


class HeadFile(WagtailImageFieldFile):
    """A picture whose size is read in its head: Wagtail decodes it whole each time a file is given to a row."""

    def get_image_dimensions(self) -> tuple[int, int]:
        was_closed = self.closed
        self.open()
        size = size_of(self)
        if was_closed:
            self.close()
        else:
            self.seek(0)
        return size


class PictureFile(HeadFile):
    """The original of an image. Whatever way a file comes here, it passes the door first."""

    def save(self, name: str, content: Any, save: bool = True) -> None:
        image = self.instance
        try:
            content = prepare_picture(content)
        except ValidationError as refusal:  # a form or an import has refused it: a script insists
            logger.warning("The picture %r is stored as it came, and not shown: %s", name, refusal)
        image.is_prepared = isinstance(content, PreparedPicture)
        image.credit = image.credit or getattr(content, "author", "")
        image.taken_at = getattr(content, "taken_at", None)
        super().save(content.name or name, content, save=save)


class OriginalField(WagtailImageField):
    attr_class = PictureFile


class RenditionField(WagtailImageField):
    attr_class = HeadFile


class SiteImage(ReplaceableFile, AbstractImage):
    """An image. The original is private; only renditions have URLs."""

    ALWAYS_PUBLIC = "Une image est toujours publique : choisissez une collection qui l’est."

    file: Any = OriginalField(
        "fichier",
        upload_to=get_upload_to,
        storage=private_storage,
        width_field="width",
        height_field="height",
    )
    credit = models.CharField(
        "crédit",
        max_length=255,
        blank=True,
        help_text="Qui a pris la photo. Vide\u00a0: le nom que l’appareil a écrit dans le fichier, s’il y en a un.",
    )
    #: Whether the original has passed the door (`home.media.pictures`). Those of before wait for `repair_originals`.
    is_prepared = models.BooleanField(default=False, editable=False)

    #: By the file's metadata, which is removed: galleries are in this order. Nobody is shown it.
    taken_at = models.DateTimeField("prise le", null=True, editable=False)

    admin_form_fields = (*Image.admin_form_fields, "credit")
    #: Whether what was drawn from the former file is still true of a new one.
    keeps_renditions = False

    class Meta(AbstractImage.Meta):
        verbose_name = "image"
        verbose_name_plural = "images"

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the image and queue its renditions: all of a new file, those of a new focal area, or nothing."""
        super().save(*args, **kwargs)
        if kwargs.get("update_fields") is None and self.is_prepared:
            plan_renditions(self)

    def clean(self) -> None:
        """Refuse a picture that pages could not show, and a private collection: renditions are public anyway."""
        super().clean()
        if self.has_new_file:
            with refused_at("file"):
                self.file = prepare_picture(self.file.file)
        if self.collection_id and self.collection.get_view_restrictions():
            raise ValidationError({"collection": self.ALWAYS_PUBLIC})

    def get_upload_to(self, filename: str) -> str:
        """Return a unique file name, since browsers cache renditions forever under names derived from it."""
        path = PurePath(super().get_upload_to(filename))
        return str(path.with_name(f"{path.stem[:60]}-{uuid.uuid4().hex[:8]}{path.suffix}"))

    def prepare_file(self) -> None:
        with suppress(ValidationError):  # told when the file is stored
            self.file = prepare_picture(self.file.file)
        self._set_image_file_metadata()

    def forget_former_file(self) -> None:
        if not self.keeps_renditions:
            self.renditions.all().delete()

    def get_rendition(self, filter: Filter | str) -> AbstractRendition:  # noqa: A002 -- Wagtail's name
        """Draw a picture for the back office, which asks for its own sizes. Pages take those of `image_sizes`.

        What cannot be drawn has its placeholder: Wagtail's lists would not survive it.
        """
        try:
            return super().get_rendition(filter)
        except SourceImageIOError:
            return self.placeholder(filter if isinstance(filter, str) else filter.spec)

    def generate_rendition_file(self, *args: Any, **kwargs: Any) -> File:
        """Wagtail survives one kind of error only."""
        try:
            return super().generate_rendition_file(*args, **kwargs)
        except InvalidFilterSpecError:
            raise
        except Exception as error:
            raise SourceImageIOError(f"Image {self.pk} cannot be drawn: {error}") from error

    def placeholder(self, spec: str) -> AbstractRendition:
        """Return what stands for a rendition that is not drawn, in its dimensions."""
        size = (max(self.width or 1, 1), max(self.height or 1, 1))
        width, height = filter_of(spec).get_transform(self, size).size
        return SiteRendition(image=self, filter_spec=spec, width=width, height=height)

    def repair_original(self) -> None:
        """Let an original of before pass the door. Raise ValidationError if it cannot.

        The focal area of a photo that lay down was drawn on the upright photo, in the measures of the lying one.
        """
        lying = (self.width, self.height)
        with self.open_file() as file:
            content = ContentFile(file.read(), name=PurePath(self.file.name).name)
        self.file = prepared = prepare_picture(content)
        self.keeps_renditions = prepared.keeps_pixels
        across, down = self.width / lying[0], self.height / lying[1]
        if (area := self.get_focal_point()) is not None:
            x, y = area.centroid
            size = (area.width * across, area.height * down)
            self.set_focal_point(Rect.from_point(x * across, y * down, *size))
        self.save()


#: Three circles, as the site's mark, in any size.
PLACEHOLDER = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}'%3E"
    "%3Cg fill='%23808080' fill-opacity='.2'%3E%3Cpath d='M0 0h{width}v{height}H0z'/%3E"
    "%3Ccircle cx='{left}' cy='{low}' r='{radius}'/%3E%3Ccircle cx='{right}' cy='{low}' r='{radius}'/%3E"
    "%3Ccircle cx='{middle}' cy='{high}' r='{radius}'/%3E%3C/g%3E%3C/svg%3E"
)


class SiteRendition(AbstractRendition):
    image = models.ForeignKey(
        SiteImage, on_delete=models.CASCADE, related_name="renditions", verbose_name="image"
    )
    file = RenditionField(
        upload_to=get_rendition_upload_to,
        storage=get_rendition_storage,
        width_field="width",
        height_field="height",
    )

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)

    @property
    def url(self) -> str:
        return self.file.url if self.file else self.placeholder_url()

    def placeholder_url(self) -> str:
        radius = max(min(self.width, self.height) // 7, 1)
        middle, down = self.width // 2, self.height // 2
        return PLACEHOLDER.format(
            width=self.width, height=self.height, radius=radius, middle=middle,
            left=middle - radius * 2 // 3, right=middle + radius * 2 // 3,
            low=down + radius // 3, high=down - radius // 2,
        )  # fmt: skip


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
            with refused_at("file"):
                check_document(self.file.file)

    def prepare_file(self) -> None:
        self._set_document_file_metadata()

    @property
    def url(self) -> str:
        return reverse("document", args=[self.uuid, self.filename])

    @property
    def format_label(self) -> str:
        """Return the file extension in upper case: « PDF », « DOCX »."""
        return self.file_extension.upper()


@task(queue_name=LONG)
def repair_originals() -> None:
    """Let the originals of before pass the door, one by one. Enqueued by `release` while there are some."""
    for image in SiteImage.objects.filter(is_prepared=False):
        try:
            image.repair_original()
        except (SourceImageIOError, ValidationError) as reason:
            logger.warning("The image %s cannot be repaired: %s", image.pk, reason)
